/**
 * Shell commands that the program puts together from values that nothing is known to make harmless.
 *
 * ```text
 * def run(command): Popen(command, shell=True)          whatever is run here was put together elsewhere:
 * run("rsync -a %s /srv" % repo.mirror)                 weak: a shell reads the name of the mirror
 * run("sleep %d" % delay), run("ls " + quote(folder))   harmless: a number, a quoted word
 * ```
 * The way back from the shell is followed through functions that hand the command on unchanged, to the place that writes it.
 */
import { argumentsFor, LeafKind, type Obligation, type Origin } from "../obligations/index.ts";
import { BinOp, BuildKind, callArg, callArgCount, callCallee, callKeywordCount, callKeywordValue, constantOf, functionOf, type Ir, Op, parameterIndex } from "../ir/index.ts";
import type { CheckContext } from "./context.ts";
import { beginningOf, displayItems, isNumberName, programWord } from "./floor-caller.ts";
import { rootOf } from "./roots.ts";

/** What a caller of the library passes is weak here; what the others send is told as a command injection, where the shell is. */
const caller = "library-input";
const sources = [caller, "remote-input", "rpc-input", "network-response", "upload-filename", "public-api-input", "stored-data", "file-input", "archive-member-name", "command-line-input", "environment-input", "operator-config"];
const stops = ["number", "boolean", "fixed-choice", "constant", "shell-quoted", "digits-text", "hex-text", "uuid-text", "identifier-text", "plain-text", "ip-address", "shell-safe"];
/** Why a value is not known: who calls, or who stores it, cannot be said. What a call returns that was not followed may be anything. */
const weakCodes = new Set(["no-known-caller", "lower-tier-source", "unknown-receiver-store"]);
/** A check or a call on the way that was not understood may make it harmless. */
const mayBeHarmless = 16 | 2 | 4;
/** A check alone may, of what is called a file's name: whatever call gives one, files have names of any text. */
const mayCheck = 16;
const fileName = /^(?:(?:\w*_)?(?:file_?name|file_?path|fname)|(?:\w+_)?path)$/i;
const wrappersMax = 3;
const valuesMax = 64;

export function composedCommand(context: CheckContext): readonly Obligation[] {
  const run = new Run(context);
  for (const seed of context.seedsOf("shell-command")) {
    for (const value of seed.values) run.visit(value, seed.site, 0);
  }
  return run.rows;
}

class Run {
  readonly rows: Obligation[] = [];
  private readonly seen = new Set<number>();
  private readonly context: CheckContext;

  constructor(context: CheckContext) {
    this.context = context;
  }

  /** Follows a command to the places where it is put together; `site` is the call that is given the text. */
  visit(value: number, site: number, wrappers: number): void {
    const { program, solver } = this.context;
    const { ir } = program;
    const at = rootOf(ir, value);
    if (at < 0 || this.seen.has(at) || this.seen.size > valuesMax * valuesMax || !this.context.isProduct(site)) return;
    this.seen.add(at);
    if (programWord.test(beginningOf(ir, at, 0))) {
      this.decide(at, site);
      return;
    }
    if (ir.op.data[at] === Op.Phi) for (const input of ir.lists.toArray(ir.a.data[at])) this.visit(input, site, wrappers);
    if (ir.op.data[at] !== Op.Param || wrappers >= wrappersMax) return;
    const fn = functionOf(ir, at);
    const index = parameterIndex(ir, fn, at);
    for (const caller of program.callersOf(fn.id)) {
      for (const given of argumentsFor(ir, solver.paths, caller.call, caller, fn, index, 0)) {
        if (given.path === 0 && functionOf(ir, given.value).id === functionOf(ir, caller.call).id) this.visit(given.value, caller.call, wrappers + 1);
      }
    }
  }

  /** One row for a command, if a part of it is not known to be harmless. That all are is told at the shell. */
  private decide(text: number, site: number): void {
    const { context } = this;
    for (const part of partsOf(context.program.ir, text)) {
      const weak = this.weakOrigin(part);
      if (!weak) continue;
      const { leaf } = weak;
      const name = leaf.text === "" ? leaf.code : leaf.text;
      this.rows.push(context.row(site, "violated", { code: "bad-value", text: `${name}: nothing is known to make it harmless`, at: part }, {
        sink: "a shell", subject: text, source: nameOf(context.program.ir, part), sourceKind: caller,
        steps: [{ kind: "source", instr: rootOf(context.program.ir, part), why: "a value of any text" }, { kind: "format", instr: text, why: "becomes part of the command" }, { kind: "sink", instr: site, why: "a shell reads the command" }],
      }));
      return;
    }
  }

