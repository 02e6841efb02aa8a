/**
 * What stands where in a file: statements and calls that a reviewer points at, and what each text is for.
 *
 * ```text
 * assert user.is_admin        assert 1-1
 * import subprocess           import 2-2 of subprocess
 * if token == "none":         text 3-3 "none", compared with token
 * ```
 */
import type { Construct, ConstructSpan, TextRole } from "../../ir/index.ts";
import { lineOf, type SourceFile, textOf } from "../../source/index.ts";
import { type Ast, Kind } from "./ast.ts";
import { forEachChild } from "./walk.ts";

/** Constructs of one file that are told; a generated table of a million texts is cut off there. */
export const constructsMax = 200_000;

/** Lists what stands in a file, in the order of its nodes. */
export function constructsOf(ast: Ast, file: SourceFile): readonly Construct[] {
  return new ConstructFinder(ast, file).run();
}

/** Longest text that counts as a name. */
const nameMax = 100;

interface Statement {
  readonly first: number;
  readonly last: number;
}

/** A node still to be looked at, the statement that holds it, and for a literal what it is for. */
interface Pending {
  readonly node: number;
  readonly statement: Statement;
  readonly role: TextRole;
  readonly bound: string;
}

const statementWords: Partial<Record<Kind, string>> = {
  [Kind.Raise]: "raise", [Kind.Return]: "return", [Kind.Delete]: "del", [Kind.With]: "with", [Kind.AsyncWith]: "async with",
  [Kind.Py2Exec]: "exec", [Kind.Py2Print]: "print", [Kind.FunctionDef]: "def", [Kind.AsyncFunctionDef]: "async def", [Kind.ClassDef]: "class",
};

class ConstructFinder {
  private readonly out: Construct[] = [];
  private readonly pending: Pending[] = [];

  constructor(
    private readonly ast: Ast,
    private readonly file: SourceFile,
  ) {}

  run(): readonly Construct[] {
    this.statements(this.ast.a.data[this.ast.root]);
    while (this.pending.length > 0 && this.out.length < constructsMax) this.visit(this.pending.pop()!);
    this.comments();
    return this.out.sort((left, right) => left.offset - right.offset);
  }

  private comments(): void {
    const { comments } = this.ast;
    for (let i = 0; i < comments.length && this.out.length < constructsMax; i += 2) {
      const line = lineOf(this.file, comments[i]);
      const text = textOf(this.file, comments[i], comments[i + 1]);
      this.out.push({ kind: "comment", text, offset: comments[i], end: comments[i + 1], first: line, last: line, statementFirst: line, statementLast: line });
    }
  }

  private statements(list: number): void {
    for (const node of this.ast.lists.toArray(list)) {
      if (node >= 0) this.pending.push({ node, statement: this.headOf(node), role: "alone", bound: "" });
    }
  }

  /** Lines of a statement; of one with a body, those before the body. */
  private headOf(node: number): Statement {
    const { ast } = this;
    const first = lineOf(this.file, ast.start.data[node]);
    const body = bodyOf(ast, node);
    const inner = body <= 0 ? -1 : ast.lists.length(body) > 0 ? ast.lists.at(body, 0) : -1;
    if (inner < 0) return { first, last: this.lastLine(node) };
    return { first, last: Math.max(first, lineOf(this.file, ast.start.data[inner]) - 1) };
  }

  private lastLine(node: number): number {
    return lineOf(this.file, Math.max(this.ast.start.data[node], this.ast.end.data[node] - 1));
  }

  private spanOf(node: number, statement: Statement): ConstructSpan {
    return {
      offset: this.ast.start.data[node], end: this.ast.end.data[node], first: lineOf(this.file, this.ast.start.data[node]), last: this.lastLine(node),
      statementFirst: statement.first, statementLast: statement.last,
    };
  }

  private visit(pending: Pending): void {
    const { node, statement } = pending;
    const { ast } = this;
    const span = this.spanOf(node, statement);
    switch (ast.kind.data[node] as Kind) {
      case Kind.Assert:
        this.out.push({ ...span, kind: "assert" });
        break;
      case Kind.Import: case Kind.ImportFrom:
        this.importOf(node, span);
        return;
      case Kind.ExceptHandler:
        this.handlerOf(node, span);
        this.statements(ast.c.data[node]);
        if (ast.a.data[node] >= 0) this.push(ast.a.data[node], statement);
        return;
      case Kind.Call:
        this.callOf(node, span, statement);
        return;
      case Kind.Constant:
        this.textOf(node, span, pending);
        return;
      case Kind.FunctionDef: case Kind.AsyncFunctionDef: case Kind.ClassDef:
        this.definitionOf(node, span);
        return;
      default:
        this.tellStatement(node, span);
    }
    this.children(pending);
  }

