/** Which handlers lead to some functions, and what stands before each of them. */
import { type EntryAccess, entryMap } from "../access/index.ts";
import { functionOf } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import { solverOf } from "./solver-of.ts";

/** Functions that a way back from callee to caller visits. */
const visitsMax = 60_000;

const maps = new WeakMap<Program, ReadonlyMap<number, readonly EntryAccess[]>>();

/** Handlers by function; the map of a program is made once. */
function handlersOf(program: Program): ReadonlyMap<number, readonly EntryAccess[]> {
  let found = maps.get(program);
  if (found === undefined) {
    const byFunction = new Map<number, EntryAccess[]>();
    for (const row of entryMap(solverOf(program))) {
      const list = byFunction.get(row.entry.function);
      if (list === undefined) byFunction.set(row.entry.function, [row]);
      else list.push(row);
    }
    found = byFunction;
    maps.set(program, found);
  }
  return found;
}

export interface Reach {
  /** Handlers from which one of the functions is reached. */
  readonly handlers: readonly EntryAccess[];
  /** All of the program. */
  readonly handlerCount: number;
  /** Holds if the way back was not cut off. */
  readonly isWhole: boolean;
}

/** Goes back from functions over their known callers to handlers. */
export function reachedFrom(program: Program, functions: readonly number[]): Reach {
  const handlers = handlersOf(program);
  const seen = new Set<number>(functions);
  const found: EntryAccess[] = [];
  for (const fn of seen) {
    found.push(...(handlers.get(fn) ?? []));
    if (seen.size > visitsMax) break;
    for (const site of program.callersOf(fn)) seen.add(functionOf(program.ir, site.call).id);
  }
  return { handlers: found, handlerCount: [...handlers.values()].reduce((sum, list) => sum + list.length, 0), isWhole: seen.size <= visitsMax };
}
