/** How much of the calls is understood: counts for the report. */
import { callCallee, Op } from "../ir/index.ts";
import type { CallClass, Program, UnresolvedReason } from "./program.ts";

export interface CallCoverage {
  readonly calls: Readonly<Record<CallClass, number>>;
  /** Unresolved calls by reason, most frequent first. */
  readonly byReason: readonly { readonly reason: UnresolvedReason; readonly count: number }[];
  /** Names of callees that stay unresolved, most frequent first. */
  readonly topUnresolved: readonly { readonly name: string; readonly count: number }[];
  readonly functions: number;
  /** Functions that nothing we know calls and that are no entry. */
  readonly withoutCallers: number;
}

const topMax = 30;

/** Counts the calls of a program; `includes` chooses modules. */
export function callCoverage(program: Program, includes: (module: number) => boolean = () => true): CallCoverage {
  const { ir } = program;
  const calls: Record<CallClass, number> = { project: 0, external: 0, builtin: 0, derived: 0, unresolved: 0 };
  const reasons = new Map<UnresolvedReason, number>();
  const names = new Map<string, number>();
  let functions = 0;
  let withoutCallers = 0;
  for (const fn of ir.functions) {
    if (!includes(fn.module)) continue;
    if (fn.kind === "function") {
      functions++;
      if (program.callersOf(fn.id).length === 0 && program.entriesOf(fn.id).length === 0) withoutCallers++;
    }
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call) continue;
      const found = program.classOfCall(row);
      calls[found]++;
      if (found !== "unresolved") continue;
      count(reasons, program.unresolvedReason(row));
      count(names, calleeText(program, row));
    }
  }
  return {
    calls, functions, withoutCallers,
    byReason: ranked(reasons).map(([reason, n]) => ({ reason, count: n })),
    topUnresolved: ranked(names).slice(0, topMax).map(([name, n]) => ({ name, count: n })),
  };
}

function count<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function ranked<K extends string>(map: ReadonlyMap<K, number>): [K, number][] {
  return [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** What a call is written as: `.name` of a method, the name of a function, else what the callee is. */
export function calleeText(program: Program, call: number): string {
  const { ir } = program;
  const callee = callCallee(ir, call);
  switch (ir.op.data[callee] as Op) {
    case Op.GetAttr: return `.${ir.strings.text(ir.b.data[callee])}`;
    case Op.Global: return ir.strings.text(ir.a.data[callee]);
    case Op.Param: return `parameter ${ir.strings.text(ir.b.data[callee])}`;
    case Op.Call: return "a call";
    default: return "a value";
  }
}
