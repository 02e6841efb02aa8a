/**
 * What a project says of exceptions that leave its handlers: error handlers that are registered, and decorators that declare them.
 *
 * ```python
 * @app.errorhandler(Missing) / app.add_exception_handler(Missing, answer)     for all handlers
 * @expected_exceptions(Missing) / @expected_errors((400, 404))               for one
 * ```
 */
import { callKeywordCount, callKeywordName, callKeywordValue, type FunctionInfo, functionOf, type Ir, BuildKind, Op } from "../ir/index.ts";
import { allArguments } from "../obligations/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import type { HandlerAt } from "./exception-flow.ts";
import { lastName } from "./last-name.ts";

/** The exceptions that one handler declares. */
export interface DeclaredClasses {
  covers(cls: number): boolean;
}

export class Declared {
  private readonly context: CheckContext;
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly registered = new Set<number>();
  private readonly answering = new Map<number, boolean>();
  private answerNames: ReadonlySet<string> | undefined;
  private readonly wrappers = new Map<string, readonly FunctionInfo[]>();
  private readonly handlersIn = new Map<number, HandlerAt[]>();
  /** What answers whatever is raised, or 0. */
  readonly answersAll: number = 0;

  constructor(context: CheckContext) {
    this.context = context;
    this.program = context.program;
    this.ir = context.program.ir;
    for (const handler of context.exceptions.handlers) {
      const list = this.handlersIn.get(handler.fn.id);
      if (list) list.push(handler);
      else this.handlersIn.set(handler.fn.id, [handler]);
    }
    for (const { site, values } of context.seedsOf("handles-exception")) {
      for (const value of values) if (this.register(value)) this.answersAll = site;
    }
    this.answersAll ||= this.readTables() || this.middleware();
  }

  /** Holds if the class, or one above it, is answered wherever it is raised. */
  answers(cls: number): boolean {
    let known = this.answering.get(cls);
    if (known === undefined) {
      known = this.program.mroOf(cls).some((each) => this.registered.has(each)) || this.program.libraryBasesOf(cls).some((token) => this.isAnswer(token));
      this.answering.set(cls, known);
    }
    return known;
  }

  /** Holds for a class of a library that a framework answers, or one below it; their last words tell, since each has several paths. */
  private isAnswer(token: number): boolean {
    const { classes } = this.context.exceptions.mayRaise;
    this.answerNames ??= this.readAnswers();
    return [classes.libraryName(token), ...(classes.ancestry(token) ?? [])].some((name) => this.answerNames!.has(lastWord(name)));
  }

  private readAnswers(): ReadonlySet<string> {
    const { api } = this.program;
    const out = new Set<string>();
    for (let node = 0; node < api.nodeCount; node++) if (api.facts(node).some(({ kind }) => kind === "error-answer")) out.add(lastWord(api.name(node)));
    return out;
  }

  /** Adds the classes that an expression names; true if it is every exception. */
  private register(value: number): boolean {
    const { classes } = this.context.exceptions.mayRaise;
    const named = classes.named(value);
    for (const cls of named.own) this.registered.add(cls);
    return classes.isCatchAll(named);
  }

