/**
 * Statements that an object mapper puts together, which bind the values that they are given.
 *
 * ```python
 * session.query(User).filter_by(name=name).delete()          every part is an expression: `name` is bound, never text
 * session.query(User).order_by(text("f(" + name + ")"))      text comes in: that place is decided by itself, this one is not
 * ```
 * A search backwards from the statement through the calls that built it, functions of the project included.
 */
import { BinOp, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, forEachUse, functionOf, type Ir, Op, parameterIndex } from "../ir/index.ts";
import { bindArguments, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { portValues, receiverValue } from "./ports.ts";

/** How a statement is made: bound throughout, or what keeps that from being said. */
export interface Binding {
  readonly isBound: boolean;
  readonly why: string;
  readonly at: number;
}

/** Most values that one statement is followed back through. */
const valuesMax = 400;

const boundKind = "bound-statement";
const runKind = "runs-statement";
const textKind = "sql-text";
const expressionKind = "sql-expression";

export class BoundStatements {
  private readonly program: Program;
  private readonly kinds = new Map<number, ReadonlySet<string>>();
  private readonly answers = new Map<number, Binding>();

  constructor(program: Program) {
    this.program = program;
  }

  /** Holds for a call of this node if it runs the statement that it is called on. */
  runs(node: number): boolean {
    return this.kindsOf(node).has(runKind);
  }

  /** Holds if a value can be a statement of this sort. */
  isStatement(value: number): boolean {
    return this.hasKind(value, boundKind);
  }

  /** How the statement that a value is was put together. */
  bindingOf(value: number): Binding {
    let known = this.answers.get(value);
    if (!known) this.answers.set(value, (known = new Building(this.program, this).of(value)));
    return known;
  }

  hasKind(value: number, kind: string): boolean {
    const tokens = this.program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const id = tokenId(tokens[i]!);
      if (tokenKind(tokens[i]!) === TokenKind.Api ? this.kindsOf(id).has(kind) : tokenKind(tokens[i]!) === TokenKind.Instance && this.classHas(id, kind)) return true;
    }
    return false;
  }

  /** A class of the project that derives from a kind of query: `class ActiveQuery(BaseQuery)`. */
  private classHas(cls: number, kind: string): boolean {
    const { api } = this.program;
    return this.program.apiBasesOf(cls).some((base) => {
      const object = api.step(base, "()");
      return object >= 0 && this.kindsOf(object).has(kind);
    });
  }

  /** Kinds of a node whatever the port, memoised: most values are of a few nodes. */
  private kindsOf(node: number): ReadonlySet<string> {
    let known = this.kinds.get(node);
    if (!known) {
      known = new Set(this.program.api.facts(node).filter(({ port, kind }) => port.type === "object" || port.type === "self" || kind === expressionKind).map(({ kind }) => kind));
      this.kinds.set(node, known);
    }
    return known;
  }
}

/** One search. */
class Building {
  private readonly program: Program;
  private readonly statements: BoundStatements;
  private readonly parts = new Set<number>();
  private readonly given = new Set<number>();
  private problem: Binding | undefined;

  constructor(program: Program, statements: BoundStatements) {
    this.program = program;
    this.statements = statements;
  }

  of(value: number): Binding {
    this.parts.add(value);
    for (const part of this.parts) {
      this.visitPart(part);
      if (this.parts.size > valuesMax) this.stop("the statement has more parts than are followed", part);
      if (this.problem) return this.problem;
    }
    for (const argument of this.given) {
      this.visitArgument(argument);
      if (this.given.size > valuesMax) this.stop("the statement has more parts than are followed", argument);
      if (this.problem) return this.problem;
    }
    return { isBound: true, why: "values are bound", at: value };
  }

  private stop(why: string, at: number): void {
    this.problem ??= { isBound: false, why, at };
  }

