/** The last word by which a value is named: `close` of `self.stream.close`, `NotFound` of `errors.NotFound`. */
import { type Ir, Op } from "../ir/index.ts";

/** The name that is read there, "" if the value is none that is read by its name. */
export function lastName(ir: Ir, value: number): string {
  const op = ir.op.data[value] as Op;
  if (op === Op.Global) return ir.strings.text(ir.a.data[value]);
  return (op === Op.GetAttr || op === Op.Import) && ir.b.data[value] >= 0 ? ir.strings.text(ir.b.data[value]) : "";
}