  private tellStatement(node: number, span: ConstructSpan): void {
    const word = statementWords[this.ast.kind.data[node] as Kind];
    if (word !== undefined) this.out.push({ ...span, kind: "statement", word, last: span.statementLast });
  }

  private push(node: number, statement: Statement, role: TextRole = "other", bound = ""): void {
    if (node >= 0) this.pending.push({ node, statement, role, bound });
  }

  private pushAll(list: number, statement: Statement, role: TextRole = "other", bound = ""): void {
    for (const node of this.ast.lists.toArray(list)) this.push(node, statement, role, bound);
  }

  /** What is below a node, each with the part that a text would play there. */
  private children({ node, statement, role, bound }: Pending): void {
    const { ast } = this;
    const { a, b, c } = { a: ast.a.data[node], b: ast.b.data[node], c: ast.c.data[node] };
    switch (ast.kind.data[node] as Kind) {
      case Kind.Assign: {
        this.pushAll(a, statement);
        const target = ast.lists.length(a) > 0 ? ast.lists.at(a, 0) : -1;
        this.push(b, statement, "assigned", this.nameOf(target));
        return;
      }
      case Kind.AnnAssign:
        this.push(c, statement, "assigned", this.nameOf(a));
        return;
      case Kind.Compare: {
        const others = ast.lists.toArray(c);
        const name = this.nameOf(a) || others.map((other) => this.nameOf(other)).find((other) => other !== "") || "";
        this.push(a, statement, "compared", name);
        for (const other of others) this.push(other, statement, "compared", name);
        return;
      }
      case Kind.Dict: {
        const keys = ast.lists.toArray(a);
        ast.lists.toArray(b).forEach((value, i) => this.push(value, statement, "item", keys[i] >= 0 ? this.nameOf(keys[i]) : ""));
        for (const key of keys) this.push(key, statement);
        return;
      }
      case Kind.Tuple: case Kind.List: case Kind.Set:
        // What is compared with a list of texts is compared with each, and a call is given each; a list that is assigned is no text.
        this.pushAll(a, statement, isHandedOn(role) ? role : "other", isHandedOn(role) ? bound : "");
        return;
      case Kind.IfExp: case Kind.BoolOp:
        forEachChild(ast, node, (child) => this.push(child, statement, role === "alone" ? "other" : role, bound));
        return;
      default: {
        const inner = isStatementHolder(ast, node);
        forEachChild(ast, node, (child) => {
          if (inner && isStatement(ast, child)) this.pending.push({ node: child, statement: this.headOf(child), role: "alone", bound: "" });
          else this.push(child, statement, ast.kind.data[node] === Kind.Expr ? "alone" : "other");
        });
      }
    }
  }

  private importOf(node: number, span: ConstructSpan): void {
    const { ast } = this;
    const isFrom = ast.kind.data[node] === Kind.ImportFrom;
    const aliases = ast.lists.toArray(isFrom ? ast.b.data[node] : ast.a.data[node]);
    const text = (id: number): string => (id < 0 ? "" : ast.strings.text(id));
    const names = aliases.map((alias) => text(ast.a.data[alias]));
    const bound = aliases.map((alias, i) => text(ast.b.data[alias]) || (isFrom ? names[i] : names[i].split(".")[0]));
    if (isFrom) {
      this.out.push({ ...span, kind: "import", module: `${".".repeat(Math.min(ast.c.data[node], 8))}${text(ast.a.data[node])}`, names, bound });
      return;
    }
    names.forEach((name, i) => this.out.push({ ...span, kind: "import", module: name, names: [], bound: [bound[i]] }));
  }

  private handlerOf(node: number, span: ConstructSpan): void {
    const { ast } = this;
    const body = ast.lists.toArray(ast.c.data[node]).filter((each) => !this.isDocstring(each));
    const kinds = body.map((each) => ast.kind.data[each] as Kind);
    const only = (kind: Kind): boolean => kinds.length > 0 && kinds.every((each) => each === kind);
    const does = kinds.length === 0 || only(Kind.Pass) ? "pass" : only(Kind.Continue) ? "continue" : only(Kind.Return) ? "return" : only(Kind.Raise) ? "raise" : "more";
    this.out.push({ ...span, kind: "handler", catches: this.nameOf(ast.a.data[node]), does });
  }

  private isDocstring(node: number): boolean {
    const { ast } = this;
    return ast.kind.data[node] === Kind.Expr && ast.kind.data[ast.a.data[node]] === Kind.Constant;
  }

  private callOf(node: number, span: ConstructSpan, statement: Statement): void {
    const { ast } = this;
    const callee = this.nameOf(ast.a.data[node]);
    const keywords = ast.lists.toArray(ast.c.data[node]);
    const names = keywords.map((keyword) => (ast.a.data[keyword] < 0 ? "**" : ast.strings.text(ast.a.data[keyword])));
    this.out.push({ ...span, kind: "call", callee, keywords: names });
    this.push(ast.a.data[node], statement);
    this.pushAll(ast.b.data[node], statement, "argument", callee);
    keywords.forEach((keyword, i) => this.push(ast.b.data[keyword], statement, "keyword", names[i]));
  }

