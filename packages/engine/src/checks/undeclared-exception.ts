/**
 * Exceptions of the project that leave a handler of requests or remote calls, where nothing says what is answered then.
 *
 * ```python
 * @app.errorhandler(Missing)          declared for the whole application
 * @expected_errors((400, 404))        declared for one handler
 * raise Missing(name)                 answered
 * raise Broken(name)                  leaves the handler: the client gets an error 500, a caller waits
 * ```
 * Told where other handlers that call the same function answer the exception themselves; else it stays in the ledger.
 */
import { callArg, callArgCount, callCallee, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import { Atom } from "../flow/index.ts";
import type { Obligation, Step } from "../obligations/index.ts";
import { type Entry, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { Declared } from "./declared-exceptions.ts";
import type { ExceptionFlow, HandlerAt } from "./exception-flow.ts";

/** Fewest other handlers that answer the exception themselves. */
const siblingsMin = 2;
const namesMax = 3;

export function undeclaredException(context: CheckContext): readonly Obligation[] {
  const boundary = new Boundary(context);
  const byFunction = new Map<number, Entry>();
  for (const entry of context.program.entries) {
    const isBoundary = (entry.kind === "http" || entry.kind === "rpc") && entry.isRouted !== false && entry.framework !== "wsgi";
    if (isBoundary && !byFunction.has(entry.function) && context.isProduct(context.program.ir.functions[entry.function].firstInstr)) byFunction.set(entry.function, entry);
  }
  return [...byFunction.values()].flatMap((entry) => boundary.decide(entry));
}

class Boundary {
  private readonly context: CheckContext;
  private readonly ir: Ir;
  private readonly flow: ExceptionFlow;
  private readonly declared: Declared;
  private catching: ReadonlyMap<number, readonly HandlerAt[]> | undefined;

  constructor(context: CheckContext) {
    this.context = context;
    this.ir = context.program.ir;
    this.flow = context.exceptions;
    this.declared = new Declared(context);
  }

  decide(entry: Entry): readonly Obligation[] {
    const { context, ir } = this;
    const fn = ir.functions[entry.function];
    const site = fn.params[0]?.value ?? fn.firstInstr;
    if (fn.endInstr <= fn.firstInstr) return [];
    const sink = `${entry.methods.join(",")} ${entry.path}`.trim() || ir.strings.text(fn.qualname);
    const { mayRaise } = this.flow;
    const atoms = mayRaise.escapesOf(fn.id);
    if (atoms === undefined) return [context.row(site, "open", { code: "budget", text: "too many functions to follow", at: site }, { sink })];
    if (this.declared.answersAll) return [context.row(site, "proven", { code: "handled", text: "a handler of the project answers every exception", at: this.declared.answersAll }, { sink })];
    const own = this.declared.by(fn);
    for (const atom of atoms) {
      const cls = mayRaise.classes.ownClass(atom);
      if (cls < 0 || own.covers(cls) || this.declared.answers(cls)) continue;
      const way = mayRaise.surely(fn.id, atom);
      if (way !== undefined) return [this.undeclared(fn, site, sink, { cls, way })];
    }
    if (atoms.includes(Atom.Anything)) return [context.row(site, "open", { code: "unresolved-call", text: "it runs code that is not known", at: site }, { sink })];
    return [context.row(site, "proven", { code: "handled", text: "every exception of the project that leaves it is answered", at: site }, { sink })];
  }

  private undeclared(fn: FunctionInfo, site: number, sink: string, { cls, way }: { readonly cls: number; readonly way: readonly number[] }): Obligation {
    const { context, ir } = this;
    const name = ir.strings.text(ir.classes[cls].name);
    const last = way[way.length - 1];
    const siblings = this.answering(fn, way[0], cls);
    const names = siblings.slice(0, namesMax).map(({ fn: each }) => ir.strings.text(each.qualname)).join(", ");
    const steps: Step[] = [
      { kind: "source", instr: last, why: `raises ${name}` },
      ...siblings.slice(0, namesMax).map(({ caught }): Step => ({ kind: "guard", instr: caught, why: "another handler answers it here" })),
      { kind: "sink", instr: way[0], why: `${name} leaves ${ir.strings.text(fn.qualname)}` },
    ];
    const isShown = siblings.length >= siblingsMin;
    const text = isShown ? `${name} leaves it, which ${siblings.length} others that call the same answer: ${names}` : `${name} leaves it, and nothing says what is answered then`;
    return context.row(site, "violated", { code: "bad-value", text, at: way[0] }, {
      sink, subject: last, source: name, steps, ...(isShown ? {} : { notShown: "no other handler shows that it should be answered" }),
    });
  }

  /** Handlers elsewhere that take the exception by its class, around a call of the same function. */
  private answering(fn: FunctionInfo, row: number, cls: number): readonly HandlerAt[] {
    const { program } = this.context;
    const called = this.calledAt(row);
    if (called < 0) return [];
    this.catching ??= this.readCatching();
    const above = new Set(program.mroOf(cls));
    return (this.catching.get(called) ?? []).filter((handler) =>
      handler.fn.id !== fn.id && program.entriesOf(handler.fn.id).length > 0 && handler.types.own.some((each) => above.has(each)));
  }

  private calledAt(row: number): number {
    const targets = this.ir.op.data[row] === Op.Call ? this.context.program.targetsOf(row) : [];
    const [target] = targets;
    return targets.length === 1 && target.kind === "project" && target.via !== "prior" ? target.function : -1;
  }

  /** Handlers for classes of the project, by the functions that are called right under their protection. */
  private readCatching(): ReadonlyMap<number, readonly HandlerAt[]> {
    const { ir } = this;
    const byBlock = new Map<number, HandlerAt[]>();
    for (const handler of this.flow.handlers) {
      if (handler.types.own.length === 0) continue;
      const list = byBlock.get(handler.block);
      if (list) list.push(handler);
      else byBlock.set(handler.block, [handler]);
    }
    const out = new Map<number, HandlerAt[]>();
    for (const fn of new Set([...byBlock.values()].map(([handler]) => handler.fn))) {
      for (let row = fn.firstInstr; row < fn.endInstr; row++) {
        const handlers = ir.op.data[row] === Op.Call ? byBlock.get(ir.blocks.handler.data[ir.block.data[row]]) : undefined;
        const called = handlers ? this.calledAt(row) : -1;
        if (called >= 0 && handlers) out.set(called, [...(out.get(called) ?? []), ...handlers]);
      }
    }
    return out;
  }
}
