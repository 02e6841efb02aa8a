/** What Python's operators make of literals. `undefined`: not a literal, raises, or larger than we want to know. */
import { BinOp, CmpOp, type ConstantValue, UnOp } from "../ir/index.ts";
import { concatenate, formatPercent, isPlain, repeatText, textContains } from "./constant-text.ts";

/** Bits of an integer result. */
const integerBitsMax = 2048;
const exponentMax = 1024;

export type Maybe = ConstantValue | undefined;

export const trueConstant: ConstantValue = { type: "true" };
export const falseConstant: ConstantValue = { type: "false" };
export const fromBoolean = (value: boolean): ConstantValue => (value ? trueConstant : falseConstant);

export function isTrue(value: ConstantValue): boolean {
  switch (value.type) {
    case "none":
    case "false":
      return false;
    case "true":
    case "ellipsis":
      return true;
    case "str":
    case "bytes":
      return value.value !== "";
    default:
      return value.value !== 0 && value.value !== 0n;
  }
}

/** An integer, with True and False as 1 and 0. */
export function asInteger(value: ConstantValue): bigint | undefined {
  if (value.type === "true") return 1n;
  if (value.type === "false") return 0n;
  return value.type === "int" ? BigInt(value.value) : undefined;
}

function asFloat(value: ConstantValue): number | undefined {
  if (value.type === "float") return value.value;
  const integer = asInteger(value);
  return integer === undefined ? undefined : Number(integer);
}

export function fromInteger(value: bigint): Maybe {
  const small = Number(value);
  if (Number.isSafeInteger(small)) return { type: "int", value: small };
  const limit = 1n << BigInt(integerBitsMax);
  return value < limit && value > -limit ? { type: "int", value } : undefined;
}

const fromFloat = (value: number): Maybe => (Number.isFinite(value) ? { type: "float", value } : undefined);

export function evaluateUnary(op: UnOp, operand: ConstantValue): Maybe {
  const integer = asInteger(operand);
  if (integer !== undefined) return fromInteger(op === UnOp.Invert ? ~integer : op === UnOp.Minus ? -integer : integer);
  if (operand.type !== "float" || op === UnOp.Invert) return undefined;
  return fromFloat(op === UnOp.Minus ? -operand.value : operand.value);
}

export function evaluateBinary(op: BinOp, left: ConstantValue, right: ConstantValue): Maybe {
  if (left.type === "str" || left.type === "bytes") return evaluateTextBinary(op, left, right);
  if (op === BinOp.Mult && (right.type === "str" || right.type === "bytes")) return repeatText(right, asInteger(left));
  const x = asInteger(left);
  const y = asInteger(right);
  if (x !== undefined && y !== undefined) return evaluateIntegers(op, x, y);
  const fx = asFloat(left);
  const fy = asFloat(right);
  return fx === undefined || fy === undefined ? undefined : evaluateFloats(op, fx, fy);
}

function evaluateTextBinary(op: BinOp, left: ConstantValue & { type: "str" | "bytes" }, right: ConstantValue): Maybe {
  if (op === BinOp.Add) return concatenate(left, right);
  if (op === BinOp.Mult) return repeatText(left, asInteger(right));
  if (op === BinOp.Mod) return formatPercent(left, [right]);
  return undefined;
}

function evaluateIntegers(op: BinOp, x: bigint, y: bigint): Maybe {
  switch (op) {
    case BinOp.Add:
      return fromInteger(x + y);
    case BinOp.Sub:
      return fromInteger(x - y);
    case BinOp.Mult:
      return fromInteger(x * y);
    case BinOp.Div:
      return y === 0n ? undefined : fromFloat(Number(x) / Number(y));
    case BinOp.FloorDiv:
      return y === 0n ? undefined : fromInteger(floorDivide(x, y));
    case BinOp.Mod:
      return y === 0n ? undefined : fromInteger(x - y * floorDivide(x, y));
    case BinOp.Pow:
      if (y < 0n || y > exponentMax) return undefined;
      return bitLength(x) * Number(y) > integerBitsMax * 2 ? undefined : fromInteger(x ** y);
    case BinOp.LShift:
      return y < 0n || y > integerBitsMax ? undefined : fromInteger(x << y);
    case BinOp.RShift:
      return y < 0n || y > integerBitsMax * 2 ? undefined : fromInteger(x >> y);
    case BinOp.BitOr:
      return fromInteger(x | y);
    case BinOp.BitXor:
      return fromInteger(x ^ y);
    case BinOp.BitAnd:
      return fromInteger(x & y);
    default:
      return undefined;
  }
}

const bitLength = (x: bigint): number => (x < 0n ? -x : x).toString(2).length;

function floorDivide(x: bigint, y: bigint): bigint {
  const quotient = x / y;
  return x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient;
}

function evaluateFloats(op: BinOp, x: number, y: number): Maybe {
  switch (op) {
    case BinOp.Add:
      return fromFloat(x + y);
    case BinOp.Sub:
      return fromFloat(x - y);
    case BinOp.Mult:
      return fromFloat(x * y);
    case BinOp.Div:
      return y === 0 ? undefined : fromFloat(x / y);
    case BinOp.FloorDiv:
      return y === 0 ? undefined : fromFloat(Math.floor(x / y));
    default:
      return undefined;
  }
}

/** Python's `==` on literals; always decided. */
export function areEqual(left: ConstantValue, right: ConstantValue): boolean {
  const x = asInteger(left);
  const y = asInteger(right);
  if (x !== undefined && y !== undefined) return x === y;
  const fx = asFloat(left);
  const fy = asFloat(right);
  if (fx !== undefined && fy !== undefined) return fx === fy;
  if (left.type !== right.type) return false;
  return "value" in left && "value" in right ? left.value === right.value : true;
}

export function evaluateComparison(op: CmpOp, left: ConstantValue, right: ConstantValue): boolean | undefined {
  switch (op) {
    case CmpOp.Eq:
      return areEqual(left, right);
    case CmpOp.NotEq:
      return !areEqual(left, right);
    case CmpOp.Is:
      return areSame(left, right);
    case CmpOp.IsNot: {
      const same = areSame(left, right);
      return same === undefined ? undefined : !same;
    }
    case CmpOp.In:
      return textContains(right, left);
    case CmpOp.NotIn: {
      const contained = textContains(right, left);
      return contained === undefined ? undefined : !contained;
    }
    default: {
      const order = compare(left, right);
      if (order === undefined) return undefined;
      return op === CmpOp.Lt ? order < 0 : op === CmpOp.LtE ? order <= 0 : op === CmpOp.Gt ? order > 0 : order >= 0;
    }
  }
}

/** `is` is only sure for the singletons, and for literals of different types. */
function areSame(left: ConstantValue, right: ConstantValue): boolean | undefined {
  if (left.type !== right.type) return false;
  return "value" in left ? undefined : true;
}

function compare(left: ConstantValue, right: ConstantValue): number | undefined {
  if ((left.type === "str" || left.type === "bytes") && left.type === right.type) {
    if (!isPlain(left.value) || !isPlain(right.value)) return undefined;
    return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  }
  const x = asInteger(left);
  const y = asInteger(right);
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : 0;
  const fx = asFloat(left);
  const fy = asFloat(right);
  if (fx === undefined || fy === undefined) return undefined;
  return fx < fy ? -1 : fx > fy ? 1 : 0;
}
