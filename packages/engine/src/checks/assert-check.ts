/** `assert` that decides what a client may send or do: it is left out by `python -O`, and answers with an error of the server. */
import { BranchKind, callArg, callArgCount, callCallee, CmpOp, constNone, functionOf, Op } from "../ir/index.ts";
import { LeafKind, type Obligation } from "../obligations/index.ts";
import { guardBefore } from "./checked-before.ts";
import { isCheckName } from "./check-names.ts";
import type { CheckContext } from "./context.ts";
import { lastName } from "./last-name.ts";

const shownSources = ["remote-input", "upload-filename"];
const sources = [...shownSources, "rpc-input", "network-response"];
const operandsMax = 12;
/** The bit of a path through a field: told, but no weakness. */
const jumpFlag = 32;
const decidingNames = /^(?:is_(?:admin|authenticated|superuser|staff|owner|authorized|allowed|anonymous)|permissions?|csrf_token|has_perms?)$/;

/** Whether there is a known caller at all, which a login before the handler has settled. */
const asksWho = /^is_(?:authenticated|anonymous)$/;

export function assertCheck(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const row of ir.rowsOf(Op.Raise)) {
    if (ir.c.data[row] !== 1 || !context.isProduct(row)) continue;
    for (const condition of conditionsOf(context, row)) {
      const decided = decide(context, row, condition);
      out.push(decided);
      if (decided.verdict === "violated") break;
    }
  }
  return out;
}

/** What the branches ask that lead to a failed assert. */
function conditionsOf(context: CheckContext, raise: number): readonly number[] {
  const { ir } = context.program;
  const out = new Set<number>();
  const queue = [ir.block.data[raise]];
  for (let i = 0; i < queue.length && i < operandsMax; i++) {
    for (const pred of ir.lists.toArray(ir.blocks.preds.data[queue[i]])) {
      const last = ir.blocks.end.data[pred] - 1;
      if (ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition) out.add(ir.a.data[last]);
      else if (ir.op.data[last] === Op.Jump && !queue.includes(pred)) queue.push(pred);
    }
  }
  return [...out];
}

function decide(context: CheckContext, site: number, condition: number): Obligation {
  const more = { sink: "assert", subject: condition };
  const operands = operandsOf(context, condition);
  const deciding = operands.map((value) => decidingName(context, value)).find((name) => name !== "") ?? "";
  if (deciding !== "") {
    const guard = asksWho.test(deciding) ? guardBefore(context, functionOf(context.program.ir, site)) : -1;
    if (guard >= 0) return context.row(site, "proven", { code: "guard", text: "a guard before each handler that leads here has asked already", at: guard }, more);
    return context.row(site, "violated", { code: "bad-value", text: `${deciding} decides by an assert`, at: condition }, { ...more, source: deciding });
  }
  for (const value of operands) {
    const found = context.origins(value, sources).filter(({ leaf }) => leaf.kind === LeafKind.Source);
    const source = found.find(({ leaf, flags }) => shownSources.includes(leaf.code) && (flags & ~jumpFlag) === 0) ?? found[0];
    if (!source) continue;
    const { leaf, flags } = source;
    const notShown = narrows(context, condition) ? "the assert tells a type" : !shownSources.includes(leaf.code) ? `the source is ${leaf.code}`
      : (flags & ~jumpFlag) === 0 ? "whether a client can make it fail is for a person to tell" : "the path is not fully understood";
    return context.row(site, "violated", { code: "source-reaches-sink", text: `${leaf.text} is checked by an assert`, at: leaf.instr }, {
      ...more, source: leaf.text === "" ? leaf.code : leaf.text, sourceKind: leaf.code, steps: context.steps(source, site, "checked by an assert"), notShown,
    });
  }
  return context.row(site, "proven", { code: "trusted-origin", text: "nothing that a client sends is asked about", at: condition }, more);
}

/** A condition, and what it compares or asks about. */
function operandsOf(context: CheckContext, value: number): readonly number[] {
  const { ir } = context.program;
  const queue = [value];
  for (let i = 0; i < queue.length && queue.length < operandsMax; i++) {
    const v = queue[i];
    const op = ir.op.data[v] as Op;
    if (op === Op.Not || op === Op.IsInst || op === Op.Len || op === Op.Sigma || op === Op.Content) queue.push(ir.a.data[v]);
    else if (op === Op.Cmp) queue.push(ir.b.data[v], ir.c.data[v]);
    else if (op === Op.Call && asksOfArgument(context, v)) queue.push(callArg(ir, v, 0));
  }
  return queue;
}

function asksOfArgument(context: CheckContext, call: number): boolean {
  const { ir } = context.program;
  return callArgCount(ir, call) > 0 && /^(?:isinstance|len|int|str|all|any|callable|is_\w+|valid\w*|match|fullmatch)$/.test(lastName(ir, callCallee(ir, call)));
}

/** The name of what decides who may go on: `user.is_admin`, `verify(token)`. */
function decidingName(context: CheckContext, value: number): string {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  if (op === Op.GetAttr) {
    const name = ir.strings.text(ir.b.data[value]);
    return decidingNames.test(name) ? name : "";
  }
  if (op !== Op.Call) return "";
  const name = lastName(ir, callCallee(ir, value));
  return isCheckName(name) ? name : "";
}

/** `assert x is not None`, `assert isinstance(x, str)`: written for the type checker. */
function narrows(context: CheckContext, condition: number): boolean {
  const { ir } = context.program;
  let v = condition;
  for (let i = 0; i < 4 && ir.op.data[v] === Op.Not; i++) v = ir.a.data[v];
  const op = ir.op.data[v] as Op;
  if (op === Op.IsInst || (op === Op.Call && lastName(ir, callCallee(ir, v)) === "isinstance")) return true;
  const isIdentity = op === Op.Cmp && (ir.a.data[v] === CmpOp.Is || ir.a.data[v] === CmpOp.IsNot);
  return isIdentity && ir.op.data[ir.c.data[v]] === Op.Const && ir.a.data[ir.c.data[v]] === constNone;
}
