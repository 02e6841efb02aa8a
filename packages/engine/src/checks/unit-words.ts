/** What the last word of a name says of the unit of its value: `timeout_ms`, `size_gb`, `AGE_SECONDS`. */
import { Op } from "../ir/index.ts";
import type { Ir } from "../ir/index.ts";

export interface Unit {
  readonly dimension: "time" | "size";
  /** How many of the smallest unit it is; kB and KiB are not told apart, programs do not either. */
  readonly factor: number;
  readonly word: string;
}

const time = (factor: number, words: string): readonly (readonly [string, Unit])[] =>
  words.split(" ").map((word) => [word, { dimension: "time", factor, word }]);
const size = (factor: number, words: string): readonly (readonly [string, Unit])[] =>
  words.split(" ").map((word) => [word, { dimension: "size", factor, word }]);

const second = 1e9;
const units: ReadonlyMap<string, Unit> = new Map([
  ...time(1, "ns nsec nsecs nanos nanoseconds"),
  ...time(1e3, "us usec usecs micros microseconds"),
  ...time(1e6, "ms msec msecs millis millisecond milliseconds"),
  ...time(second, "sec secs seconds"),
  ...time(60 * second, "mins minutes"),
  ...time(3600 * second, "hours hrs"),
  ...time(86_400 * second, "days"),
  ...size(1, "bytes"),
  ...size(1024, "kb kib kilobytes"),
  ...size(1024 ** 2, "mb mib megabytes"),
  ...size(1024 ** 3, "gb gib gigabytes"),
  ...size(1024 ** 4, "tb tib terabytes"),
]);

/** How all of these words end: most names need no second look. */
const lastLetters = /[bcds]_*$/i;

/** The unit that a name says; `undefined` if it says none, or a rate (`bytes_per_second`). */
export function unitOfName(name: string): Unit | undefined {
  if (!lastLetters.test(name)) return undefined;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().split("_").filter((word) => word !== "");
  const unit = words.length > 1 ? units.get(words[words.length - 1]!) : undefined;
  const saysMore = words.some((word, at) => word === "per" || word === "to" || word === "in" && at < words.length - 2 || (at < words.length - 1 && units.has(word)));
  return saysMore ? undefined : unit;
}

/** The name under which a value is read: of an attribute, a variable of a module, a parameter; "" if none. */
export function nameOfValue(ir: Ir, value: number): string {
  switch (ir.op.data[value] as Op) {
    case Op.Sigma: return nameOfValue(ir, ir.a.data[value]!);
    case Op.GetAttr: case Op.Param: return ir.strings.text(ir.b.data[value]!);
    case Op.Import: return ir.b.data[value]! >= 0 ? ir.strings.text(ir.b.data[value]!) : "";
    case Op.Global: return ir.strings.text(ir.a.data[value]!);
    default: return "";
  }
}