  /** Holds for a parameter of a private function that nobody calls. */
  private isUncalled(instr: number): boolean {
    const { ir } = this.context.program;
    if (instr < 0 || ir.op.data[instr] !== Op.Param) return false;
    const fn = functionOf(ir, instr);
    return ir.strings.text(fn.name).startsWith("_") && this.context.program.callersOf(fn.id).length === 0;
  }

  private weakOrigin(part: number): Origin | undefined {
    const { ir } = this.context.program;
    const name = nameOf(ir, part);
    if (name === "" || isNumberName(name)) return undefined;
    const origins = this.context.origins(part, sources, stops);
    const harmless = fileName.test(name) ? mayCheck : mayBeHarmless;
    return origins.find(({ leaf, flags }) => (flags & harmless) === 0
      && ((leaf.kind === LeafKind.Source && leaf.code === caller) || (leaf.kind === LeafKind.Open && weakCodes.has(leaf.code) && !leaf.text.startsWith("the annotation") && !this.isUncalled(leaf.instr))));
  }
}

/** What a part is called: a parameter, or an attribute of an object. */
function nameOf(ir: Ir, part: number): string {
  const at = rootOf(ir, part);
  const op = ir.op.data[at] as Op;
  return op === Op.Param || op === Op.GetAttr ? ir.strings.text(ir.b.data[at]) : "";
}

/** The parts of a text that are not literal, in their order. */
function partsOf(ir: Ir, text: number): readonly number[] {
  const out: number[] = [];
  const todo = [text];
  for (let i = 0; i < todo.length && i < valuesMax; i++) {
    const at = rootOf(ir, todo[i]);
    if (at < 0 || constantOf(ir, at) !== undefined) continue;
    const inner = joined(ir, at);
    if (inner) todo.push(...inner);
    else out.push(at);
  }
  return out;
}

function joined(ir: Ir, at: number): readonly number[] | undefined {
  switch (ir.op.data[at] as Op) {
    case Op.Fmt: return ir.lists.toArray(ir.a.data[at]);
    case Op.Bin: {
      const operation = ir.a.data[at] & 31;
      if (operation === BinOp.Add) return [ir.b.data[at], ir.c.data[at]];
      return operation === BinOp.Mod ? percentValues(ir, at) : undefined;
    }
    case Op.Phi: return ir.lists.toArray(ir.a.data[at]);
    case Op.Call: {
      const callee = callCallee(ir, at);
      const name = ir.op.data[callee] === Op.GetAttr ? ir.strings.text(ir.b.data[callee]) : "";
      if (name === "join" && callArgCount(ir, at) === 1) return displayItems(ir, rootOf(ir, callArg(ir, at, 0)));
      if (name !== "format") return undefined;
      const positional = Array.from({ length: callArgCount(ir, at) }, (_, i) => callArg(ir, at, i));
      return [...positional, ...Array.from({ length: callKeywordCount(ir, at) }, (_, i) => callKeywordValue(ir, at, i))];
    }
    default: return undefined;
  }
}

/** The values of `"..." % (a, b)` that arrive as text: `%d` lets numbers through only. */
function percentValues(ir: Ir, at: number): readonly number[] {
  const format = constantOf(ir, rootOf(ir, ir.b.data[at]));
  const right = rootOf(ir, ir.c.data[at]);
  const isDisplay = ir.op.data[right] === Op.Build;
  const values = isDisplay && ir.a.data[right] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[right]) : isDisplay ? [] : [right];
  if (format?.type !== "str") return [ir.b.data[at], ...values];
  const conversions = format.value.replace(/%%/g, "").match(/%[-+ #0-9.]*[a-zA-Z]/g) ?? [];
  return values.filter((_, i) => !/[dixXofFeEgGc]$/.test(conversions[i] ?? ""));
}
