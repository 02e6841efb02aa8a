/** Arguments of programs that stand right after an option are its value: `git log --author NAME` reads no option from NAME. */
import { BuildKind, constantOf, type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

/** Holds if every place of the command line at which the value stands comes after an option that is written there. */
export function isValueOfOption(row: Obligation, { program: { ir }, detector }: CheckContext): boolean {
  if (!detector.flow?.to.includes("program-argument") || ir.op.data[row.site] !== Op.Call || row.subject < 0) return false;
  const given = ir.lists.toArray(ir.b.data[row.site]);
  const lines = [given, ...given.map((value) => itemsOf(ir, value))];
  const places = lines.flatMap((items) => items.map((item, at) => ({ items, item, at }))).filter(({ item }) => rootOf(ir, item) === rootOf(ir, row.subject));
  return places.length > 0 && places.every(({ items, at }) => at > 0 && isOption(ir, items[at - 1]));
}

function itemsOf(ir: Ir, value: number): readonly number[] {
  const root = rootOf(ir, value);
  const isList = root >= 0 && ir.op.data[root] === Op.Build && (ir.a.data[root] === BuildKind.List || ir.a.data[root] === BuildKind.Tuple);
  return isList ? ir.lists.toArray(ir.b.data[root]) : [];
}

function isOption(ir: Ir, value: number): boolean {
  const constant = constantOf(ir, rootOf(ir, value));
  return constant?.type === "str" && /^--?\w[\w-]*$/.test(constant.value);
}
