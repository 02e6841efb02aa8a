/**
 * One sweep forward from everything that outsiders send: which calls receive some of it?
 *
 * The ledger only speaks of sinks that some model names. This sweep asks the opposite question, so it must not miss what
 * the walk would follow, and may follow more: guards do not stop it, and the parts of a container are not told apart.
 * Test code is left out. A function is scanned as a whole, and again only when something new comes to it. Within it, what
 * came by its own parameters is told apart from the rest, so that a function that hands back its argument does not mix its
 * callers.
 */
import { callArg, callArgCount, callCallee, callKeywordCount, callKeywordValue, functionOf, type Ir, Op, forEachUse, phiInputs } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { bindArguments, type CallTarget, BindMode, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

/** What came by a parameter of the function itself, and what came any other way. */
const byParameter = 1;
const byItself = 2;

/** Scans of one function: a bound that programs of ordinary make do not come near. */
const scansPerFunctionMax = 24;

/** Kinds of results that keep nothing of what went in. */
const emptyKinds: ReadonlySet<string> = new Set(["number", "boolean"]);

export class InputSweep {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly marks: Uint8Array;
  private readonly returned: Uint8Array;
  private readonly scans: Uint8Array;
  private readonly isQueued: Uint8Array;
  private readonly queue: number[] = [];
  private readonly isInput: (kind: string) => boolean;
  private readonly inputNodes = new Map<number, boolean>();
  private readonly keptBy = new Map<number, boolean>();
  /** Functions that read a name that is stored elsewhere: `a` of `x.a`, a name of a module, a cell. */
  private readonly readers = new Map<number, number[]>();
  /** Names under which an input was stored in this round. */
  private readonly storedNames = new Set<number>();
  /** Names under which an input may be stored at all: reads of others need no look at their stores, which is most of the work. */
  private readonly inputNames: Set<number>;
  private readonly isProduct: (module: number) => boolean;
  /** Of the function that is scanned: the rows that may take something from below. */
  private readonly phis: number[] = [];
  /** A function was scanned as often as a function may be. */
  isCut = false;

  constructor(program: Program, isInput: (kind: string) => boolean, isProduct: (module: number) => boolean) {
    this.program = program;
    this.ir = program.ir;
    this.isInput = isInput;
    this.marks = new Uint8Array(program.ir.length);
    this.returned = new Uint8Array(program.ir.functions.length);
    this.scans = new Uint8Array(program.ir.functions.length);
    this.isQueued = new Uint8Array(program.ir.functions.length);
    this.isProduct = isProduct;
    this.inputNames = new Set([...program.fieldsStoredByCalls()].map((name) => readName(Op.GetAttr, name)));
    this.findSources();
    do {
      for (let next = 0; next < this.queue.length; next++) this.scan(this.queue[next]);
      this.queue.length = 0;
      this.wakeReaders();
    } while (this.queue.length > 0);
  }

  private wakeReaders(): void {
    for (const name of this.storedNames) for (const reader of this.readers.get(name) ?? []) this.enqueue(reader);
    this.storedNames.clear();
  }

  /** Holds if some of a call's arguments, or its receiver, may come from outside. */
  receives(call: number): boolean {
    return this.marksOfInputs(call) !== 0;
  }

  /** Holds if an input may be in a value. */
  reaches(value: number): boolean {
    return this.marks[value] !== 0;
  }

  private findSources(): void {
    const { ir, program, isProduct } = this;
    for (const entry of program.entries) {
      const info = ir.functions[entry.function];
      if (info === undefined || !isProduct(info.module)) continue;
      for (const { index, kind } of entry.params) {
        const param = info.params[index];
        if (param !== undefined && this.isInput(kind)) this.mark(param.value, byItself, entry.function);
      }
    }
    for (const info of ir.functions) {
      if (!isProduct(info.module)) continue;
      for (let row = info.firstInstr; row < info.endInstr; row++) {
        const op = ir.op.data[row] as Op;
        if (isNameRead(op)) this.noteReader(this.nameRead(row, op), info.id);
        if (isReading(op) && this.isSource(row, op)) this.mark(row, byItself, info.id);
      }
    }
  }

  private nameRead(row: number, op: Op): number {
    return readName(op, op === Op.Global || op === Op.Cell ? this.ir.a.data[row] : this.ir.b.data[row]);
  }

  private noteReader(name: number, func: number): void {
    const list = this.readers.get(name);
    if (list === undefined) this.readers.set(name, [func]);
    else if (list[list.length - 1] !== func) list.push(func);
  }

  private isSource(row: number, op: Op): boolean {
    const { program } = this;
    if (op === Op.Call) {
      for (const target of program.targetsOf(row)) {
        if (target.kind !== "api") continue;
        const result = program.api.step(target.node, "()");
        if (result >= 0 && this.isInputNode(result)) return true;
      }
    }
    const tokens = program.tokensOf(row);
    for (let i = 0; i < tokens.length; i++) {
      if (tokenKind(tokens[i]) === TokenKind.Api && this.isInputNode(tokenId(tokens[i]))) return true;
    }
    return false;
  }

  private isInputNode(node: number): boolean {
    let is = this.inputNodes.get(node);
    if (is === undefined) {
      is = this.program.api.facts(node).some((fact) => fact.port.type === "object" && this.isInput(fact.kind));
      this.inputNodes.set(node, is);
    }
    return is;
  }

  private enqueue(func: number): void {
    if (this.isQueued[func] === 1 || !this.isProduct(this.ir.functions[func].module)) return;
    if (this.scans[func] >= scansPerFunctionMax) {
      this.isCut = true;
      return;
    }
    this.isQueued[func] = 1;
    this.queue.push(func);
  }

  private mark(value: number, marks: number, func: number): void {
    if ((this.marks[value] | marks) === this.marks[value]) return;
    this.marks[value] |= marks;
    this.enqueue(func);
  }

  /** Goes over a function, again only if a loop carries something back to a row above. */
  private scan(func: number): void {
    this.isQueued[func] = 0;
    this.scans[func]++;
    const { firstInstr, endInstr } = this.ir.functions[func];
    do {
      this.phis.length = 0;
      for (let row = firstInstr; row < endInstr; row++) {
        if (this.ir.op.data[row] === Op.Phi) this.phis.push(row);
        this.marks[row] |= this.step(row, func);
      }
    } while (this.phis.some((row) => (this.marks[row] | this.ofPhi(row)) !== this.marks[row]));
  }

  private ofPhi(row: number): number {
    let marks = 0;
    for (const input of phiInputs(this.ir, row)) marks |= this.marks[input];
    return marks;
  }

  /** The marks that a row takes over from what it uses; what it hands to other functions is handed on. */
  private step(row: number, func: number): number {
    const { ir } = this;
    const a = ir.a.data[row];
    switch (ir.op.data[row] as Op) {
      case Op.Call: return this.call(row);
      case Op.Return: case Op.Yield: case Op.YieldFrom: this.giveBack(func, this.marks[a]); return 0;
      case Op.SetAttr: return this.stored(row, Op.GetAttr, ir.b.data[row], this.marks[ir.c.data[row]]);
      case Op.SetGlobal: return this.stored(row, Op.Global, a, this.marks[ir.b.data[row]]);
      case Op.ClassVar: return this.stored(row, Op.GetAttr, a, this.marks[ir.b.data[row]]);
      case Op.SetCell: return this.stored(row, Op.Cell, a, this.marks[ir.b.data[row]]);
      case Op.GetAttr: case Op.Global: case Op.Cell: case Op.Import: return this.read(row);
      case Op.Content: return this.marks[a] | this.written(ir.b.data[row]);
      case Op.Sigma: return this.marks[a];
      case Op.Phi: return this.ofPhi(row);
      case Op.GetItem: case Op.Unpack: case Op.Iter: case Op.Next: case Op.Star: case Op.Await: case Op.Enter: return this.marks[a];
      case Op.Bin: case Op.Fmt: case Op.Build: return this.ofUses(row);
      default: return 0;
    }
  }

  private ofUses(row: number): number {
    let marks = 0;
    forEachUse(this.ir, row, (use) => {
      marks |= this.marks[use];
    });
    return marks;
  }

  /** What a change puts into an object: the value of a store, or the arguments of a call that may keep them. */
  private written(change: number): number {
    const { ir } = this;
    switch (ir.op.data[change] as Op) {
      case Op.SetItem: return this.marks[ir.c.data[change]] | this.marks[ir.b.data[change]];
      case Op.Append: return this.marks[ir.b.data[change]];
      case Op.Call: return this.program.targetsOf(change).some((target) => target.kind === "project") ? 0 : this.marksOfArguments(change);
      default: return 0;
    }
  }

  private read(row: number): number {
    const { ir } = this;
    const op = ir.op.data[row] as Op;
    let marks = op === Op.GetAttr ? this.marks[ir.a.data[row]] : 0;
    if ((marks & byItself) !== 0 || !this.inputNames.has(this.nameRead(row, op))) return marks;
    for (const store of this.program.storesOf(row)) if (this.marks[store] !== 0) marks |= byItself;
    return marks;
  }

  /** Who reads a name looks at all stores that it may mean; readers wait until the round is over, so that they look once. */
  private stored(row: number, op: Op, name: number, marks: number): number {
    if (marks !== 0 && this.marks[row] === 0) {
      this.storedNames.add(readName(op, name));
      this.inputNames.add(readName(op, name));
    }
    return marks;
  }

  private giveBack(func: number, marks: number): void {
    if ((this.returned[func] | marks) === this.returned[func]) return;
    this.returned[func] |= marks;
    for (const site of this.program.callersOf(func)) this.enqueue(functionOf(this.ir, site.call).id);
  }

  private call(row: number): number {
    const targets = this.program.targetsOf(row);
    const inputs = this.marksOfInputs(row);
    let marks = 0;
    for (const target of targets) {
      if (target.kind === "project") marks |= this.projectCall(row, target, inputs);
      else if (inputs !== 0 && (target.kind === "external" || this.keepsInputs(target.node))) marks |= inputs;
    }
    return targets.length === 0 ? inputs : marks;
  }

  private projectCall(row: number, target: CallTarget & { kind: "project" }, inputs: number): number {
    const { ir } = this;
    const info = ir.functions[target.function];
    if (inputs !== 0 || target.arguments !== undefined) {
      bindArguments(ir, row, info, target).forEach((bound, index) => {
        const isPassed = bound.some(({ value, kind }) => kind !== "default" && value !== row && this.marks[value] !== 0);
        if (isPassed) this.mark(info.params[index].value, byParameter, info.id);
      });
    }
    if (target.mode === BindMode.Constructor) return 0;
    const returned = this.returned[target.function];
    return ((returned & byItself) === 0 ? 0 : byItself) | ((returned & byParameter) === 0 ? 0 : inputs);
  }

  private keepsInputs(node: number): boolean {
    let keeps = this.keptBy.get(node);
    if (keeps === undefined) this.keptBy.set(node, (keeps = keepsInputs(this.program.api, node)));
    return keeps;
  }

  private marksOfInputs(call: number): number {
    return this.marksOfReceiver(call) | this.marksOfArguments(call);
  }

  private marksOfArguments(call: number): number {
    const { ir } = this;
    let marks = 0;
    for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
      const value = callArg(ir, call, i);
      marks |= this.marks[ir.op.data[value] === Op.Star ? ir.a.data[value] : value];
    }
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) marks |= this.marks[callKeywordValue(ir, call, i)];
    return marks;
  }

  private marksOfReceiver(call: number): number {
    const callee = callCallee(this.ir, call);
    return this.ir.op.data[callee] === Op.GetAttr ? this.marks[this.ir.a.data[callee]] : 0;
  }
}

/** Holds if something of what goes into a call may be in its result: a model may say that nothing is. */
export function keepsInputs(api: ApiGraph, node: number): boolean {
  const passes = api.passes(node);
  const result = api.step(node, "()");
  const isEmpty = result >= 0 && api.facts(result).some((fact) => fact.port.type === "object" && emptyKinds.has(fact.kind));
  return !isEmpty && (passes.length === 0 || passes.some((rule) => rule.to !== "nothing"));
}

const isReading = (op: Op): boolean => op === Op.Call || op === Op.GetAttr || op === Op.GetItem || op === Op.Global || op === Op.Import;

const isNameRead = (op: Op): boolean => op === Op.GetAttr || op === Op.Global || op === Op.Import || op === Op.Cell;

/** One number for a name that is read: a module's names are its attributes, cells are numbers of their own. */
const readName = (op: Op, name: number): number => name * 2 + (op === Op.Cell ? 1 : 0);
