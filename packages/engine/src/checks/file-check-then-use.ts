/**
 * Files that are asked about by their name, and then used under the name as if the answer still held.
 *
 * ```python
 * if not os.path.exists(path):
 *     open(path, "w")          # whoever makes a link there in between decides what is overwritten
 * ```
 * That matters where others may change the folder, or where the question was whether the caller may.
 */
import { callArg, callArgCount, callCallee, callKeyword, forEachUse, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import { Dominators, testsAbove } from "../flow/index.ts";
import { LeafKind, type Obligation } from "../obligations/index.ts";
import { isCaught } from "./caught.ts";
import type { CheckContext } from "./context.ts";
import { HeldLocks } from "./held-locks.ts";
import { pathNameOf } from "./shared-folder-name.ts";

const moduleTests = /^(?:exists|lexists|isfile|isdir|islink|ismount|access|stat|lstat|getsize)$/;
const methodTests = /^(?:exists|is_file|is_dir|is_symlink|lstat|stat)$/;
const testWords = ["exists", "lexists", "isfile", "isdir", "islink", "ismount", "access", "stat", "lstat", "getsize", "is_file", "is_dir", "is_symlink"];
const moduleUses = /^(?:open|remove|unlink|rename|replace|chmod|chown|makedirs|mkdir|rmdir|rmtree|symlink|link|mkfifo|mknod|copy|copy2|copyfile|move|truncate)$/;
const methodUses = /^(?:open|unlink|rename|replace|chmod|mkdir|rmdir|touch|write_text|write_bytes|read_text|read_bytes|symlink_to)$/;
const fileErrors = new Set(["OSError", "IOError", "EnvironmentError", "FileExistsError", "FileNotFoundError", "error", "Exception", "BaseException"]);
const conditionValuesMax = 30;

const chosen = "clients choose the name";

interface FileCall {
  readonly call: number;
  readonly name: string;
  readonly path: number;
}

export function fileCheckThenUse(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const tests = new Map<number, FileCall[]>();
  // Names are numbers here: nearly all calls of a program are of another name.
  const words = new Set(testWords.map((word) => ir.strings.find(word)).filter((word) => word >= 0));
  for (const row of ir.rowsOf(Op.Call)) {
    if (!words.has(wordOf(ir, callCallee(ir, row)))) continue;
    const test = fileCall(ir, row, moduleTests, methodTests);
    if (!test || !context.isProduct(row)) continue;
    const fn = functionOf(ir, row).id;
    const list = tests.get(fn);
    if (list) list.push(test);
    else tests.set(fn, [test]);
  }
  const locks = tests.size > 0 ? HeldLocks.of(context.program) : undefined;
  const out: Obligation[] = [];
  for (const [fn, list] of tests) out.push(...inFunction(context, locks!, ir.functions[fn]!, list));
  return out;
}

/** The last name of what is called, -1 if it has none. */
function wordOf(ir: Ir, callee: number): number {
  const op = ir.op.data[callee] as Op;
  return op === Op.GetAttr || op === Op.Import ? ir.b.data[callee]! : op === Op.Global ? ir.a.data[callee]! : -1;
}

/** `os.path.exists(path)`, `path.exists()`. */
function fileCall(ir: Ir, call: number, ofModule: RegExp, ofPath: RegExp): FileCall | undefined {
  const callee = callCallee(ir, call);
  const op = ir.op.data[callee] as Op;
  const given = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  if (op === Op.GetAttr) {
    const name = ir.strings.text(ir.b.data[callee]!);
    if (!ofModule.test(name) && !ofPath.test(name)) return undefined;
    if (isFileModule(ir, ir.a.data[callee]!)) return ofModule.test(name) && given >= 0 ? { call, name, path: given } : undefined;
    return ofPath.test(name) ? { call, name, path: ir.a.data[callee]! } : undefined;
  }
  if (op !== Op.Global && op !== Op.Import) return undefined;
  const name = ir.strings.text(op === Op.Global ? ir.a.data[callee]! : Math.max(ir.b.data[callee]!, 0));
  return ofModule.test(name) && given >= 0 ? { call, name, path: given } : undefined;
}

function isFileModule(ir: Ir, value: number): boolean {
  const op = ir.op.data[value] as Op;
  if (op === Op.Global) return /^(?:os|path|shutil|osp|ospath|io|codecs|posixpath|ntpath)$/.test(ir.strings.text(ir.a.data[value]!));
  if (op === Op.Import) return /^(?:os|shutil|io|codecs)(?:\.path)?$/.test(ir.strings.text(ir.a.data[value]!));
  return op === Op.GetAttr && ir.strings.text(ir.b.data[value]!) === "path" && isFileModule(ir, ir.a.data[value]!);
}

function inFunction(context: CheckContext, locks: HeldLocks, fn: FunctionInfo, tests: readonly FileCall[]): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  let dominators: Dominators | undefined;
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    const use = ir.op.data[row] === Op.Call ? fileCall(ir, row, moduleUses, methodUses) : undefined;
    if (!use) continue;
    const same = tests.filter((test) => isSamePath(locks, test.path, use.path));
    if (same.length === 0) continue;
    dominators ??= new Dominators(ir, fn, (block, i) => context.solver.facts.isEdgeFeasible(block, i));
    const above = testsAbove(ir, dominators, ir.block.data[row]!);
    const test = same.find((each) => above.some((branch) => restsOn(ir, fn, branch.condition, each.call)));
    if (test) out.push(rowOf(context, locks, test, use));
  }
  return out;
}

