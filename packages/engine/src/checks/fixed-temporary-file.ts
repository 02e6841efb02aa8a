/** Files under a name that can be told in a folder that everyone may write to: written, run, or made there. */
import { Op, callArg, callArgCount, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, type Ir } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation, type Origin, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { partsOf } from "./secret-words.ts";
import { pathNameOf } from "./shared-folder-name.ts";

export function fixedTemporaryFile(context: CheckContext): readonly Obligation[] {
  const out = new Map<number, Obligation>();
  for (const seed of context.seedsOf("file-path", "program-argument", "program-name", "shell-command")) {
    if (out.get(seed.site)?.verdict === "violated") continue;
    const row = decide(context, seed);
    if (row) out.set(seed.site, row);
  }
  for (const row of runInSharedFolder(context)) if (!out.has(row.site)) out.set(row.site, row);
  return [...out.values()];
}

function decide(context: CheckContext, seed: Seed): Obligation | undefined {
  const value = seed.values[0];
  if (value === undefined) return undefined;
  if (seed.kind === "shell-command") return ofCommand(context, seed, value);
  const path = seed.kind === "file-path" ? value : firstElement(context.program.ir, value);
  const name = pathNameOf(context, path);
  if (name.kind === "folder") return undefined;
  if (name.kind === "name") return decided(context, seed, path, name.at, undefined);
  const origin = constantOrigin(context, path);
  return origin && decided(context, seed, path, origin.leaf.instr, origin);
}

function decided(context: CheckContext, seed: Seed, path: number, at: number, origin: Origin | undefined): Obligation {
  const { site, sink } = seed;
  if (seed.kind === "file-path" && !writes(context, seed)) {
    return context.row(site, "proven", { code: "good-value", text: "the file is only read or tested", at: site }, { sink });
  }
  const why = seed.kind === "file-path" ? `written by ${sink}` : `run by ${sink}`;
  const steps = origin ? context.steps(origin, site, why)
    : at === site || at < 0 ? [] : [{ kind: "source" as const, instr: at, why: "a name in the shared temporary folder" }, { kind: "sink" as const, instr: site, why }];
  return context.row(site, "violated", { code: "bad-value", text: "a name in the shared temporary folder that others can tell", at }, { sink, subject: path, steps });
}

/** A literal path below a shared folder that arrives from elsewhere in the program. */
function constantOrigin(context: CheckContext, path: number): Origin | undefined {
  const { ir } = context.program;
  const op = ir.op.data[path] as Op;
  if (op !== Op.Param && op !== Op.GetAttr && op !== Op.Sigma && op !== Op.Phi) return undefined;
  return context.constantOrigins(path).find(({ leaf, flags }) => {
    const constant = leaf.kind === LeafKind.Constant && leaf.data >= 0 && (flags & ~jumpFlag) === 0 ? ir.constants[leaf.data] : undefined;
    return constant?.type === "str" && sharedName.test(constant.value);
  });
}

/** The bit of a path through a field. */
const jumpFlag = 32;
const sharedName = /^\/(?:tmp|var\/tmp|dev\/shm)\/+[^/]/;

function firstElement(ir: Ir, value: number): number {
  if (ir.op.data[value] !== Op.Build || ir.lists.length(ir.b.data[value]) === 0) return value;
  return ir.lists.at(ir.b.data[value], 0);
}

const sharedPath = "\\/(?:tmp|var\\/tmp|dev\\/shm)\\/+[\\w.][\\w.-]*(?:[\\s;|&'\"]|$)";
const commandUses = new RegExp(`^\\s*${sharedPath}|(?:>{1,2}|\\s-[oO]|\\btee(?:\\s-a)?|\\b(?:ba|da|z|k)?sh|\\bpython[\\d.]*|\\bchmod\\s\\S+|\\bsource|\\btouch|\\bmkdir(?:\\s-p)?)\\s*['"]?${sharedPath}`);

/** A command line that writes or runs a file of such a name. */
function ofCommand(context: CheckContext, seed: Seed, value: number): Obligation | undefined {
  const text = context.text(value) ?? context.text(firstElement(context.program.ir, value)) ?? partsOf(context, value)?.literal;
  if (text === undefined || !commandUses.test(text)) return undefined;
  return context.row(seed.site, "violated", { code: "bad-value", text: "the command uses a fixed name in the shared temporary folder", at: value }, { sink: seed.sink, subject: value });
}

/** Commands that run a program of the folder they are started in, where that is the shared one: `run("./install", cwd="/tmp")`. */
function runInSharedFolder(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const word = ir.strings.intern("cwd");
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Call)) {
    if (!context.isProduct(i)) continue;
    const folder = callKeyword(ir, i, word);
    if (folder < 0 || pathNameOf(context, folder).kind !== "folder") continue;
    const command = commandOf(context, i);
    if (command === undefined) continue;
    out.push(context.row(i, "violated", { code: "bad-value", text: "a program is run out of the shared temporary folder", at: folder }, { sink: calledName(context.solver, i) || "the call", subject: folder }));
  }
  return out;
}

/** The argument of a call that is a command beginning with `./`. */
function commandOf(context: CheckContext, call: number): number | undefined {
  const { ir } = context.program;
  const given = Array.from({ length: Math.min(callArgCount(ir, call), 1) }, (_v, i) => callArg(ir, call, i));
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name >= 0 && /^(?:cmd|args|command)$/.test(ir.strings.text(name))) given.push(callKeywordValue(ir, call, i));
  }
  return given.find((value) => context.beginning(firstElement(ir, value)).startsWith("./"));
}

// Making a folder, a link or a pipe fails where someone made it first.
const writers = /^(?:copy|copy2|copyfile|move|rename|replace|write_text|write_bytes|touch|call|run|Popen|check_call|check_output|execute|system|FileHandler|RotatingFileHandler|TimedRotatingFileHandler|WatchedFileHandler|basicConfig|urlretrieve)$/;
const creating = /^(?:O_CREAT|O_TRUNC)$/;

/** Holds if the call writes, makes or runs the file. */
function writes(context: CheckContext, seed: Seed): boolean {
  const { ir } = context.program;
  if (ir.op.data[seed.site] !== Op.Call) return false;
  const name = calledName(context.solver, seed.site);
  if (name !== "open" && name !== "file" && name !== "ZipFile" && name !== "TarFile") return writers.test(name);
  const keyword = callKeyword(ir, seed.site, ir.strings.intern("mode"));
  const isMethod = seed.fact?.port.type === "self";
  const position = isMethod ? 0 : 1;
  const given = keyword >= 0 ? keyword : callArgCount(ir, seed.site) > position ? callArg(ir, seed.site, position) : -1;
  if (given < 0) return false;
  const mode = context.text(given);
  if (mode !== undefined) return /[wax+]/.test(mode) && !mode.includes("x");
  const flags = namesIn(ir, given, 0);
  return flags.some((flag) => creating.test(flag)) && !flags.includes("O_EXCL");
}

/** The names in `os.O_CREAT | os.O_WRONLY`. */
function namesIn(ir: Ir, value: number, depth: number): readonly string[] {
  if (depth > 8) return [];
  const op = ir.op.data[value] as Op;
  if (op === Op.GetAttr) return [ir.strings.text(ir.b.data[value])];
  return op === Op.Bin ? [...namesIn(ir, ir.b.data[value], depth + 1), ...namesIn(ir, ir.c.data[value], depth + 1)] : [];
}
