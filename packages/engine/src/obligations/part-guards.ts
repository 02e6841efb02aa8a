/**
 * What is known of a part of a text that was split: the separator is not in it.
 *
 * ```text
 * os.path.splitext(name)[1]        no slash
 * name.rsplit("/", 1)[-1]          no slash
 * text.split("\n")[0]              no line break
 * ```
 */
import { type ConstantValue, Op, callArg, callArgCount, callKeywordCount } from "../ir/index.ts";
import { absentTextGuards } from "./guard-containers.ts";
import { calledName } from "./relations.ts";
import { itemKey } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";

const none: readonly string[] = [];

/** Guards of an item taken out of the result of a call that splits; the item stands at a constant position. */
export function partGuards(solver: Solver, value: number): readonly string[] {
  const { ir } = solver;
  const op = ir.op.data[value]! as Op;
  let at: number | undefined;
  if (op === Op.GetItem) {
    const key = constantOf(solver, ir.b.data[value]!);
    if (key?.type === "int" && typeof key.value === "number") at = key.value;
  } else if (op === Op.Unpack && ir.c.data[value] !== 1) at = ir.b.data[value]!;
  if (at === undefined) return none;
  let call = ir.a.data[value]!;
  for (let i = 0; i < 8 && (ir.op.data[call] === Op.Sigma || ir.op.data[call] === Op.Content); i++) call = ir.a.data[call]!;
  return ir.op.data[call] === Op.Call ? guardsOfPart(solver, call, at) : none;
}

/** Guards of one item of what a call gives that splits, taken out elsewhere: `parts[2]` of a parameter. Items that are not told apart may be joined again. */
export function itemGuards(solver: Solver, call: number, head: number): readonly string[] {
  const key = itemKey(head);
  const constant = key < 0 ? undefined : solver.ir.constants[key];
  return constant?.type === "int" && typeof constant.value === "number" ? guardsOfPart(solver, call, constant.value) : none;
}

function guardsOfPart(solver: Solver, call: number, at: number): readonly string[] {
  const { ir, program, api } = solver;
  const name = calledName(solver, call);
  const isLast = at === -1 || at === 1;
  const path = program.targetsOf(call).map((target) => (target.kind === "api" ? api.name(target.node) : ""));
  if (path.some((target) => target === "os.path.splitext")) return isLast ? ["no-slash", "no-dotdot"] : none;
  if (path.some((target) => target === "os.path.split")) return isLast ? ["no-slash", "basename"] : none;
  if (receiverValue(ir, call) < 0 || callKeywordCount(ir, call) > 0 || callArgCount(ir, call) === 0) return none;
  const separator = constantOf(solver, callArg(ir, call, 0));
  if (separator?.type !== "str" || separator.value.length !== 1) return none;
  const isLimited = callArgCount(ir, call) > 1;
  const isFree = name === "split" || name === "rsplit" ? !isLimited || at === (name === "split" ? 0 : -1)
    : name === "partition" ? at === 0 : name === "rpartition" && (at === 2 || at === -1);
  return isFree ? absentTextGuards(separator.value) : none;
}

function constantOf(solver: Solver, value: number): ConstantValue | undefined {
  return solver.facts.literalOf(value);
}
