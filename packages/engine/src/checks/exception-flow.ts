/** The handlers of product code and what may come to them, for all checks that ask about exceptions. */
import { type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { type Handler, handlersOf, MayRaise, type NamedClasses } from "../flow/index.ts";
import type { Program } from "../program/index.ts";
import { HandlerBodies } from "./handler-body.ts";

/** A handler of product code, with the function that holds it. */
export interface HandlerAt extends Handler {
  readonly fn: FunctionInfo;
  readonly types: NamedClasses;
}

export class ExceptionFlow {
  readonly mayRaise: MayRaise;
  readonly bodies: HandlerBodies;
  /** All handlers of product code, in order. */
  readonly handlers: readonly HandlerAt[];
  private readonly ir: Ir;
  private readonly program: Program;
  private readonly counts: (fn: FunctionInfo) => boolean;
  private raises: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(program: Program, counts: (fn: FunctionInfo) => boolean) {
    this.ir = program.ir;
    this.program = program;
    this.counts = counts;
    this.bodies = new HandlerBodies(program.ir);
    this.mayRaise = new MayRaise(program, counts);
    this.handlers = program.ir.functions.filter((fn) => fn.endInstr > fn.firstInstr && counts(fn)).flatMap((fn) => this.of(fn));
    const asked = this.handlers.filter(({ types }) => types.own.length > 0 && !types.isOpen).map(({ fn }) => fn.id);
    const entries = program.entries.filter(({ kind, isRouted }) => (kind === "http" || kind === "rpc") && isRouted !== false).map((entry) => entry.function);
    this.mayRaise.solve(new Set([...asked, ...entries.filter((fn) => counts(program.ir.functions[fn]!))]));
  }

  private of(fn: FunctionInfo): HandlerAt[] {
    let hasHandler = false;
    for (let row = fn.firstInstr; row < fn.endInstr && !hasHandler; row++) hasHandler = this.ir.op.data[row] === Op.ExcVal;
    return hasHandler ? handlersOf(this.ir, fn).map((handler) => ({ ...handler, fn, types: this.mayRaise.typesOf(handler.caught) })) : [];
  }

  /** Where product code raises a class of the project, or one below it, by name. */
  raisedAt(cls: number): readonly number[] {
    this.raises ??= this.readRaises();
    return this.raises.get(cls) ?? [];
  }

  private readRaises(): ReadonlyMap<number, readonly number[]> {
    const { ir, program } = this;
    const out = new Map<number, number[]>();
    for (const row of ir.rowsOf(Op.Raise)) {
      if (ir.c.data[row] !== 0 || ir.a.data[row] < 0) continue;
      if (!this.counts(ir.functions[ir.blocks.func.data[ir.block.data[row]]])) continue;
      for (const cls of this.mayRaise.classes.named(ir.a.data[row]).own) {
        for (const above of program.mroOf(cls)) {
          const list = out.get(above);
          if (list) list.push(row);
          else out.set(above, [row]);
        }
      }
    }
    return out;
  }

  /** Holds for `except:`. */
  isBare({ caught }: Handler): boolean {
    return this.ir.lists.length(this.ir.a.data[caught]!) === 0;
  }

  /** Holds for handlers that take whatever is raised. */
  isBroad(handler: HandlerAt): boolean {
    return this.isBare(handler) || this.mayRaise.classes.isCatchAll(handler.types);
  }

  /** Holds if two lists of library classes are of the same classes. */
  sameClasses(one: NamedClasses, other: NamedClasses): boolean {
    const names = ({ library }: NamedClasses): string => library.map((token) => (this.mayRaise.classes.ancestry(token) ?? [""])[0]).sort().join();
    return names(one) === names(other);
  }

  /** The names that a handler names, for people. */
  nameOf(handler: HandlerAt): string {
    const { classes } = this.mayRaise;
    const names = [...handler.types.own.map((cls) => this.ir.strings.text(this.ir.classes[cls]!.name)), ...handler.types.library.map((token) => classes.libraryName(token))];
    return names.length === 0 ? "any exception" : names.join(", ");
  }
}
