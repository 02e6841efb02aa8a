/**
 * What a function wrote to a file that it then reads: the content of the file is what was written.
 *
 * ```text
 * upload.save(path)                       open(path), tarfile.open(path), unpack_archive(path): the upload
 * with open(path, "wb") as f:
 *     f.write(body)                       likewise: body
 * shutil.copyfileobj(stream, f)           likewise: stream
 * Path(path).write_bytes(body)            likewise: body
 * ```
 * Two places are the same if they are the same value, the same constant, or computed alike from the same values.
 */
import { type Ir, Op, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, constantOf, functionOf } from "../ir/index.ts";

const depthMax = 6;
const contentsMax = 8;
const rowsMax = 4000;
const none: readonly number[] = [];

/** The values that the function around `call` wrote to the file at `place`. */
export function writtenTo(ir: Ir, call: number, place: number): readonly number[] {
  const fn = functionOf(ir, call);
  if (fn.endInstr - fn.firstInstr > rowsMax) return none;
  const out: number[] = [];
  const handles: number[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr && out.length < contentsMax; row++) {
    if (ir.op.data[row] !== Op.Call || row === call) continue;
    const name = methodName(ir, row);
    const receiver = receiverOf(ir, row);
    const first = callArgCount(ir, row) > 0 ? callArg(ir, row, 0) : -1;
    if ((name === "save" || name === "save_as") && receiver >= 0 && first >= 0 && isSamePlace(ir, first, place, 0)) out.push(receiver);
    else if (/^write_(?:bytes|text)$/.test(name) && receiver >= 0 && isSamePlace(ir, unwrapped(ir, receiver), place, 0)) out.push(first);
    else if (name === "open" && isForWriting(ir, row) && isSamePlace(ir, unwrapped(ir, receiver >= 0 && first < 0 ? receiver : first), place, 0)) handles.push(row);
    else if (/^(?:NamedTemporaryFile|TemporaryFile)$/.test(name) && isNameOf(ir, place, row)) handles.push(row);
    else if (/^(?:write|writelines)$/.test(name) && handles.includes(handleOf(ir, receiver))) out.push(first);
    else if (name === "copyfileobj" && callArgCount(ir, row) > 1 && handles.includes(handleOf(ir, callArg(ir, row, 1)))) out.push(first);
  }
  return out;
}

/** The call that made a file, behind `with` and changes of it. */
export function handleOf(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < 20 && v >= 0; i++) {
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && op !== Op.Content && op !== Op.Enter && op !== Op.Await) break;
    v = ir.a.data[v]!;
  }
  return v;
}

/** Holds for `file.name` of the temporary file that a call makes. */
function isNameOf(ir: Ir, place: number, made: number): boolean {
  const v = root(ir, place);
  return ir.op.data[v] === Op.GetAttr && ir.strings.text(ir.b.data[v]!) === "name" && handleOf(ir, ir.a.data[v]!) === made;
}

function isForWriting(ir: Ir, call: number): boolean {
  const count = callArgCount(ir, call);
  const texts: number[] = count > 1 ? [callArg(ir, call, 1)] : count === 1 ? [callArg(ir, call, 0)] : [];
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name >= 0 && ir.strings.text(name) === "mode") texts.push(callKeywordValue(ir, call, i));
  }
  return texts.some((each) => {
    const constant = constantOf(ir, each);
    return constant?.type === "str" && /^[rb]*[wax+]/.test(constant.value);
  });
}

/** The text that a path object was made of. */
function unwrapped(ir: Ir, value: number): number {
  const v = root(ir, value);
  return v >= 0 && ir.op.data[v] === Op.Call && /^(?:Path|PurePath|str|fspath)$/.test(methodName(ir, v)) && callArgCount(ir, v) === 1 ? callArg(ir, v, 0) : value;
}

function isSamePlace(ir: Ir, a: number, b: number, depth: number): boolean {
  if (a < 0 || b < 0 || depth > depthMax) return false;
  const x = root(ir, a);
  const y = root(ir, b);
  if (x === y) return true;
  const op = ir.op.data[x]!;
  if (op !== ir.op.data[y]!) return false;
  const isSame = (first: readonly number[], second: readonly number[]): boolean =>
    first.length > 0 && first.length === second.length && first.every((each, i) => isSamePlace(ir, each, second[i]!, depth + 1));
  switch (op as Op) {
    case Op.Const: return ir.a.data[x] === ir.a.data[y] && constantOf(ir, x)?.type === "str";
    case Op.Global: return ir.a.data[x] === ir.a.data[y];
    case Op.GetAttr: return ir.b.data[x] === ir.b.data[y] && isSamePlace(ir, ir.a.data[x]!, ir.a.data[y]!, depth + 1);
    case Op.GetItem: return isSame([ir.a.data[x]!, ir.b.data[x]!], [ir.a.data[y]!, ir.b.data[y]!]);
    case Op.Bin: return ir.a.data[x] === ir.a.data[y] && isSame([ir.b.data[x]!, ir.c.data[x]!], [ir.b.data[y]!, ir.c.data[y]!]);
    case Op.Fmt: return isSame(ir.lists.toArray(ir.a.data[x]!), ir.lists.toArray(ir.a.data[y]!));
    case Op.Call: {
      if (!/^(?:join|abspath|realpath|normpath|Path|str|format|secure_filename)$/.test(methodName(ir, x)) || methodName(ir, x) !== methodName(ir, y)) return false;
      const args = (call: number): number[] => Array.from({ length: callArgCount(ir, call) }, (_, i) => callArg(ir, call, i));
      return isSame(args(x), args(y));
    }
    default: return false;
  }
}

function root(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < 24 && v >= 0 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
  return v;
}

function receiverOf(ir: Ir, call: number): number {
  const callee = callCallee(ir, call);
  return ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee]! : -1;
}

function methodName(ir: Ir, call: number): string {
  const callee = callCallee(ir, call);
  const op = ir.op.data[callee]!;
  if (op === Op.GetAttr) return ir.strings.text(ir.b.data[callee]!);
  if (op === Op.Global) return ir.strings.text(ir.a.data[callee]!);
  return op === Op.Import && ir.b.data[callee]! >= 0 ? ir.strings.text(ir.b.data[callee]!) : "";
}