  /** `FastAPI(exception_handlers={Missing: answer})`, and settings that name a function for all of them. */
  private readTables(): number {
    const { ir } = this;
    const table = ir.strings.find("exception_handlers");
    let all = 0;
    for (let row = 0, n = ir.length; row < n; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Build && ir.a.data[row] === BuildKind.Dict && this.namesHandler(row)) all ||= row;
      if (op !== Op.Call || table < 0) continue;
      for (let i = 0, count = callKeywordCount(ir, row); i < count; i++) {
        const value = callKeywordName(ir, row, i) === table ? callKeywordValue(ir, row, i) : -1;
        if (value < 0 || ir.op.data[value] !== Op.Build) continue;
        const items = ir.lists.toArray(ir.b.data[value]);
        for (let at = 0; at < items.length; at += 2) if (items[at] >= 0 && this.register(items[at])) all ||= row;
      }
    }
    return all;
  }

  /** `REST_FRAMEWORK = {"EXCEPTION_HANDLER": "project.errors.answer"}`. */
  private namesHandler(row: number): boolean {
    const { ir } = this;
    const items = ir.lists.toArray(ir.b.data[row]);
    for (let at = 0; at < items.length; at += 2) {
      const constant = items[at] >= 0 && ir.op.data[items[at]] === Op.Const ? ir.constants[ir.a.data[items[at]]] : undefined;
      if (constant?.type === "str" && constant.value === "EXCEPTION_HANDLER") return this.context.isProduct(row);
    }
    return false;
  }

  /** Middleware that takes exceptions; what it takes is answered by it. */
  private middleware(): number {
    for (const entry of this.program.entries) {
      if (entry.kind !== "middleware" && entry.framework !== "wsgi") continue;
      const fn = this.ir.functions[entry.function];
      if (this.ir.strings.text(fn.name) === "process_exception") return fn.firstInstr;
      for (const handler of this.handlersIn.get(fn.id) ?? []) {
        for (const cls of handler.types.own) this.registered.add(cls);
        if (this.context.exceptions.isBroad(handler)) return handler.caught;
      }
    }
    return 0;
  }

  /** What the decorators of a handler declare, and what their wrappers take. */
  by(fn: FunctionInfo): DeclaredClasses {
    const own = new Set<number>();
    let all = false;
    for (const row of this.decoratorsOf(fn)) {
      const decorator = this.ir.a.data[row];
      if (this.ir.op.data[decorator] === Op.Call) for (const value of allArguments(this.ir, decorator)) for (const cls of this.context.exceptions.mayRaise.classes.named(value).own) own.add(cls);
      for (const wrapper of this.wrappersOf(row)) all = this.taken(wrapper, own) || all;
    }
    return { covers: (cls) => all || this.program.mroOf(cls).some((each) => own.has(each)) };
  }

  private decoratorsOf({ definition }: FunctionInfo): readonly number[] {
    const { ir } = this;
    if (definition < 0) return [];
    const out: number[] = [];
    const around = functionOf(ir, definition);
    let below = definition;
    for (let row = definition + 1; row < around.endInstr; row++) {
      if (ir.op.data[row] !== Op.Decorate || ir.b.data[row] !== below) continue;
      out.push(row);
      below = row;
    }
    return out;
  }

  /** The functions of the project that a decorator consists of. */
  private wrappersOf(decorate: number): readonly FunctionInfo[] {
    const { ir, program } = this;
    const decorator = ir.a.data[decorate];
    const roots = new Set<number>();
    for (const at of ir.op.data[decorator] === Op.Call ? [decorate, decorator] : [decorate]) {
      for (const target of program.targetsOf(at)) if (target.kind === "project") roots.add(target.function);
    }
    const tokens = program.tokensOf(decorator);
    for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Function) roots.add(tokenId(tokens[i]));
    if (roots.size === 0) return [];
    const key = [...roots].sort((a, b) => a - b).join();
    let found = this.wrappers.get(key);
    if (!found) this.wrappers.set(key, (found = ir.functions.filter((fn) => this.isInside(fn.id, roots))));
    return found;
  }

  private isInside(fn: number, roots: ReadonlySet<number>): boolean {
    const { functions } = this.ir;
    for (let each = fn, depth = 0; each >= 0 && depth < nestingMax; each = functions[each].parent, depth++) if (roots.has(each)) return true;
    return false;
  }

  /** Adds the classes that the handlers of a wrapper take or ask about; true if one takes whatever is raised and does not raise it again. */
  private taken(wrapper: FunctionInfo, own: Set<number>): boolean {
    const { ir } = this;
    const handlers = this.handlersIn.get(wrapper.id) ?? [];
    for (const handler of handlers) for (const cls of handler.types.own) own.add(cls);
    if (handlers.length === 0) return false;
    for (let row = wrapper.firstInstr; row < wrapper.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call || lastName(ir, ir.a.data[row]) !== "isinstance" || ir.lists.length(ir.b.data[row]) !== 2) continue;
      for (const cls of this.context.exceptions.mayRaise.classes.named(ir.lists.at(ir.b.data[row], 1)).own) own.add(cls);
    }
    return handlers.some((handler) => this.context.exceptions.isBroad(handler) && !this.context.exceptions.bodies.of(handler).raises);
  }
}

const nestingMax = 8;

const lastWord = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
