/** Operations that call methods of our classes: operators, items, loops, `with`, decorators, `raise`. */
import { BinOp, BuildKind, CmpOp, InPlace, Op, UnOp } from "../ir/index.ts";
import { flowSelf } from "./attribute-rules.ts";
import { construct, ownResult, result } from "./call-rules.ts";
import { elementsRule, itemRule, sliceToken, unpackToken } from "./container-rules.ts";
import { managedBy } from "./plugins.ts";
import { BindMode } from "./program.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

const binNames = [
  "add", "sub", "mul", "matmul", "truediv", "mod", "pow", "lshift", "rshift", "or", "xor", "and", "floordiv",
] as const;
const cmpNames = ["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "", "", "__contains__", "__contains__"] as const;

export function operandRule(s: Solver, token: number, row: number, _extra: number, node: number): void {
  const { ir } = s;
  switch (ir.op.data[row] as Op) {
    case Op.Bin: binaryOperand(s, token, row, node); return;
    case Op.Cmp: {
      const op = ir.a.data[row] as CmpOp;
      const holder = op === CmpOp.In || op === CmpOp.NotIn ? ir.c.data[row] : ir.b.data[row];
      const other = holder === ir.b.data[row] ? ir.c.data[row] : ir.b.data[row];
      if (holder === node && cmpNames[op] !== "") callMethod(s, token, row, cmpNames[op], -1, other);
      return;
    }
    case Op.Un: {
      const op = ir.a.data[row] as UnOp;
      callMethod(s, token, row, op === UnOp.Invert ? "__invert__" : op === UnOp.Minus ? "__neg__" : "__pos__", row);
      return;
    }
    case Op.GetItem: getItem(s, token, row); return;
    case Op.SetItem: callMethod(s, token, row, "__setitem__", -1, ir.b.data[row], ir.c.data[row]); return;
    case Op.DelItem: callMethod(s, token, row, "__delitem__", -1, ir.b.data[row]); return;
    case Op.SetAttr: setProperty(s, token, row); return;
    case Op.Iter: iterate(s, token, row, ir.b.data[row] === 1); return;
    case Op.Next:
    case Op.Call: // the builtin `next`
      if (!callMethod(s, token, row, "__next__", row) && !callMethod(s, token, row, "__anext__", row)) elementsRule(s, token, row);
      return;
    case Op.Unpack: unpackToken(s, token, row, ir.b.data[row], ir.c.data[row] === 1); return;
    case Op.Enter: enter(s, token, row, ir.b.data[row] === 1); return;
    case Op.Exit:
      if (!callMethod(s, token, row, "__exit__", -1)) callMethod(s, token, row, "__aexit__", -1);
      return;
    case Op.Decorate: decorate(s, token, row); return;
    case Op.Raise:
      if (tokKind(token) === Tok.Class) construct(s, row, tokId(token), false);
      return;
    default:
  }
}

/** Links a method of an instance and lets its result and arguments flow; false if there is no such method. */
function callMethod(s: Solver, token: number, row: number, name: string, target: number, ...args: readonly number[]): boolean {
  if (tokKind(token) !== Tok.Instance) return false;
  const cls = tokId(token);
  const method = s.classes.methodOf(cls, s.ir.strings.intern(name));
  if (method < 0) return false;
  flowSelf(s, method, token);
  s.link(row, method, BindMode.Implicit);
  const info = s.ir.functions[method];
  args.forEach((value, i) => {
    const param = info.params[i + 1];
    if (param && value >= 0) s.copy(value, param.value);
  });
  if (target >= 0) result(s, info, target);
  return true;
}

function binaryOperand(s: Solver, token: number, row: number, node: number): void {
  const { ir } = s;
  const op = ir.a.data[row] & (InPlace - 1);
  const isInPlace = (ir.a.data[row] & InPlace) !== 0;
  const isLeft = node === ir.b.data[row];
  const other = isLeft ? ir.c.data[row] : ir.b.data[row];
  switch (tokKind(token)) {
    case Tok.Instance: {
      const name = binNames[op];
      if (isLeft && isInPlace && callMethod(s, token, row, `__i${name}__`, row, other)) return;
      callMethod(s, token, row, isLeft ? `__${name}__` : `__r${name}__`, row, other);
      return;
    }
    case Tok.Container:
      if (op === BinOp.Add || op === BinOp.BitOr || op === BinOp.Mult) s.add(row, token);
      return;
    case Tok.Query:
      s.add(row, token);
      return;
    case Tok.Api:
    case Tok.External:
      // Text stays text, a path divided by a name stays a path, a query object stays a query object.
      if (isLeft || op === BinOp.Add) s.add(row, token);
      return;
    default:
  }
}

function getItem(s: Solver, token: number, row: number): void {
  const { ir } = s;
  const key = ir.b.data[row];
  if (callMethod(s, token, row, "__getitem__", row, key)) return;
  if (ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Slice) {
    sliceToken(s, token, row, key);
    return;
  }
  // A key that is a parameter waits for what callers pass.
  if (!s.keyedReads.has(row)) itemRule(s, token, row, s.names.constantOf(key, s.moduleOf(row)));
  if (tokKind(token) !== Tok.Instance) return;
  libraryResult(s, tokId(token), row, (base) => s.libraries.item(base));
  const managed = managedBy(s, tokId(token));
  if (managed >= 0) s.addEdge(managed, Edge.Item, row, s.names.constantOf(key, s.moduleOf(row)));
}

/** An instance of a class of ours that derives from a library class behaves like one where our class says nothing. */
function libraryResult(s: Solver, cls: number, row: number, step: (instance: number) => readonly number[]): void {
  for (const base of s.classes.libraryBases(cls)) {
    for (const found of step(s.libraries.instance(base))) if (s.libraries.isModelled(found)) s.add(row, found);
  }
}

function setProperty(s: Solver, token: number, row: number): void {
  if (tokKind(token) !== Tok.Instance) return;
  const setter = s.classes.setterOf(tokId(token), s.ir.b.data[row]);
  if (setter < 0 || !s.link(row, setter, BindMode.Implicit)) return;
  flowSelf(s, setter, token);
  const param = s.ir.functions[setter].params[1];
  if (param) s.copy(s.ir.c.data[row], param.value);
}

function iterate(s: Solver, token: number, row: number, isAsync: boolean): void {
  if (tokKind(token) !== Tok.Instance) {
    s.add(row, token);
    return;
  }
  if (callMethod(s, token, row, isAsync ? "__aiter__" : "__iter__", row)) return;
  const managed = managedBy(s, tokId(token));
  if (managed >= 0) s.copy(managed, row);
  const getter = s.classes.methodOf(tokId(token), s.ir.strings.intern("__getitem__"));
  if (getter >= 0) callMethod(s, token, row, "__getitem__", row);
  else libraryResult(s, tokId(token), row, (base) => [base]);
}

function enter(s: Solver, token: number, row: number, isAsync: boolean): void {
  switch (tokKind(token)) {
    case Tok.Instance:
      if (!callMethod(s, token, row, isAsync ? "__aenter__" : "__enter__", row)) s.add(row, token);
      return;
    case Tok.Generator: s.copy(s.yieldNode(tokId(token)), row); return; // @contextmanager
    case Tok.Api:
    case Tok.External: enterLibrary(s, token, row, isAsync); return;
    case Tok.Class: return;
    default: s.add(row, token);
  }
}

/** What a manager of a library gives: by its page, else by its stub, else itself. */
function enterLibrary(s: Solver, token: number, row: number, isAsync: boolean): void {
  const { libraries } = s;
  const entered = libraries.attribute(token, s.ir.strings.intern(isAsync ? "__aenter__" : "__enter__")).filter((found) => libraries.isModelled(found));
  if (entered.length > 0) {
    for (const method of entered) s.addAll(row, libraries.call(method));
    return;
  }
  const typed = libraries.entered(token);
  if (typed.length > 0) s.addAll(row, typed);
  else s.add(row, token);
}

function decorate(s: Solver, token: number, row: number): void {
  const { ir } = s;
  const decorated = ir.b.data[row];
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Function:
    case Tok.Bound: {
      const fn = ir.functions[id];
      if (!s.link(row, id, tokKind(token) === Tok.Function ? BindMode.Implicit : BindMode.Bound)) return;
      const param = fn.params[tokKind(token) === Tok.Function ? 0 : 1] ?? fn.params[0];
      if (param) s.copy(decorated, param.value);
      ownResult(s, fn, row);
      const returned = s.returnedOf(id);
      for (const index of returned) s.copy(fn.params[index] === param ? decorated : fn.params[index].value, row);
      if (returned.length === 0) s.noteDecorated(id, row, decorated);
      return;
    }
    case Tok.Class: {
      construct(s, row, id, false);
      const init = s.classes.methodOf(id, ir.strings.intern("__init__"));
      const param = init < 0 ? undefined : ir.functions[init].params[1];
      if (param) s.copy(decorated, param.value);
      s.copy(decorated, row);
      return;
    }
    case Tok.Instance:
      if (!callMethod(s, token, row, "__call__", row, decorated)) s.copy(decorated, row);
      return;
    case Tok.Api: {
      for (const value of s.libraries.call(token)) if (s.libraries.isModelled(value)) s.add(row, value);
      s.copy(decorated, row);
      return;
    }
    default: s.copy(decorated, row);
  }
}

export function instantiateRule(s: Solver, token: number, target: number): void {
  switch (tokKind(token)) {
    case Tok.Class: s.add(target, tokOf(Tok.Instance, tokId(token))); return;
    case Tok.Api:
    case Tok.External:
      if (s.libraries.isClass(token)) s.addAll(target, s.libraries.call(token));
      return;
    case Tok.Container: // except (A, B)
      s.addEdgeOnce(s.allElementsNode(tokId(token)), Edge.Instantiate, target);
      return;
    default:
  }
}

/** `type(x)`: the class of the instance. */
export function typeOfRule(s: Solver, token: number, target: number): void {
  if (tokKind(token) === Tok.Instance) s.add(target, tokOf(Tok.Class, tokId(token)));
}

export function makePropertyRule(s: Solver, token: number, target: number): void {
  if (tokKind(token) === Tok.Function) s.add(target, tokOf(Tok.Property, tokId(token)));
}

export function subclassesRule(s: Solver, token: number, target: number, cls: number): void {
  const kind = tokKind(token);
  if ((kind === Tok.Instance || kind === Tok.Class) && s.classes.isSubclass(tokId(token), cls)) s.add(target, token);
}
