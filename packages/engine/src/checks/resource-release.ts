/**
 * Everything that is acquired is released, on every way: files, sockets, processes, connections, descriptors.
 *
 * Each call that acquires has a verdict: released by a `with` or on all ways, handed to someone who does, or not.
 */
import { callArg, callArgCount, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { type Fate, isReleasedBy, Owned } from "./ownership.ts";
import { firstVersionOf } from "./roots.ts";

/** Objects that their library closes when they are collected: files, sockets, connections. */
export const resourceRelease = (context: CheckContext): readonly Obligation[] => [...release(context, "acquired-resource"), ...decorated(context)];
/** Numbers of open files, which nobody collects. */
export const descriptorRelease = (context: CheckContext): readonly Obligation[] => release(context, "acquired-descriptor");

/** Files and folders under a name of their own that nobody removes. */
export const temporaryPaths = (context: CheckContext): readonly Obligation[] => release(context, pathKind);

const pathKind = "acquired-path";

type AcquiredKind = "acquired-resource" | "acquired-descriptor" | typeof pathKind;

function release(context: CheckContext, kind: AcquiredKind): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const seeds = context.seedsOf(kind);
  const closed = closedFields(program);
  const sites = new Map<number, Seed>();
  for (const seed of seeds) {
    if (ir.op.data[seed.site] === Op.Call && program.isReachable(ir.block.data[seed.site]) && program.targetsOf(seed.site).every((target) => target.kind !== "project")) sites.set(seed.site, seed);
  }
  return [...sites.values()].flatMap((seed) => acquiredBy(program, seed.site, kind).map((value) => decide(context, seed, value, { kind, closed })));
}

const endedByDecorator = "the decorator ends it with the call";

/** Functions that a decorator gives something for the time of the call: `@context_manager.reader`. */
function decorated(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir, api } = program;
  const out: Obligation[] = [];
  for (const row of ir.rowsOf(Op.Decorate)) {
    if (!context.isProduct(row)) continue;
    const tokens = program.tokensOf(ir.a.data[row]);
    for (let i = 0; i < tokens.length; i++) {
      const node = tokenKind(tokens[i]) === TokenKind.Api ? tokenId(tokens[i]) : -1;
      if (node < 0 || !api.facts(node).some((fact) => fact.kind === "acquires-for-call")) continue;
      out.push(context.row(row, "proven", { code: "released-on-all-paths", text: endedByDecorator, at: row }, { sink: api.name(node) }));
    }
  }
  return out;
}

/** What of the result is to be released: of a pair of descriptor and name one of them, of a pair of descriptors both. */
function acquiredBy(program: Program, call: number, kind: string): readonly number[] {
  const { ir } = program;
  const places = placesOf(program, call, kind);
  if (places.length === 0) return [call];
  const fn = functionOf(ir, call);
  const out: number[] = [];
  for (let row = call + 1; row < fn.endInstr; row++) {
    const op = ir.op.data[row];
    if (op === Op.Unpack && ir.a.data[row] === call && places.includes(ir.b.data[row])) out.push(row);
    // `mkstemp()[1]` drops the descriptor; other uses of the pair are not followed.
    if (op === Op.GetItem && ir.a.data[row] === call) return [ir.op.data[ir.b.data[row]] === Op.Const && places.includes(intOf(ir, ir.b.data[row]) ?? -1) ? row : call];
  }
  return out.length > 0 ? out : [call];
}

/** Which places of the pair that a call gives are meant; none if the result itself is. */
function placesOf(program: Program, call: number, kind: string): readonly number[] {
  if (hasKind(program, call, "gives-two")) return [0, 1];
  return hasKind(program, call, "gives-descriptor-and-path") ? [kind === pathKind ? 1 : 0] : [];
}

/** Holds if a page says that what the call gives is of a kind. */
function hasKind(program: Program, call: number, kind: string): boolean {
  return program.targetsOf(call).some((target) => {
    const result = target.kind === "api" ? program.api.step(target.node, "()") : -1;
    return result >= 0 && program.api.facts(result).some((fact) => fact.kind === kind && fact.port.type === "object");
  });
}