  private visitPart(value: number): void {
    const { ir } = this.program;
    const [a, b] = [ir.a.data[value]!, ir.b.data[value]!];
    switch (ir.op.data[value] as Op) {
      case Op.Sigma: case Op.Await: case Op.Enter: this.parts.add(a); return;
      case Op.Content:
        this.parts.add(a);
        if (ir.op.data[b] === Op.Append || ir.op.data[b] === Op.SetItem) this.given.add(b);
        return;
      case Op.Phi: for (const input of ir.lists.toArray(a)) this.parts.add(input); return;
      case Op.Undef: return;
      case Op.Const: if (ir.constants[a]!.type !== "none") this.stop("the statement is a text", value); return;
      case Op.Call: this.visitCall(value); return;
      case Op.Param: this.visitParameter(value); return;
      case Op.GetAttr: case Op.Global: case Op.Import: case Op.Cell: this.visitRead(value); return;
      case Op.GetItem: case Op.Bin: case Op.Cmp:
        if (!this.statements.isStatement(value)) this.stop("how the statement is made is not followed", value);
        else forEachUse(ir, value, (used) => this.given.add(used));
        return;
      default: this.stop("how the statement is made is not followed", value);
    }
  }

  private visitCall(call: number): void {
    const { ir, api } = this.program;
    const targets = this.program.targetsOf(call);
    if (targets.length === 0) this.stop("a call that makes the statement is not resolved", call);
    for (const target of targets) {
      if (target.kind === "project") this.visitResults(target.function);
      else if (target.kind === "external") this.stop(`${ir.strings.text(target.name)} has no model`, call);
      else if (!this.makesStatement(call, target.node)) this.stop(`${api.name(target.node)} is not known to bind its values`, call);
      else {
        if (target.via === "prior" && !this.namesClass(call)) this.stop("what the query is asked of is known by its name only", call);
        this.visitLibraryCall(call, target.node);
      }
    }
  }

  private makesStatement(call: number, node: number): boolean {
    const result = this.program.api.step(node, "()");
    return (result >= 0 && this.program.api.facts(result).some(({ kind }) => kind === boundKind)) || this.statements.isStatement(call);
  }

