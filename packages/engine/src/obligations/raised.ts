/**
 * What a handler may catch: the values that are raised in the code that it protects, there or in functions called from there.
 *
 * ```text
 * try: check(x)                         e is Refused(x): raised by check, of the class of the handler
 * except Refused as e: use(e.text)
 * ```
 *
 * Classes are matched by their ancestry; handlers that stand before take what is theirs. Calls are followed a few levels
 * deep and counted. What libraries raise is not known, so it stays open unless the handler is for classes of the project.
 */
import { BlockFlag, BranchKind, functionOf, type Ir, Op } from "../ir/index.ts";
import { type CallTarget, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

/** Deepest chain of calls out of which an exception is followed. */
const callsMax = 3;
const functionsMax = 60;
const raisesMax = 16;
const blocksMax = 200;

/** A raised value, and the call out of which it comes if it was raised elsewhere. */
interface Raised {
  readonly value: number;
  readonly depth: number;
  readonly call: number;
  readonly target: (CallTarget & { readonly kind: "project" }) | undefined;
}

/** What is raised to one handler; `isClosed` if nothing else can be. */
interface Caught {
  readonly values: readonly Raised[];
  readonly isClosed: boolean;
}

/** Ancestors of exceptions of the language, as far as handlers name them. */
const parents: Readonly<Record<string, string>> = {
  KeyError: "LookupError", IndexError: "LookupError", UnicodeError: "ValueError", UnicodeDecodeError: "UnicodeError",
  UnicodeEncodeError: "UnicodeError", FileNotFoundError: "OSError", FileExistsError: "OSError", PermissionError: "OSError",
  ConnectionError: "OSError", TimeoutError: "OSError", IsADirectoryError: "OSError", IOError: "OSError", EnvironmentError: "OSError",
  ZeroDivisionError: "ArithmeticError", OverflowError: "ArithmeticError", ModuleNotFoundError: "ImportError",
  RecursionError: "RuntimeError", NotImplementedError: "RuntimeError", ConnectionResetError: "ConnectionError",
  ConnectionRefusedError: "ConnectionError", BrokenPipeError: "ConnectionError",
};
const parentsMax = 8;
const catchAll = new Set(["Exception", "BaseException"]);

export class RaisedValues {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly known = new Map<number, Caught>();

  constructor(program: Program) {
    this.program = program;
    this.ir = program.ir;
  }

  /** What may be caught by the handler whose exception is `caught` (an ExcVal). */
  at(caught: number): Caught {
    let found = this.known.get(caught);
    if (!found) this.known.set(caught, (found = this.find(caught)));
    return found;
  }

  private find(caught: number): Caught {
    const { ir } = this;
    const earlier: number[] = [];
    let block = ir.block.data[caught]!;
    for (let i = 0; i < blocksMax && (ir.blocks.flags.data[block]! & BlockFlag.Handler) === 0; i++) {
      const before = this.handlerBefore(block);
      if (before < 0) return { values: [], isClosed: false };
      earlier.push(ir.a.data[before]!);
      block = ir.block.data[before]!;
    }
    const search: Search = { values: [], seen: new Set(), isCut: false };
    this.ofBlocks(functionOf(ir, caught).id, block, search, 0, undefined);
    const types = ir.lists.toArray(ir.a.data[caught]!);
    const values = search.values.filter(({ value }) =>
      this.isCaught(value, types) && !earlier.some((row) => this.isCaught(value, ir.lists.toArray(ir.a.data[row]!))));
    const isOwn = types.length > 0 && types.every((type) => this.classesOf(type).length > 0 && this.namesOf(type).length === 0);
    return { values, isClosed: isOwn && !search.isCut && values.length > 0 };
  }

  /** The branch that asks the handler before, if a block is where it goes on. */
  private handlerBefore(block: number): number {
    const { ir } = this;
    for (const pred of ir.lists.toArray(ir.blocks.preds.data[block]!)) {
      const last = ir.blocks.end.data[pred]! - 1;
      if (ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Catches) return last;
    }
    return -1;
  }

  /** What the blocks of a function raise to `handler`, or out of the function if that is -1. */
  private ofBlocks(fn: number, handler: number, search: Search, depth: number, first: Raised | undefined): void {
    const { ir } = this;
    const key = `${fn} ${handler}`;
    if (search.seen.has(key)) return;
    if (search.seen.size >= functionsMax) {
      search.isCut = true;
      return;
    }
    search.seen.add(key);
    const info = ir.functions[fn]!;
    for (let block = info.firstBlock; block < info.endBlock; block++) {
      if (ir.blocks.handler.data[block] !== handler) continue;
      for (let row = ir.blocks.first.data[block]!; row < ir.blocks.end.data[block]!; row++) {
        if (ir.op.data[row] === Op.Raise) this.ofRaise(fn, row, search, depth, first);
        else if (ir.op.data[row] === Op.Call) this.ofCall(row, search, depth, first);
      }
    }
  }

  private ofRaise(fn: number, row: number, search: Search, depth: number, first: Raised | undefined): void {
    const { ir } = this;
    const value = ir.a.data[row]!;
    if (value < 0) {
      const inner = this.handledAt(ir.block.data[row]!);
      if (inner >= 0) this.ofBlocks(fn, inner, search, depth, first);
    } else if (search.values.length >= raisesMax) search.isCut = true;
    else search.values.push({ value, depth, call: first?.call ?? -1, target: first?.target });
  }

  private ofCall(row: number, search: Search, depth: number, first: Raised | undefined): void {
    for (const target of this.program.targetsOf(row)) {
      if (target.kind !== "project") continue;
      if (depth >= callsMax) search.isCut = true;
      else this.ofBlocks(target.function, -1, search, depth + 1, first ?? { value: -1, depth: 0, call: row, target });
    }
  }

  /** The handler inside which a block lies: what a `raise` without a value raises again came there. */
  private handledAt(block: number): number {
    const { ir } = this;
    const seen = new Set([block]);
    const queue = [block];
    for (let i = 0; i < queue.length && i < blocksMax; i++) {
      const at = queue[i]!;
      if ((ir.blocks.flags.data[at]! & BlockFlag.Handler) !== 0) return at;
      for (const pred of ir.lists.toArray(ir.blocks.preds.data[at]!)) {
        if (!seen.has(pred)) queue.push(pred);
        seen.add(pred);
      }
    }
    return -1;
  }

  // ---- classes

  private isCaught(value: number, types: readonly number[]): boolean {
    if (types.length === 0) return true;
    const names = new Set<string>();
    const classes = new Set<number>();
    for (const type of types) {
      for (const name of this.namesOf(type)) names.add(name);
      for (const cls of this.classesOf(type)) classes.add(cls);
    }
    if ([...names].some((name) => catchAll.has(name))) return true;
    const raised = this.classesOf(value);
    for (const cls of raised) {
      for (const ancestor of this.program.mroOf(cls)) {
        if (classes.has(ancestor)) return true;
        if (ancestor >= 0 && this.basesOf(ancestor).some((name) => isBelow(name, names))) return true;
      }
    }
    return this.namesOf(value).some((name) => isBelow(name, names));
  }

  /** Names of the library classes that a class names as its bases. */
  private basesOf(cls: number): string[] {
    const { ir } = this;
    return ir.lists.toArray(ir.b.data[ir.classes[cls]!.definition]!).flatMap((base) => this.namesOf(base));
  }

  /** Classes of the project that a value is, or is an object of. */
  private classesOf(value: number): number[] {
    return this.idsOf(value, (kind) => kind === TokenKind.Class || kind === TokenKind.Instance);
  }

  private namesOf(value: number): string[] {
    const { ir, program } = this;
    const names = [
      ...this.idsOf(value, (kind) => kind === TokenKind.External).map((id) => ir.strings.text(id)),
      ...this.idsOf(value, (kind) => kind === TokenKind.Api).map((id) => program.api.name(id)),
    ];
    return names.map((name) => name.replace(/^<builtin>\.|^<|\(\)$|>$/g, ""));
  }

  private idsOf(value: number, isMeant: (kind: TokenKind) => boolean): number[] {
    const tokens = this.program.tokensOf(value);
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      if (isMeant(tokenKind(token))) out.push(tokenId(token));
    }
    return out;
  }
}

interface Search {
  readonly values: Raised[];
  readonly seen: Set<string>;
  isCut: boolean;
}

function isBelow(name: string, names: ReadonlySet<string>): boolean {
  let at: string | undefined = name;
  for (let i = 0; i < parentsMax && at !== undefined; i++) {
    if (names.has(at)) return true;
    at = parents[at];
  }
  return false;
}
