/**
 * What a change took out of definitions, by their names: where a check still stands, it is what the check calls that was changed.
 *
 * ```text
 * if not is_known(name): abort()        still stands, and proves nothing any more
 * def is_known(name):
 *     return name in NAMES              taken away by the change: told with the check
 * ```
 */
import { compareText } from "../findings/index.ts";
import type { FileChange, LinePlaces } from "./files.ts";

/** A line of the base revision that the change took away or altered. */
export interface TouchedLine {
  /** Name of the definition that the line lies in. */
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly code: string;
}

const definition = /^(?:export\s+)?(?:async\s+)?(?:def|class|function)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;
const word = /[\p{L}_$][\p{L}\p{N}_$]*/gu;
/** Longer lines are not code that someone wrote. */
const lineLengthMax = 2_000;

/** The first line that the change took out of each definition, by the name of the definition. */
export class TouchedDefinitions {
  private found: ReadonlyMap<string, readonly TouchedLine[]> | undefined;
  private readonly changes: readonly FileChange[];
  private readonly places: LinePlaces;

  constructor(changes: readonly FileChange[], places: LinePlaces) {
    this.changes = changes;
    this.places = places;
  }

  /** What was taken out of the definitions that a line of code names, in the order of paths. */
  namedIn(code: string): readonly TouchedLine[] {
    this.found ??= this.collect();
    const names = new Set(code.slice(0, lineLengthMax).match(word) ?? []);
    return [...names].flatMap((name) => this.found?.get(name) ?? []).sort((left, right) => compareText(left.path, right.path) || left.line - right.line);
  }

  private collect(): ReadonlyMap<string, readonly TouchedLine[]> {
    const found = new Map<string, TouchedLine[]>();
    for (const { before } of this.changes) {
      if (before === "") continue;
      for (const touched of this.inFile(before)) {
        const list = found.get(touched.name) ?? [];
        if (!list.some((other) => other.path === touched.path)) found.set(touched.name, [...list, touched]);
      }
    }
    return found;
  }

  private inFile(path: string): readonly TouchedLine[] {
    const out: TouchedLine[] = [];
    const open: { readonly name: string; readonly indent: number }[] = [];
    this.places.linesOf(path).forEach((text, index) => {
      const code = text.trim();
      if (code === "" || text.length > lineLengthMax) return;
      const indent = text.length - text.trimStart().length;
      while (open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) open.pop();
      const isTaken = this.places.lineOf(path, index + 1) === undefined;
      if (isTaken) for (const { name } of open) out.push({ name, path, line: index + 1, code });
      const name = definition.exec(code)?.[1];
      if (name !== undefined) open.push({ name, indent });
    });
    return out;
  }
}
