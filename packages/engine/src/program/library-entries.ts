/**
 * Functions that programs outside of the project call: tests, and what a library offers.
 *
 * ```text
 * nothing declared      public functions that nobody in the project calls: their parameters are `library-input`
 * "exported"            all that public modules offer, called or not: their parameters are `public-api-input`
 * ["shop.api"]          the same for these modules and what lies below them
 * ```
 */
import { type FunctionInfo, Op } from "../ir/index.ts";
import type { EntryFinder } from "./entries.ts";
import type { Entry } from "./program.ts";
import { Tok, tokId, tokKind } from "./token.ts";

/** What a project declares to be its public API: nothing, all that public modules offer, or what the named modules offer. */
export type PublicApi = "none" | "exported" | readonly string[];

const noParams: Entry["params"] = [];

export function testEntries(finder: EntryFinder): void {
  for (const fn of finder.ir.functions) {
    if (fn.kind !== "function" || !isInTest(finder, fn.module) || !finder.ir.strings.text(fn.name).startsWith("test")) continue;
    finder.add({ kind: "test", framework: "python", function: fn.id, methods: [], path: "", params: noParams, returns: "", site: fn.definition });
  }
}

/** What is declared to be public, and public functions that nobody calls: the users of a library do. */
export function libraryEntries(finder: EntryFinder): void {
  const { ir, s } = finder;
  const declared = declaredFunctions(finder);
  const called = new Uint8Array(ir.functions.length);
  for (let link = 0; link < s.linkFunctions.length; link++) {
    if (s.isTest[s.functionOf(s.linkCalls.data[link])] === 0) called[s.linkFunctions.data[link]] = 1;
  }
  for (const fn of ir.functions) {
    if (fn.kind !== "function" || isInTest(finder, fn.module) || finder.entryFunctions.has(fn.id)) continue;
    if (declared.has(fn.id)) add(finder, fn, "public-api-input");
    else if (called[fn.id] === 0 && isPublic(finder, fn)) add(finder, fn, "library-input");
  }
}

function add(finder: EntryFinder, fn: FunctionInfo, kind: string): void {
  const first = finder.firstOutside(fn);
  const params = fn.params.flatMap((param, index) => (index < first ? [] : [{ index, kind, note: finder.ir.strings.text(param.name) }]));
  finder.add({ kind: "library", framework: "python", function: fn.id, methods: [], path: "", params, returns: "", site: fn.definition });
}

const isInTest = (finder: EntryFinder, module: number): boolean => finder.input.files[finder.ir.modules[module].file]?.role === "test";

const isSpecial = (name: string): boolean => name.startsWith("__") && name.endsWith("__");
const isPrivate = (name: string): boolean => name.startsWith("_") && !isSpecial(name);

/** Holds if the name and all around it are public, and no function is around it. */
function isPublic(finder: EntryFinder, fn: FunctionInfo): boolean {
  const { ir } = finder;
  if (ir.strings.text(fn.qualname).split(".").some(isPrivate)) return false;
  for (let at = fn.parent, depth = 0; at >= 0 && depth < 64; at = ir.functions[at].parent, depth++) {
    const { kind } = ir.functions[at];
    if (kind === "function" || kind === "lambda") return false;
  }
  return true;
}

// ---- the declared API

/** Functions, and methods of classes, that the declared modules offer under a public name. */
function declaredFunctions(finder: EntryFinder): ReadonlySet<number> {
  const api = finder.input.publicApi ?? "none";
  const out = new Set<number>();
  if (api === "none") return out;
  for (const module of finder.ir.modules) {
    if (isInTest(finder, module.id) || !isDeclared(finder.ir.strings.text(module.name), api)) continue;
    for (const name of offeredNames(finder, module.id)) addOffered(finder, module.id, name, out);
  }
  return out;
}

function isDeclared(module: string, api: Exclude<PublicApi, "none">): boolean {
  if (api === "exported") return !module.split(".").some(isPrivate);
  return api.some((name) => module === name || (module.startsWith(`${name}.`) && !module.slice(name.length + 1).split(".").some(isPrivate)));
}

/** Names that a module offers: those of `__all__`, else its public ones; what it imports is offered by a package only. */
function offeredNames(finder: EntryFinder, module: number, seen: Set<number> = new Set()): number[] {
  const { ir, s } = finder;
  if (seen.has(module) || seen.size > starChainMax) return [];
  seen.add(module);
  const declared = s.names.exportsOf(module);
  if (declared) return [...declared].map((name) => ir.strings.intern(name));
  const { isPackage } = ir.modules[module];
  const own = s.names.namesOfModule(module).filter((name) => {
    if (ir.strings.text(name).startsWith("_")) return false;
    return isPackage || !s.names.storesOf(module, name).every((row) => ir.op.data[row] === Op.Import);
  });
  if (!isPackage) return own;
  return [...own, ...s.names.starImports(module).flatMap((star) => (star.module < 0 ? [] : offeredNames(finder, star.module, seen)))];
}

/** Longest chain of `from .x import *`. */
const starChainMax = 32;

function addOffered(finder: EntryFinder, module: number, name: number, out: Set<number>): void {
  const { s } = finder;
  for (const token of s.names.resolveName(module, name)) {
    const kind = tokKind(token);
    if (kind === Tok.Function) out.add(tokId(token));
    else if (kind === Tok.Class) for (const fn of publicMethods(finder, tokId(token))) out.add(fn);
  }
}

/** Methods that users of a class call: its public and special ones, inherited from classes of the project too. */
function publicMethods(finder: EntryFinder, cls: number): number[] {
  const { ir, s } = finder;
  const out: number[] = [];
  for (const name of s.classes.memberNames(cls)) {
    const fn = isPrivate(ir.strings.text(name)) ? -1 : s.classes.methodOf(cls, name);
    if (fn >= 0) out.push(fn);
  }
  return out;
}