  private textOf(node: number, span: ConstructSpan, { role, bound }: Pending): void {
    const constant = this.ast.constants[this.ast.a.data[node]];
    if (constant?.type === "str" || constant?.type === "bytes") this.out.push({ ...span, kind: "text", text: constant.value, role, bound });
    else if (constant?.type === "none") this.out.push({ ...span, kind: "text", text: undefined, role, bound });
  }

  /** A definition: its decorators, bases and defaults belong to its head, its body to itself. */
  private definitionOf(node: number, span: ConstructSpan): void {
    const { ast } = this;
    this.tellStatement(node, span);
    const head: Statement = { first: span.statementFirst, last: span.statementLast };
    const d = ast.lists.toArray(ast.d.data[node]);
    this.statements(ast.c.data[node]);
    if (ast.kind.data[node] === Kind.ClassDef) {
      this.pushAll(ast.b.data[node], head);
      if (d.length > 1) this.pushAll(d[1], head);
      return;
    }
    if (d.length > 0) this.pushAll(d[0], head);
    this.defaultsOf(ast.b.data[node], head);
  }

  private defaultsOf(parameters: number, head: Statement): void {
    const { ast } = this;
    if (parameters < 0 || ast.kind.data[parameters] !== Kind.Arguments) return;
    const named = (list: number): string[] => ast.lists.toArray(list).map((arg) => ast.strings.text(ast.a.data[arg]));
    const d = ast.lists.toArray(ast.d.data[parameters]);
    const positional = [...named(ast.a.data[parameters]), ...named(ast.b.data[parameters])];
    const defaults = d.length > 2 ? ast.lists.toArray(d[2]) : [];
    defaults.forEach((value, i) => this.push(value, head, "default", positional[positional.length - defaults.length + i] ?? ""));
    const keywordOnly = named(ast.c.data[parameters]);
    if (d.length > 3) ast.lists.toArray(d[3]).forEach((value, i) => this.push(value, head, "default", keywordOnly[i] ?? ""));
  }

  /** The dotted name of an expression, `open().read`; of `row["name"]` the key; "" for all else. */
  private nameOf(node: number): string {
    const { ast } = this;
    const parts: string[] = [];
    let isCalled = false;
    const called = (name: string): string => {
      const shown = isCalled ? `${name}()` : name;
      isCalled = false;
      return shown;
    };
    for (let at = node, depth = 0; at >= 0 && depth < 20; depth++) {
      switch (ast.kind.data[at] as Kind) {
        case Kind.Name:
          return [called(ast.strings.text(ast.a.data[at])), ...parts].join(".");
        case Kind.Attribute:
          parts.unshift(called(ast.strings.text(ast.b.data[at])));
          at = ast.a.data[at];
          break;
        case Kind.Subscript:
          return [this.textAt(ast.b.data[at]), ...parts].filter((part) => part !== "").join(".");
        case Kind.Constant:
          return depth === 0 ? this.textAt(at) : parts.join(".");
        case Kind.Call:
          if (parts.length === 0) return "";
          isCalled = true;
          at = ast.a.data[at];
          break;
        default:
          return parts.join(".");
      }
    }
    return parts.join(".");
  }

  private textAt(node: number): string {
    const { ast } = this;
    if (node < 0 || ast.kind.data[node] !== Kind.Constant) return "";
    const constant = ast.constants[ast.a.data[node]];
    return constant?.type === "str" || constant?.type === "bytes" ? constant.value.slice(0, nameMax) : "";
  }
}

const isHandedOn = (role: TextRole): boolean => role === "compared" || role === "argument" || role === "keyword";

/** The list of the first statements inside a compound statement, or -1. */
export function bodyOf(ast: Ast, node: number): number {
  switch (ast.kind.data[node] as Kind) {
    case Kind.FunctionDef: case Kind.AsyncFunctionDef: case Kind.ClassDef: case Kind.For: case Kind.AsyncFor: case Kind.ExceptHandler:
      return ast.c.data[node];
    case Kind.While: case Kind.If: case Kind.With: case Kind.AsyncWith:
      return ast.b.data[node];
    case Kind.Try: case Kind.TryStar:
      return ast.a.data[node];
    default:
      return -1;
  }
}

const isStatementHolder = (ast: Ast, node: number): boolean => {
  const kind = ast.kind.data[node] as Kind;
  return bodyOf(ast, node) >= 0 || kind === Kind.Match || kind === Kind.MatchCase;
};

const isStatement = (ast: Ast, node: number): boolean => {
  const kind = ast.kind.data[node] as Kind;
  return (kind > Kind.Module && kind <= Kind.ErrorStmt) || kind === Kind.ExceptHandler || kind === Kind.MatchCase;
};