function isSamePath(locks: HeldLocks, left: number, right: number): boolean {
  const { names } = locks;
  if (names.rootOf(left) === names.rootOf(right)) return true;
  const name = names.of(left);
  return name !== "" && name === names.of(right);
}

function restsOn(ir: Ir, fn: FunctionInfo, condition: number, call: number): boolean {
  const seen = new Set([condition]);
  for (const value of seen) {
    if (value === call) return true;
    if (seen.size > conditionValuesMax || value < fn.firstInstr || value >= fn.endInstr) continue;
    forEachUse(ir, value, (used) => { seen.add(used); });
  }
  return false;
}

function rowOf(context: CheckContext, locks: HeldLocks, test: FileCall, use: FileCall): Obligation {
  const { ir } = context.program;
  const { call } = use;
  const more = { sink: `${use.name}()`, subject: use.path };
  const after = locks.before(call);
  const isLocked = after.length > 0 && locks.before(test.call).some((lock) => after.includes(lock));
  if (isLocked) return context.row(call, "proven", { code: "lock-held", text: "a lock is held from the question to the use", at: test.call }, more);
  if (isCaught(ir, call, fileErrors)) return context.row(call, "proven", { code: "handled", text: "the error of a file that has changed is caught", at: call }, more);
  if (isExclusive(context, use)) return context.row(call, "proven", { code: "good-value", text: "the call fails where something was made in between", at: call }, more);
  const why = whoElse(context, test, use);
  // Who may only choose a name cannot make a link there.
  const notShown = why === chosen ? "clients choose the name, and nothing shows that they may change the folder" : "";
  if (why === "") {
    return context.row(call, "open", { code: "needs-judgement", text: "nothing shows that others may change this folder", at: test.call }, more);
  }
  return context.row(call, "violated", { code: "bad-value", text: `${test.name}() is asked before, and ${why}`, at: test.call }, {
    ...more, source: `${test.name}()`, ...(notShown === "" ? {} : { notShown }),
    steps: [{ kind: "source", instr: test.call, why: `asked by ${test.name}()` }, { kind: "sink", instr: call, why: `used by ${use.name}()` }],
  });
}

/** `exist_ok=True`, mode `x`, `O_EXCL`; making a folder or a link fails by itself. */
function isExclusive(context: CheckContext, use: FileCall): boolean {
  const { ir } = context.program;
  if (/^(?:symlink|link|mkfifo|mknod|symlink_to|rmdir)$/.test(use.name)) return true;
  const word = ir.strings.find("exist_ok");
  const existOk = word < 0 ? -1 : callKeyword(ir, use.call, word);
  if (existOk >= 0) return ir.op.data[existOk] !== Op.Const || ir.constants[ir.a.data[existOk]!]!.type === "true";
  return use.name === "open" && modeOf(context, use).includes("x");
}

function modeOf(context: CheckContext, use: FileCall): string {
  const { ir } = context.program;
  const position = use.path === (callArgCount(ir, use.call) > 0 ? callArg(ir, use.call, 0) : -1) ? 1 : 0;
  const word = ir.strings.find("mode");
  const keyword = word < 0 ? -1 : callKeyword(ir, use.call, word);
  const given = keyword >= 0 ? keyword : callArgCount(ir, use.call) > position ? callArg(ir, use.call, position) : -1;
  if (given < 0) return "r";
  return namesIn(ir, given, 0).includes("O_EXCL") ? "x" : context.text(given) ?? "";
}

/** The names in `os.O_CREAT | os.O_EXCL`. */
function namesIn(ir: Ir, value: number, depth: number): readonly string[] {
  if (depth > 8) return [];
  const op = ir.op.data[value] as Op;
  if (op === Op.GetAttr) return [ir.strings.text(ir.b.data[value]!)];
  return op === Op.Bin ? [...namesIn(ir, ir.b.data[value]!, depth + 1), ...namesIn(ir, ir.c.data[value]!, depth + 1)] : [];
}

/** `os.access(path, os.F_OK)` asks no more than whether the file is there. */
function asksForRights(context: CheckContext, call: number): boolean {
  const { ir } = context.program;
  if (callArgCount(ir, call) < 2) return true;
  const mode = callArg(ir, call, 1);
  const literal = ir.op.data[mode] === Op.Const ? ir.constants[ir.a.data[mode]!] : undefined;
  return !(namesIn(ir, mode, 0).every((name) => name === "F_OK") && ir.op.data[mode] === Op.GetAttr) && !(literal?.type === "int" && literal.value === 0);
}

/** Why others may change what was asked about; "" if nothing says so. */
function whoElse(context: CheckContext, test: FileCall, use: FileCall): string {
  const isRead = use.name === "open" ? !/[wax+]/.test(modeOf(context, use)) : use.name.startsWith("read_");
  if (test.name === "access" && asksForRights(context, test.call) && /^(?:open|unlink|remove|rename|chmod|chown)$/.test(use.name)) return "the file may be another one when it is used";
  if (isRead || /^(?:mkdir|makedirs)$/.test(use.name)) return "";
  if (pathNameOf(context, use.path).kind === "name") return "everyone may write to the folder";
  const isRemote = context.origins(use.path, ["remote-input"]).some(({ leaf }) => leaf.kind === LeafKind.Source);
  return isRemote ? chosen : "";
}
