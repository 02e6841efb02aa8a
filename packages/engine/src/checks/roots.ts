/** The value that a row is a later version of: branches refine it, calls look at it. */
import { type Ir, Op } from "../ir/index.ts";

const versionsMax = 20;

const isVersion = (ir: Ir, value: number): boolean => ir.op.data[value] === Op.Sigma || ir.op.data[value] === Op.Content;

/** The value that later versions of it go back to, as far as is worth looking. */
export function rootOf(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < versionsMax && isVersion(ir, v); i++) v = ir.a.data[v];
  return v;
}

/** The value that all versions of it go back to, however many there are. */
export function firstVersionOf(ir: Ir, value: number): number {
  let v = value;
  while (isVersion(ir, v)) v = ir.a.data[v];
  return v;
}