function intOf(ir: Ir, value: number): number | undefined {
  const constant = ir.constants[ir.a.data[value]];
  return constant.type === "int" ? Number(constant.value) : undefined;
}

/** Names of fields that something of the program releases: `self.connection.close()`, `with self.connection:`, `rmtree(self.folder)`. */
function closedFields(program: Program): ReadonlySet<number> {
  const { ir } = program;
  const out = new Set<number>();
  for (let row = 0, n = ir.length; row < n; row++) {
    const op = ir.op.data[row];
    if (op === Op.Enter) addField(ir, ir.a.data[row], out);
    else if (op === Op.Call) {
      const callee = ir.a.data[row];
      if (ir.op.data[callee] === Op.GetAttr && releaseNames.test(ir.strings.text(ir.b.data[callee]))) addField(ir, ir.a.data[callee], out);
      for (let i = 0, n = Math.min(1, callArgCount(ir, row)); i < n; i++) {
        const value = firstVersionOf(ir, callArg(ir, row, i));
        if (ir.op.data[value] === Op.GetAttr && !out.has(ir.b.data[value]) && isReleasedBy(program, row, (each) => firstVersionOf(ir, each) === value)) out.add(ir.b.data[value]);
      }
    }
  }
  return out;
}

const releaseNames = /^(?:close|aclose|terminate|kill|wait|communicate|release|shutdown|quit|disconnect|cleanup|stop)$/;

function addField(ir: Ir, value: number, out: Set<number>): void {
  const at = firstVersionOf(ir, value);
  if (ir.op.data[at] === Op.GetAttr) out.add(ir.b.data[at]);
}

function decide(context: CheckContext, { site, sink }: Seed, value: number, { kind, closed }: { readonly kind: string; readonly closed: ReadonlySet<number> }): Obligation {
  const { ir } = context.program;
  const fn = functionOf(ir, site);
  const proven = (text: string, at: number): Obligation => context.row(site, "proven", { code: "released-on-all-paths", text, at }, { sink, subject: value });
  const open = (text: string, at: number): Obligation => context.row(site, "open", { code: "unmodelled", text, at }, { sink, subject: value });
  if (fn.kind === "module" && kind !== pathKind) return proven("it belongs to the program, and ends with it", site);
  if (fn.kind !== "function") return open("the function that makes it is not followed", site);
  const owned = new Owned(context, fn, value, { isPath: kind === pathKind, outlivesWith: hasKind(context.program, site, "outlives-with") });
  const { normal, exceptional } = owned.leaks(value);
  if (normal >= 0) return violated(context, { site, sink, value }, normal, "there is a way to the end of the function on which it is not released", "");
  const ends = owned.ends();
  const [at, fate] = ends.find(([, each]) => each !== "released") ?? ends[0] ?? [site, "unknown" as Fate];
  if (fate === "stored") {
    const field = ir.op.data[at] === Op.SetAttr ? ir.b.data[at] : -1;
    return field >= 0 && closed.has(field) ? proven(`it is kept in ${ir.strings.text(field)}, which is released`, at) : open("it is kept where nothing is seen to release it", at);
  }
  if (fate === "unknown") return open(`it is handed to ${calledName(context.solver, at) || "a call"}, which may release it`, at);
  if (fate === "handed-on") return open("it is handed to code that keeps it", at);
  if (fate === "returned") return proven("it is handed to the caller", at);
  if (exceptional >= 0) return violated(context, { site, sink, value }, exceptional, "it is not released if something is raised in between", "it is released on all ways without an exception");
  return proven(ir.op.data[at] === Op.Enter ? "a with statement releases it" : "it is released on every way", at);
}

function violated(
  context: CheckContext, { site, sink, value }: { readonly site: number; readonly sink: string; readonly value: number }, at: number, text: string, notShown: string,
): Obligation {
  return context.row(site, "violated", { code: "bad-value", text, at }, {
    sink, subject: value, ...(notShown === "" ? {} : { notShown }),
    steps: [{ kind: "source", instr: site, why: `acquired by ${sink}` }, { kind: "sink", instr: at, why: notShown === "" ? "left without a release" : "may raise before the release" }],
  });
}
