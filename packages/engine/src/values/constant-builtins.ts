/** Built-in functions of literals. */
import type { ConstantValue } from "../ir/index.ts";
import { asInteger, fromInteger, isTrue } from "./constant-arithmetic.ts";
import { reprOf, textLength, textOf } from "./constant-text.ts";

/** Built-in functions of one argument that are worked out. */
export const literalBuiltins: ReadonlyMap<string, (value: ConstantValue) => ConstantValue | undefined> = new Map<
  string,
  (value: ConstantValue) => ConstantValue | undefined
>([
  ["str", (value) => maybeText(textOf(value))],
  ["repr", (value) => maybeText(reprOf(value))],
  ["bool", (value) => ({ type: isTrue(value) ? "true" : "false" })],
  ["int", toInteger],
  [
    "abs",
    (value) => {
      const integer = asInteger(value);
      return integer === undefined ? undefined : fromInteger(integer < 0n ? -integer : integer);
    },
  ],
  [
    "ord",
    (value) => (value.type === "str" && textLength(value) === 1 ? { type: "int", value: value.value.codePointAt(0) ?? 0 } : undefined),
  ],
  [
    "chr",
    (value) => {
      const code = Number(asInteger(value) ?? -1n);
      return code >= 0 && code < 0xd800 ? { type: "str", value: String.fromCharCode(code) } : undefined;
    },
  ],
]);

const maybeText = (text: string | undefined): ConstantValue | undefined => (text === undefined ? undefined : { type: "str", value: text });

function toInteger(value: ConstantValue): ConstantValue | undefined {
  if (value.type === "str")
    return /^\s*[+-]?[0-9]{1,300}\s*$/.test(value.value) ? fromInteger(BigInt(value.value.trim().replace("+", ""))) : undefined;
  if (value.type === "float") return fromInteger(BigInt(Math.trunc(value.value)));
  const integer = asInteger(value);
  return integer === undefined ? undefined : fromInteger(integer);
}
