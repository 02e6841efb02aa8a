/**
 * `handlers[kind]()` where `kind` is a parameter: only the entries that callers ask for are read.
 *
 * What callers pass is known when the flow has settled. Until then such a read gives nothing of a container; then it gives
 * the items under the constants that all known calls pass, or every item if one call passes something else, if nobody is
 * seen to call, or if outsiders call. Reading more leads to more calls, so this is repeated.
 */
import { Op } from "../ir/index.ts";
import { bindArguments } from "./bind-arguments.ts";
import { BindMode } from "./program.ts";
import { Edge, type Solver } from "./solver.ts";
import { isFromTest } from "./test-flow.ts";

const roundsMax = 8;
const keysMax = 16;

/** Notes a read whose key is a parameter as it came. */
export function notesParameterKey(s: Solver, row: number): void {
  const { ir } = s;
  const key = ir.b.data[row];
  if (ir.op.data[key] !== Op.Param) return;
  const fn = ir.functions[s.functionOf(key)];
  const index = fn.params.findIndex((param) => param.value === key);
  if (index < 0 || fn.params[index].kind === "varargs" || fn.params[index].kind === "kwargs") return;
  s.keyedReads.set(row, { fn: fn.id, index, keys: new Set() });
}

/** Settles the flow, and the reads that wait for the keys that callers pass. */
export function runWithKeys(s: Solver, isEntry: (fn: number) => boolean): void {
  s.run();
  for (let round = 0; round < roundsMax; round++) {
    const calls = callsByFunction(s);
    let isChanged = false;
    for (const [row, read] of s.keyedReads) {
      const links = calls.get(read.fn) ?? [];
      if (links.length === 0 && round === 0 && !isEntry(read.fn)) continue;
      const keys = isEntry(read.fn) ? undefined : keysOf(s, read, links);
      if (openRead(s, row, read.keys, keys)) isChanged = true;
    }
    if (!isChanged && round > 0) break;
    s.run();
  }
  // What has not come to rest by now is read as a whole.
  for (const [row, read] of s.keyedReads) if (!read.keys.has(-1) && read.keys.size === 0) openRead(s, row, read.keys, undefined);
  s.run();
}

function openRead(s: Solver, row: number, open: Set<number>, keys: ReadonlySet<number> | undefined): boolean {
  if (open.has(-1)) return false;
  const object = s.ir.a.data[row];
  if (keys === undefined) {
    open.add(-1);
    s.addEdge(object, Edge.Item, row, -1);
    return true;
  }
  let isChanged = false;
  for (const key of keys) {
    if (open.has(key)) continue;
    open.add(key);
    s.addEdge(object, Edge.Item, row, key);
    isChanged = true;
  }
  return isChanged;
}

function callsByFunction(s: Solver): ReadonlyMap<number, readonly number[]> {
  const wanted = new Map<number, number[]>();
  for (const { fn } of s.keyedReads.values()) wanted.set(fn, []);
  for (let link = 0; link < s.linkFunctions.length; link++) {
    const fn = s.linkFunctions.data[link];
    if (!isFromTest(s, s.linkCalls.data[link], fn)) wanted.get(fn)?.push(link);
  }
  return wanted;
}

/** The constants that all calls pass; undefined if one passes something else. */
function keysOf(s: Solver, read: { readonly fn: number; readonly index: number }, links: readonly number[]): ReadonlySet<number> | undefined {
  const { ir } = s;
  const fn = ir.functions[read.fn];
  const out = new Set<number>();
  if (links.length === 0) return undefined;
  for (const link of links) {
    const args = s.linkArguments.get(link);
    const mode = s.linkModes.data[link] as BindMode;
    const bound = bindArguments(ir, s.linkCalls.data[link], fn, args ? { mode, arguments: args } : { mode })[read.index];
    if (bound.length !== 1 || (bound[0].kind !== "value" && bound[0].kind !== "default")) return undefined;
    const key = s.names.constantOf(bound[0].value, s.moduleOf(bound[0].value));
    if (key < 0) return undefined;
    out.add(key);
    if (out.size > keysMax) return undefined;
  }
  return out;
}
