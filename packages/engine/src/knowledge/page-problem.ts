/** What is wrong with a page, and where exactly. */
import type { Problem } from "../base/index.ts";
import { suggestion } from "./suggestion.ts";

/** A problem of a catalog page. Its message opens with `path:line:column: `. */
export interface PageProblem extends Problem {
  readonly line: number;
  /** 1-based, in characters. */
  readonly column: number;
  /** "error": the page is not used as written; "warning": it is, but should be changed. */
  readonly level: "error" | "warning";
}

/** A place in a page; line and column are 1-based. */
export interface PagePosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Most problems that are kept of one reading; a page that is no page at all would otherwise flood the report. */
const problemsMax = 1000;

/** Collects the problems of one reading of the catalog. */
export class PageProblems {
  readonly all: PageProblem[] = [];

  error(at: PagePosition, message: string): void {
    this.add(at, message, "error");
  }

  warn(at: PagePosition, message: string): void {
    this.add(at, message, "warning");
  }

  /** Reports a word that is not one of `known`, with the nearest one that is. */
  unknown(at: PagePosition, what: string, word: string, known: Iterable<string>): void {
    if (this.all.length >= problemsMax) return;
    this.error(at, `unknown ${what} "${word}"${suggestion(word, known)}`);
  }

  get hasErrors(): boolean {
    return this.all.some((problem) => problem.level === "error");
  }

  private add(at: PagePosition, message: string, level: "error" | "warning"): void {
    if (this.all.length >= problemsMax) return;
    this.all.push({
      kind: level === "error" ? "syntax-error" : "limit-reached",
      path: at.path,
      line: at.line,
      column: at.column,
      level,
      message: `${at.path}:${at.line}:${at.column}: ${message}`,
    });
  }
}
