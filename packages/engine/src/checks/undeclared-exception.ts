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
import { type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { Obligation, Step } from "../obligations/index.ts";
import type { Entry } from "../program/index.ts";
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

/** A call whose exception others answer. */
interface Unanswered {
  readonly call: number;
  readonly atom: number;
  readonly siblings: readonly HandlerAt[];
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
    const escaping = [...mayRaise.sureEscapes(fn.id).keys()].filter((atom) => mayRaise.classes.ownClass(atom) >= 0);
    if (escaping.length === 0) return [];
    if (this.declared.answersAll) return [context.row(site, "proven", { code: "handled", text: "a handler of the project answers every exception", at: this.declared.answersAll }, { sink })];
    const own = this.declared.by(fn);
    const left = escaping.filter((atom) => {
      const cls = mayRaise.classes.ownClass(atom);
      return !own.covers(cls) && !this.declared.answers(cls);
    });
    const found = left.length === 0 ? undefined : this.answeredElsewhere(fn, new Set(left));
    if (found) return [this.undeclared(fn, sink, found)];
    const [first] = left;
    if (first === undefined) return [context.row(site, "proven", { code: "handled", text: "every exception of the project that leaves it is answered", at: site }, { sink })];
    return [context.row(site, "open", { code: "needs-judgement", text: `${mayRaise.classes.nameOf(first)} leaves it, and no other handler shows that it should be answered`, at: site }, { sink })];
  }

  private undeclared(fn: FunctionInfo, sink: string, { call, atom, siblings }: Unanswered): Obligation {
    const { context, ir } = this;
    const name = this.flow.mayRaise.classes.nameOf(atom);
    const names = siblings.slice(0, namesMax).map(({ fn: each }) => ir.strings.text(each.qualname)).join(", ");
    const way = this.flow.mayRaise.sureEscapes(this.calledAt(call)).get(atom) ?? [call];
    const steps: Step[] = [
      { kind: "source", instr: way[way.length - 1], why: `raises ${name}` },
      ...siblings.slice(0, namesMax).map(({ caught }): Step => ({ kind: "guard", instr: caught, why: "another handler answers it here" })),
      { kind: "sink", instr: call, why: `${name} leaves ${ir.strings.text(fn.qualname)}` },
    ];
    const text = `${name} leaves it, which ${siblings.length} others that call the same answer: ${names}`;
    return context.row(call, "violated", { code: "bad-value", text, at: way[way.length - 1] }, { sink, subject: call, source: name, steps });
  }

  /** A call without protection of what other handlers call under protection from an exception that leaves this one. */
  private answeredElsewhere(fn: FunctionInfo, left: ReadonlySet<number>): Unanswered | undefined {
    const { program } = this.context;
    const { mayRaise } = this.flow;
    this.catching ??= this.readCatching();
    for (let call = fn.firstInstr; call < fn.endInstr; call++) {
      if (this.ir.op.data[call] !== Op.Call || this.ir.blocks.handler.data[this.ir.block.data[call]] >= 0) continue;
      const called = this.calledAt(call);
      const handlers = (this.catching.get(called) ?? []).filter((handler) => handler.fn.id !== fn.id && program.entriesOf(handler.fn.id).length > 0);
      if (new Set(handlers.map((handler) => handler.fn.id)).size < siblingsMin) continue;
      for (const atom of mayRaise.sureEscapes(called).keys()) {
        if (!left.has(atom)) continue;
        const above = new Set(program.mroOf(mayRaise.classes.ownClass(atom)));
        const siblings = handlers.filter((handler) => handler.types.own.some((cls) => above.has(cls)));
        if (new Set(siblings.map((handler) => handler.fn.id)).size >= siblingsMin) return { call, atom, siblings };
      }
    }
    return undefined;
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
