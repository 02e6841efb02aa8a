/** Who can come to a finding: the entry points above the functions of its path. */
import { functionOf } from "../ir/index.ts";
import type { Entry, Program } from "../program/index.ts";
import { type ReachedFrom } from "./finding.ts";
import { placeOf } from "./place.ts";

/** Functions visited on the way up before the search ends; the entries found so far stand. */
export const reachFunctionsMax = 2_000;
/** Entries that a finding names. */
export const reachEntriesMax = 8;

/** Entries that no outsider uses say nothing about reach. */
const isOutside = (entry: Entry): boolean => entry.kind !== "test" && entry.kind !== "main";

/** Searches for entries breadth first over callers, nearest first, the functions in the order of the path. */
export class EntrySearch {
  private readonly program: Program;
  /** Per function, the search that last came to it. */
  private readonly seen: Int32Array;
  private searches = 0;

  constructor(program: Program) {
    this.program = program;
    this.seen = new Int32Array(program.ir.functions.length);
  }

  /** Returns the entries from which some of the instructions are reached. */
  above(instrs: readonly number[]): readonly ReachedFrom[] {
    const { program, seen } = this;
    const search = ++this.searches;
    const queue: number[] = [];
    const visit = (func: number): void => {
      if (seen[func] === search || queue.length >= reachFunctionsMax) return;
      seen[func] = search;
      queue.push(func);
    };
    for (const instr of instrs) visit(functionOf(program.ir, instr).id);
    const found: ReachedFrom[] = [];
    for (let i = 0; i < queue.length && found.length < reachEntriesMax; i++) {
      for (const entry of program.entriesOf(queue[i])) {
        if (isOutside(entry) && found.length < reachEntriesMax) found.push(describe(program, entry));
      }
      for (const site of program.callersOf(queue[i])) visit(functionOf(program.ir, site.call).id);
    }
    return found;
  }
}

function describe(program: Program, entry: Entry): ReachedFrom {
  const ir = program.ir;
  const handler = ir.functions[entry.function];
  const at = entry.site >= 0 ? entry.site : handler.definition;
  const place = at >= 0 ? placeOf(program, at) : undefined;
  return {
    kind: entry.kind,
    framework: entry.framework,
    methods: entry.methods,
    route: entry.path,
    function: ir.strings.text(handler.qualname),
    path: place?.path ?? program.files[ir.modules[handler.module].file].path,
    line: place?.line ?? 1,
  };
}