  /** A query of a class of the project is one of an object mapper, whatever the name of the session. */
  private namesClass(call: number): boolean {
    const { program } = this;
    const { ir } = program;
    const isClass = (value: number): boolean => {
      const tokens = program.tokensOf(value);
      for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]!) === TokenKind.Class) return true;
      return false;
    };
    const receiver = receiverValue(ir, call);
    if (receiver >= 0 && this.statements.isStatement(receiver)) return true;
    let found = false;
    for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
      const seen = new Set([callArg(ir, call, i)]);
      for (const value of seen) {
        found ||= isClass(value);
        if (found || seen.size > 40 || value < functionOf(ir, call).firstInstr) break;
        forEachUse(ir, value, (used) => seen.add(used));
      }
    }
    return found;
  }

  /** A method of the statement goes on with it, and what it is given becomes part of it. */
  private visitLibraryCall(call: number, node: number): void {
    const { ir, api } = this.program;
    const receiver = receiverValue(ir, call);
    if (receiver >= 0 && this.statements.isStatement(receiver)) this.parts.add(receiver);
    let takesText = false;
    for (const fact of api.facts(node)) {
      takesText ||= fact.kind === expressionKind;
      if (fact.kind === textKind) for (const value of portValues(ir, call, fact.port)) this.visitText(value);
    }
    for (let i = 0, n = callArgCount(ir, call); i < n; i++) this.visitGiven(callArg(ir, call, i), takesText);
    // Names of keywords are columns, what they are given is bound; of a spread mapping the names are not known.
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) if (callKeywordName(ir, call, i) >= 0) this.visitGiven(callKeywordValue(ir, call, i), false);
  }

  private visitGiven(value: number, takesText: boolean): void {
    const { ir } = this.program;
    const given = ir.op.data[value] === Op.Star ? ir.a.data[value]! : value;
    if (takesText && isMadeText(ir, given)) this.stop("a text is handed to the query as it is", given);
    else this.given.add(given);
  }

  /** What a call of the project gives. */
  private visitResults(fn: number): void {
    const { ir } = this.program;
    const { firstInstr, endInstr } = ir.functions[fn]!;
    let any = false;
    for (let i = firstInstr; i < endInstr; i++) {
      if (ir.op.data[i] !== Op.Return || !this.program.isReachable(ir.block.data[i]!)) continue;
      any = true;
      this.parts.add(ir.a.data[i]!);
    }
    if (!any) this.stop("a call that makes the statement gives nothing", firstInstr);
  }

  private visitParameter(value: number): void {
    const { ir } = this.program;
    const fn = functionOf(ir, value);
    const index = parameterIndex(ir, fn, value);
    // A method of the project's own kind of query begins with what it is called on.
    if (index === 0 && this.statements.isStatement(value)) return;
    const callers = this.program.callersOf(fn.id);
    if (callers.length === 0) this.stop("who gives the statement is not known", value);
    for (const site of callers) {
      const bound = bindArguments(ir, site.call, fn, site)[index] ?? [];
      if (bound.length === 0 || bound.some(({ kind }) => kind !== "value" && kind !== "default")) this.stop("what a caller gives is not followed", site.call);
      for (const each of bound) this.parts.add(each.value);
    }
  }

  private visitRead(value: number): void {
    const { ir } = this.program;
    const stores = this.program.storesOf(value);
    for (const store of stores) this.parts.add(store);
    if (stores.length > 0 || this.statements.isStatement(value)) {
      if (stores.length === 0 && ir.op.data[value] === Op.GetAttr && this.statements.isStatement(ir.a.data[value]!)) this.parts.add(ir.a.data[value]!);
      return;
    }
    this.stop("where the statement comes from is not known", value);
  }

  /** What stands in a statement: expressions bind, unless one of them was made of text. */
  private visitArgument(value: number): void {
    const { ir, api } = this.program;
    const op = ir.op.data[value] as Op;
    if (op === Op.Const) return;
    if (op === Op.Call) {
      for (const target of this.program.targetsOf(value)) {
        if (target.kind === "project" && this.statements.hasKind(value, textStatementKind)) this.stop(madeElsewhere, value);
        if (target.kind !== "api") continue;
        for (const fact of api.facts(target.node)) if (fact.kind === textKind) for (const text of portValues(ir, value, fact.port)) this.visitText(text);
      }
      const callee = callCallee(ir, value);
      if (ir.op.data[callee] === Op.GetAttr) this.given.add(ir.a.data[callee]!);
      for (let i = 0, n = callArgCount(ir, value); i < n; i++) this.given.add(callArg(ir, value, i));
      for (let i = 0, n = callKeywordCount(ir, value); i < n; i++) this.given.add(callKeywordValue(ir, value, i));
      return;
    }
    const isFromElsewhere = op === Op.Param || op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr;
    if (isFromElsewhere && this.statements.hasKind(value, textStatementKind)) this.stop(madeElsewhere, value);
    else if (op !== Op.Param && op !== Op.Global && op !== Op.Import && op !== Op.Cell) forEachUse(ir, value, (used) => this.given.add(used));
  }

  /** Text that comes in is a place of its own, with a verdict of its own. Only a literal leaves the statement bound throughout. */
  private visitText(value: number): void {
    const { ir } = this.program;
    if (ir.op.data[value] === Op.Const) return;
    this.stop("SQL text is part of it, which is decided where it is made", value);
  }
}

const madeElsewhere = "SQL text that is made elsewhere is part of it";
const textStatementKind = "text-statement";

/** Holds for a text that is put together there. */
function isMadeText(ir: Ir, value: number): boolean {
  let v = value;
  while (ir.op.data[v] === Op.Bin && ((ir.a.data[v]! & 31) === BinOp.Add || (ir.a.data[v]! & 31) === BinOp.Mod)) v = ir.b.data[v]!;
  return ir.op.data[v] === Op.Fmt || (v !== value && ir.op.data[v] === Op.Const && ir.constants[ir.a.data[v]!]!.type === "str");
}
