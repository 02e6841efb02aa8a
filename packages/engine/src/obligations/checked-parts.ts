/**
 * Reads of a part of a document that was checked before, however the part is read.
 *
 * ```text
 * jsonschema.validate(body, SCHEMA)
 * body.get("name")                          what SCHEMA says of "name"
 * for key, value in body["tags"].items()    what it says of the keys, and of all values
 * ```
 * Only versions of the document between the check and the read count, and a store of an item ends the search.
 */
import { Op, callArg, callArgCount } from "../ir/index.ts";
import { BindMode } from "../program/index.ts";
import { checksDocuments, documentGuards, documentGuardsOfProject } from "./document-checks.ts";
import { anyItem, anyKey, itemSelector } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { parameterOfRole } from "./write-effects.ts";

const readsMax = 4;
const versionsMax = 32;
const none: readonly string[] = [];

/** Guard kinds of the part `path` of what a value reads out of a checked document. */
export function checkedPartGuards(solver: Solver, value: number, path: number): readonly string[] {
  if (!checksDocuments(solver)) return none;
  let part: { readonly object: number; readonly path: number } | undefined = { object: value, path };
  for (let i = 0; i < readsMax; i++) {
    part = readOf(solver, part.object, part.path);
    if (!part) return none;
    const found = guardsOfVersions(solver, part.object, part.path);
    if (found.length > 0) return found;
    part = { object: unchanged(solver, part.object), path: part.path };
  }
  return none;
}

/** The object that a value is read from, and the part of it that is asked about then. */
function readOf(solver: Solver, value: number, path: number): { object: number; path: number } | undefined {
  const { ir, paths, facts } = solver;
  const at = unchanged(solver, value);
  const keyed = (object: number, key: number): { object: number; path: number } | undefined => {
    const keys = facts.constantsOf(key);
    return keys?.length === 1 ? { object, path: paths.push(itemSelector(keys[0]!), path) } : undefined;
  };
  switch (ir.op.data[at]! as Op) {
    case Op.GetItem: return keyed(ir.a.data[at]!, ir.b.data[at]!);
    case Op.Call: {
      const name = calledName(solver, at);
      const receiver = receiverValue(ir, at);
      const count = callArgCount(ir, at);
      if ((name !== "get" && name !== "pop") || receiver < 0 || count === 0 || count > 2) return undefined;
      // What is not there is a constant.
      return count === 2 && !facts.literalOf(callArg(ir, at, 1)) ? undefined : keyed(receiver, callArg(ir, at, 0));
    }
    case Op.Unpack: return ofRound(solver, ir.a.data[at]!, path, ir.b.data[at]!);
    case Op.Next: return ofRound(solver, at, path, -1);
    default: return undefined;
  }
}

/** What a loop goes over: keys, items of a list, or, with `index`, the keys (0) and values (1) of `items()`. */
function ofRound(solver: Solver, next: number, path: number, index: number): { object: number; path: number } | undefined {
  const { ir, paths } = solver;
  if (ir.op.data[next] !== Op.Next) return undefined;
  const iterated = unchanged(solver, ir.a.data[ir.a.data[next]!]!);
  const name = ir.op.data[iterated] === Op.Call && callArgCount(ir, iterated) === 0 ? calledName(solver, iterated) : "";
  const receiver = name === "" ? -1 : receiverValue(ir, iterated);
  if (index >= 0) return name === "items" && receiver >= 0 && index < 2 ? { object: receiver, path: paths.push(index === 0 ? anyKey : anyItem, path) } : undefined;
  if (name === "values" || name === "keys") return receiver < 0 ? undefined : { object: receiver, path: paths.push(name === "keys" ? anyKey : anyItem, path) };
  return { object: iterated, path: paths.push(anyKey, path) };
}

/** What calls that a version of a document went through leave of a part of it. */
function guardsOfVersions(solver: Solver, value: number, path: number): readonly string[] {
  const { ir } = solver;
  const out = new Set<string>();
  let at = value;
  for (let i = 0; i < versionsMax; i++) {
    const op = ir.op.data[at]! as Op;
    if (op !== Op.Sigma && op !== Op.Content) break;
    const old = ir.a.data[at]!;
    if (op === Op.Content) {
      const effect = ir.b.data[at]!;
      if (ir.op.data[effect] !== Op.Call || solver.isMutator(effect)) break;
      for (const kind of afterCall(solver, effect, ir.c.data[at]!, old, path)) out.add(kind);
    }
    at = old;
  }
  return [...out];
}

function afterCall(solver: Solver, call: number, role: number, old: number, path: number): readonly string[] {
  const targets = solver.targetsOf(call);
  if (targets.length !== 1) return none;
  const target = targets[0]!;
  if (target.kind === "api") return documentGuards(solver, call, old, path);
  if (target.kind !== "project" || target.mode === BindMode.Constructor) return none;
  const fn = solver.ir.functions[target.function]!;
  const param = fn.params[parameterOfRole(solver.ir, call, role, target.mode, fn)];
  return param ? documentGuardsOfProject(solver, call, target, param.value, path) : none;
}

/** A value without the versions that calls which only look at it made. */
function unchanged(solver: Solver, value: number): number {
  const { ir } = solver;
  let at = value;
  for (let i = 0; i < versionsMax; i++) {
    const op = ir.op.data[at]! as Op;
    if (op !== Op.Sigma && op !== Op.Content) break;
    if (op === Op.Content && (ir.op.data[ir.b.data[at]!] !== Op.Call || solver.mayWrite(at))) break;
    at = ir.a.data[at]!;
  }
  return at;
}
