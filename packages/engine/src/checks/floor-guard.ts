/** Checks on the way that nobody understood: a call named like a check, asked of the value, decides whether it goes on. */
import { Dominators } from "../flow/index.ts";
import { BlockFlag, BranchKind, callCallee, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { isStatement } from "./used-results.ts";

const checkName = /valid|allow|safe|check|verif|permi|sanit|white_?list|black_?list|deny_?list|private|forbid|commonpath|commonprefix|trusted/i;
const cleanerName = /sanit|secure_|safe_|_safe$|clean_?(?:file_?name|path|name|url|html)|normali[sz]e_?(?:path|file_?name)/i;
const escaperName = /escape/i;
const markupName = /html|xml|markup|entit/i;
/** What is escaped for one language is written into a text of that language. */
const languages = /^(?:html|xml|sql|shell|ldap|xpath|regex|template|code|nosql)-/;

/** Holds if a function of this name may be there for such a sink. */
function isCleaner(name: string, kinds: readonly string[]): boolean {
  if (cleanerName.test(name)) return true;
  if (!escaperName.test(name)) return false;
  return kinds.some((kind) => (markupName.test(name) ? /^(?:html|xml)-/ : languages).test(kind));
}

/** Most values of one condition that are looked at. */
const valuesMax = 80;

/** Why a check on the path keeps the row from being shown, or "". */
export function guardHeldBack(row: Obligation, context: CheckContext): string {
  const { ir } = context.program;
  const carried = new Set<number>([row.subject]);
  for (const { instr } of row.steps) carried.add(root(ir, instr));
  for (const { instr, kind } of row.steps.slice(1)) {
    if (ir.op.data[instr] !== Op.Call) continue;
    if (kind === "argument" && instr !== row.site && isCleaner(calleeName(ir, instr), context.detector.flow?.to ?? [])) return "it goes through a function that is named like a sanitiser";
  }
  const places = new Set([row.site, ...row.steps.filter((step) => step.kind === "argument").map((step) => step.instr)]);
  for (const place of places) if (isRefused(context, place, carried)) return "a check of the value is not understood";
  for (const place of places) {
    if (isChecked(ir, place, carried)) return "a check of the value is not understood";
  }
  return "";
}

/**
 * Holds if a branch that asks a check about a carried value decides whether `place` runs: always, or where a switch of the
 * program asks for the check (`if is_public and is_private(url): return`).
 */
function isChecked(ir: Ir, place: number, carried: ReadonlySet<number>): boolean {
  const fn = functionOf(ir, place);
  const asking: number[] = [];
  for (let block = fn.firstBlock; block < fn.endBlock; block++) {
    const last = ir.blocks.end.data[block] - 1;
    if (last >= 0 && ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition && asks(ir, ir.a.data[last], carried)) asking.push(block);
  }
  if (asking.length === 0) return false;
  const dominators = new Dominators(ir, fn, () => true);
  const target = ir.block.data[place];
  return asking.some((block) => {
    const ways = ir.lists.toArray(ir.blocks.succs.data[block]);
    if (ways.some((to) => dominators.dominates(to, target))) return true;
    const isBack = (to: number): boolean => (ir.blocks.flags.data[to] & BlockFlag.LoopHead) !== 0 && dominators.dominates(to, block);
    const reaching = ways.filter((to) => reaches(ir, to, target, isBack));
    return reaching.length > 0 && reaching.length < ways.length;
  });
}

/** Calls that are there to raise: `validate_url(url)`, `raise_unless_allowed(url)`. */
const refuserName = /^_*(?:validate|check|verify|ensure|assert|require|refuse|reject|forbid|deny|raise|block)(?:_|$)|_or_(?:raise|abort|fail|die|40\d)$/i;
const useMax = 400;

/** Holds if a call of the project of such a name, whose result nobody looks at, is given on every way to `place` what is given there, whole. */
function isRefused({ program }: CheckContext, place: number, carried: ReadonlySet<number>): boolean {
  const { ir } = program;
  const fn = functionOf(ir, place);
  const calls: number[] = [];
  const given = new Set(ir.op.data[place] === Op.Call ? ir.lists.toArray(ir.b.data[place]).map((value) => root(ir, value)).filter((value) => carried.has(value)) : []);
  for (let i = fn.firstInstr; i < place && calls.length < useMax; i++) {
    if (ir.op.data[i] !== Op.Call || !refuserName.test(calleeName(ir, i)) || !program.targetsOf(i).some((target) => target.kind === "project")) continue;
    if (ir.lists.toArray(ir.b.data[i]).some((value) => given.has(root(ir, value)))) calls.push(i);
  }
  if (calls.length === 0) return false;
  const dominators = new Dominators(ir, fn, () => true);
  return calls.some((call) => isStatement(ir, call) && dominators.dominates(ir.block.data[call], ir.block.data[place]));
}

/** Holds if control can come from a block to another without a way back to an earlier block. */
function reaches(ir: Ir, from: number, target: number, isBack: (to: number) => boolean): boolean {
  const seen = new Set([from]);
  const todo = [from];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at === target) return true;
    for (const next of ir.lists.toArray(ir.blocks.succs.data[at])) {
      if (seen.has(next) || isBack(next)) continue;
      seen.add(next);
      todo.push(next);
    }
  }
  return false;
}

function asks(ir: Ir, condition: number, carried: ReadonlySet<number>): boolean {
  let isNamed = false;
  let isCarried = false;
  const todo = [condition];
  for (let i = 0; i < todo.length && i < valuesMax; i++) {
    const v = root(ir, todo[i]);
    if (v < 0) continue;
    if (carried.has(v)) isCarried = true;
    switch (ir.op.data[v] as Op) {
      case Op.Not: case Op.Un: todo.push(ir.a.data[v]); break;
      case Op.Cmp: todo.push(ir.b.data[v], ir.c.data[v]); break;
      case Op.Build: todo.push(...ir.lists.toArray(ir.b.data[v]).filter((each) => each >= 0)); break;
      case Op.GetAttr: case Op.GetItem: todo.push(ir.a.data[v]); break;
      case Op.Call:
        if (checkName.test(calleeName(ir, v))) isNamed = true;
        todo.push(callCallee(ir, v), ...ir.lists.toArray(ir.b.data[v]));
        break;
      default:
    }
  }
  return isNamed && isCarried;
}

function calleeName(ir: Ir, call: number): string {
  const callee = callCallee(ir, call);
  const op = ir.op.data[callee] as Op;
  if (op === Op.GetAttr) return ir.strings.text(ir.b.data[callee]);
  if (op === Op.Global) return ir.strings.text(ir.a.data[callee]);
  return op === Op.Import && ir.b.data[callee] >= 0 ? ir.strings.text(ir.b.data[callee]) : "";
}

function root(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < 20 && v >= 0 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content || ir.op.data[v] === Op.Await); i++) v = ir.a.data[v];
  return v;
}
