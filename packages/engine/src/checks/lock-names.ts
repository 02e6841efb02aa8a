/**
 * How a lock, a field or a path is named in the program: two values of one name are the same object for the reader.
 *
 * ```text
 * self._lock, type(self)._lock          self._lock
 * LOCK in module a, a.LOCK elsewhere    a.LOCK
 * lockutils.lock("images")              oslo_concurrency.lockutils.lock("images")
 * ```
 */
import { callArg, callArgCount, callCallee, functionOf, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { Program } from "../program/index.ts";

const depthMax = 12;
const methodDepthMax = 16;

/** The method that a function is, or lies in; `undefined` outside of methods. */
export function methodAround(ir: Ir, fn: FunctionInfo): FunctionInfo | undefined {
  let at: FunctionInfo | undefined = fn;
  for (let depth = 0; at && depth < methodDepthMax; depth++) {
    if (at.class >= 0 && at.kind === "function") return at;
    at = at.parent >= 0 ? ir.functions[at.parent] : undefined;
  }
  return undefined;
}

export class LockNames {
  private readonly program: Program;
  private readonly ir: Ir;

  constructor(program: Program) {
    this.program = program;
    this.ir = program.ir;
  }

  /** Holds if a value is the object whose method runs, also inside functions of the method. */
  isSelf(value: number): boolean {
    const { ir } = this;
    const at = this.rootOf(value);
    const op = ir.op.data[at] as Op;
    if (op === Op.Param) {
      const fn = functionOf(ir, at);
      return ir.a.data[at] === 0 && fn.class >= 0 && fn.params[0]?.value === at;
    }
    if (op === Op.Cell) {
      const cell = ir.cells[ir.a.data[at]!]!;
      const owner = ir.functions[cell.function]!;
      return owner.class >= 0 && owner.kind === "function" && owner.params[0]?.name === cell.name;
    }
    return false;
  }

  /** The name of a value, "" if it has none. */
  of(value: number, depth = 0): string {
    const { ir } = this;
    if (depth > depthMax || value < 0) return "";
    if (this.isSelf(value)) return "self";
    const at = this.rootOf(value);
    switch (ir.op.data[at] as Op) {
      case Op.Param: return `${functionOf(ir, at).id}:${ir.strings.text(ir.b.data[at]!)}`;
      case Op.Cell: return `cell${ir.a.data[at]}`;
      case Op.Const: return JSON.stringify(String((ir.constants[ir.a.data[at]!] as { value?: unknown }).value ?? ir.constants[ir.a.data[at]!]!.type));
      case Op.Global: return this.ofGlobal(at);
      case Op.Import: return ir.strings.text(ir.a.data[at]!) + (ir.b.data[at]! >= 0 ? `.${ir.strings.text(ir.b.data[at]!)}` : "");
      case Op.GetAttr: return this.ofAttribute(at, depth);
      case Op.GetItem: return joined(this.of(ir.a.data[at]!, depth + 1), `[${this.of(ir.b.data[at]!, depth + 1)}]`);
      case Op.Call: return this.ofCall(at, depth);
      default: return "";
    }
  }

  /** The last word of what is called, read or written. */
  lastWord(value: number): string {
    const { ir } = this;
    const at = this.rootOf(value);
    const op = ir.op.data[at] as Op;
    if (op === Op.Call) return this.lastWord(callCallee(ir, at));
    if (op === Op.Global) return ir.strings.text(ir.a.data[at]!);
    if (op === Op.GetAttr || op === Op.Import) return ir.b.data[at]! >= 0 ? ir.strings.text(ir.b.data[at]!) : ir.strings.text(ir.a.data[at]!);
    if (op === Op.Param) return ir.strings.text(ir.b.data[at]!);
    return op === Op.Cell ? ir.strings.text(ir.cells[ir.a.data[at]!]!.name) : op === Op.GetItem ? this.lastWord(ir.a.data[at]!) : "";
  }

  /** The value before tests and changes of its content; where ways meet, their common one. */
  rootOf(value: number): number {
    const { ir } = this;
    let at = value;
    for (let turn = 0; turn < 200 && at >= 0; turn++) {
      const op = ir.op.data[at] as Op;
      if (op === Op.Sigma || op === Op.Content) at = ir.a.data[at]!;
      else if (op === Op.Phi && ir.lists.length(ir.a.data[at]!) > 0 && this.isOneValue(at)) at = ir.lists.at(ir.a.data[at]!, 0);
      else return at;
    }
    return at;
  }

  /** Holds if all that meets at a phi goes back to one value. */
  private isOneValue(phi: number): boolean {
    const { ir } = this;
    const seen = new Set([phi]);
    let root = -1;
    for (const at of seen) {
      if (seen.size > 60) return false;
      const op = ir.op.data[at] as Op;
      if (op === Op.Phi) for (const input of ir.lists.toArray(ir.a.data[at]!)) seen.add(input);
      else if (op === Op.Sigma || op === Op.Content) seen.add(ir.a.data[at]!);
      else if (root < 0) root = at;
      else return false;
    }
    return root >= 0;
  }

  private ofGlobal(at: number): string {
    const { ir } = this;
    const fn = functionOf(ir, at);
    const name = ir.strings.text(ir.a.data[at]!);
    const method = methodAround(ir, fn);
    if (method && ir.strings.text(ir.classes[method.class]!.name) === name) return "self";
    const [store] = this.program.storesOf(at);
    if (store !== undefined && ir.op.data[store] === Op.Import) return this.of(store, depthMax);
    return `${ir.strings.text(ir.modules[fn.module]!.name)}.${name}`;
  }

  private ofAttribute(at: number, depth: number): string {
    const { ir } = this;
    const name = ir.strings.text(ir.b.data[at]!);
    const object = this.of(ir.a.data[at]!, depth + 1);
    return name === "__class__" ? object : joined(object, `.${name}`);
  }

  private ofCall(at: number, depth: number): string {
    const { ir } = this;
    const callee = this.of(callCallee(ir, at), depth + 1);
    const given = Array.from({ length: callArgCount(ir, at) }, (_v, i) => this.of(callArg(ir, at, i), depth + 1));
    if (callee.endsWith(".type") && given[0] === "self") return "self";
    // One lock that is taken for reading or for writing; what it is taken for is for its log.
    if (given.length > 0 && sideName.test(given[0]!) && callee !== "") return `${callee}()`;
    return given.includes("") ? "" : joined(callee, `(${given.join()})`);
  }
}

/** How a lock for readers and writers is taken: `acquire_lock("r")`. */
const sideName = /^"(?:r|w|rw|read|write|shared|exclusive|s|x)"$/i;

const joined = (first: string, rest: string): string => (first === "" ? "" : first + rest);
