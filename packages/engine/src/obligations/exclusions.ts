/**
 * Literals that a test excludes, for needs that ask which constant a value is.
 *
 * ```text
 * if verify is None: verify = True     what comes from `verify` afterwards is not None
 * verify = verify or True              what comes from `verify` is neither None, False, 0 nor empty
 * ```
 * It is carried as a selector that stands for no part, through parameters to the callers and their defaults.
 */
import { CmpOp, constantOf, type Ir, Op } from "../ir/index.ts";
import { notFalse, notNone } from "./paths.ts";
import type { Solver } from "./solver.ts";
import { unrefined } from "./value-versions.ts";

/** What a test for None, or for being there at all, leaves of a value: `x is not None`, `if x`, the x of `x or y`. */
export function refinedPath(solver: Solver, sigma: number): number {
  const { ir, paths } = solver;
  const subject = unrefined(ir, ir.a.data[sigma]!);
  let condition = ir.b.data[sigma]!;
  let holds = ir.c.data[sigma] === 1;
  for (; ir.op.data[condition] === Op.Not; condition = ir.a.data[condition]!) holds = !holds;
  if (unrefined(ir, condition) === subject) return holds ? paths.push(notFalse, 0) : 0;
  if (ir.op.data[condition] !== Op.Cmp || unrefined(ir, ir.b.data[condition]!) !== subject) return 0;
  const op = ir.a.data[condition]! as CmpOp;
  const isOther = op === CmpOp.IsNot || op === CmpOp.NotEq;
  if ((!isOther && op !== CmpOp.Is && op !== CmpOp.Eq) || constantOf(ir, ir.c.data[condition]!)?.type !== "none") return 0;
  return holds === isOther ? paths.push(notNone, 0) : 0;
}

/** The selector that says what a value is known not to be, or 0. */
export function exclusionOf(solver: Solver, path: number): number {
  const head = path === 0 ? 0 : solver.paths.head(path);
  return head === notNone || head === notFalse ? head : 0;
}

export const keepsExclusion = (op: Op): boolean => op === Op.Phi || op === Op.Sigma || op === Op.Param || op === Op.Cell;

export function isExcluded(ir: Ir, id: number, excluded: number): boolean {
  if (excluded === 0) return false;
  const constant = ir.constants[id]!;
  if (constant.type === "none") return true;
  if (excluded !== notFalse) return false;
  if (constant.type === "str" || constant.type === "bytes") return constant.value === "";
  return constant.type === "false" || (constant.type === "int" && Number(constant.value) === 0);
}
