/**
 * Everything that is acquired is released, on every way: files, sockets, processes, connections, descriptors.
 *
 * Each call that acquires has a verdict: released by a `with` or on all ways, handed to someone who does, or not.
 */
import { functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { lastName } from "./last-name.ts";
import { type Fate, Owned } from "./ownership.ts";
import { firstVersionOf } from "./roots.ts";

/** Objects that their library closes when they are collected: files, sockets, connections. */
export const resourceRelease = (context: CheckContext): readonly Obligation[] => release(context, "acquired-resource");
/** Numbers of open files, which nobody collects. */
export const descriptorRelease = (context: CheckContext): readonly Obligation[] => release(context, "acquired-descriptor");

function release(context: CheckContext, kind: "acquired-resource" | "acquired-descriptor"): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const seeds = context.seedsOf(kind);
  const closed = closedFields(ir);
  const sites = new Map<number, Seed>();
  for (const seed of seeds) {
    if (ir.op.data[seed.site] === Op.Call && program.isReachable(ir.block.data[seed.site]) && program.targetsOf(seed.site).every((target) => target.kind !== "project")) sites.set(seed.site, seed);
  }
  return [...sites.values()].flatMap((seed) => acquiredBy(ir, seed.site, kind).map((value) => decide(context, seed, value, closed)));
}

/** What of the result is to be released: of a pair of descriptor and name the first. */
function acquiredBy(ir: Ir, call: number, kind: string): readonly number[] {
  if (kind !== "acquired-descriptor" || lastName(ir, ir.a.data[call]) !== "mkstemp") return [call];
  const fn = functionOf(ir, call);
  for (let row = call + 1; row < fn.endInstr; row++) {
    const op = ir.op.data[row];
    if (op === Op.Unpack && ir.a.data[row] === call && ir.b.data[row] === 0) return [row];
    // `mkstemp()[1]` drops the descriptor; other uses of the pair are not followed.
    if (op === Op.GetItem && ir.a.data[row] === call) return [ir.op.data[ir.b.data[row]] === Op.Const && intOf(ir, ir.b.data[row]) === 1 ? call : row];
  }
  return [call];
}

function intOf(ir: Ir, value: number): number | undefined {
  const constant = ir.constants[ir.a.data[value]];
  return constant.type === "int" ? Number(constant.value) : undefined;
}

/** Names of fields that something of the program releases: `self.connection.close()`, `with self.connection:`. */
function closedFields(ir: Ir): ReadonlySet<number> {
  const out = new Set<number>();
  for (let row = 0, n = ir.length; row < n; row++) {
    const op = ir.op.data[row];
    if (op === Op.Enter) addField(ir, ir.a.data[row], out);
    else if (op === Op.Call) {
      const callee = ir.a.data[row];
      if (ir.op.data[callee] === Op.GetAttr && releaseNames.test(ir.strings.text(ir.b.data[callee]))) addField(ir, ir.a.data[callee], out);
    }
  }
  return out;
}

const releaseNames = /^(?:close|aclose|terminate|kill|wait|communicate|release|shutdown|quit|disconnect|cleanup|stop)$/;

function addField(ir: Ir, value: number, out: Set<number>): void {
  const at = firstVersionOf(ir, value);
  if (ir.op.data[at] === Op.GetAttr) out.add(ir.b.data[at]);
}

function decide(context: CheckContext, { site, sink }: Seed, value: number, closed: ReadonlySet<number>): Obligation {
  const { ir } = context.program;
  const fn = functionOf(ir, site);
  const proven = (text: string, at: number): Obligation => context.row(site, "proven", { code: "released-on-all-paths", text, at }, { sink, subject: value });
  const open = (text: string, at: number): Obligation => context.row(site, "open", { code: "unmodelled", text, at }, { sink, subject: value });
  if (fn.kind === "module") return proven("it belongs to the program, and ends with it", site);
  if (fn.kind !== "function") return open("the function that makes it is not followed", site);
  const owned = new Owned(context, fn, value);
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
