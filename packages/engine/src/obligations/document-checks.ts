/**
 * Calls that return only for documents that a schema lets through, and decorators that ask the same before a function runs.
 *
 * ```text
 * jsonschema.validate(body, SCHEMA)              afterwards body["name"] is what SCHEMA says of "name"
 * Draft7Validator(SCHEMA).validate(body)
 * def check(body, schema): validate(body, schema)
 * check(body, SCHEMA)                            the same, through a function of the project
 * @validation.schema(SCHEMA)                     the parameter `body`, where the module of the decorator checks by schema
 * def create(self, req, body): ...
 * ```
 */
import { type FunctionInfo, Op, callArgCount, callCallee, callArg, callKeyword, functionOf, parameterIndex } from "../ir/index.ts";
import { type CallTarget, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { argumentsFor } from "./arguments.ts";
import { isObjectSchema, schemaGuards } from "./json-schema.ts";
import { argumentValues, receiverValue } from "./ports.ts";
import { dominatorsOf } from "./predicates.ts";
import type { Solver } from "./solver.ts";

/** How pages call the document and the schema of a call. */
const documentKind = "checked-document";
const schemaKind = "json-schema";
const checkerWord = "format_checker";
const bodyName = "body";
const versionArgumentsMax = 3;
const none: readonly string[] = [];

/** A call that checks a document. */
interface Check {
  readonly call: number;
  readonly document: number;
  readonly schema: number;
  readonly checksFormats: boolean;
}

const checksOfFunctions = new WeakMap<Solver, Map<number, readonly Check[]>>();

/** What holds of the part `path` of `value` after a call that was given it, or where the call says yes. */
export function documentGuards(solver: Solver, call: number, value: number, path: number): readonly string[] {
  const check = checkAt(solver, call);
  if (!check || !isSame(solver, check.document, value)) return none;
  return schemaGuards(solver, check.schema, path, check);
}

/** What holds of an argument after a function of the project returned: it checks its parameter on every way. */
export function documentGuardsOfProject(solver: Solver, call: number, target: CallTarget & { kind: "project" }, param: number, path: number): readonly string[] {
  const { ir } = solver;
  const fn = ir.functions[target.function]!;
  const checks = checksOf(solver, fn);
  if (checks.length === 0) return none;
  const dominators = dominatorsOf(solver, fn.id);
  const { returns } = solver.rowsOf(fn.id);
  const out = new Set<string>();
  for (const { call: inner, document, schema, checksFormats } of checks) {
    if (!isSame(solver, document, param)) continue;
    if (!returns.every((row) => dominators.dominates(ir.block.data[inner]!, ir.block.data[row]!))) continue;
    for (const kind of schemaGuards(solver, givenFor(solver, call, target, fn, schema), path, { checksFormats })) out.add(kind);
  }
  return [...out];
}

/** The argument behind a parameter of the called function; any other value as it is. */
function givenFor(solver: Solver, call: number, target: CallTarget & { kind: "project" }, fn: FunctionInfo, value: number): number {
  const { ir, paths } = solver;
  const root = solver.rootOf(value);
  if (ir.op.data[root] !== Op.Param || functionOf(ir, root).id !== fn.id) return value;
  const given = argumentsFor(ir, paths, call, target, fn, parameterIndex(ir, fn, root), 0);
  return given.length === 1 && given[0]!.path === 0 ? given[0]!.value : -1;
}

function checksOf(solver: Solver, fn: FunctionInfo): readonly Check[] {
  let ofSolver = checksOfFunctions.get(solver);
  if (!ofSolver) checksOfFunctions.set(solver, (ofSolver = new Map()));
  let found = ofSolver.get(fn.id);
  if (!found) {
    const all: Check[] = [];
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const check = solver.ir.op.data[row] === Op.Call ? checkAt(solver, row) : undefined;
      if (check) all.push(check);
    }
    ofSolver.set(fn.id, (found = all));
  }
  return found;
}

function checkAt(solver: Solver, call: number): Check | undefined {
  if (!checksDocuments(solver)) return undefined;
  const { ir } = solver;
  const nodes = solver.apiNodes(callCallee(ir, call));
  for (const node of nodes) {
    const document = argumentOf(solver, call, node, documentKind);
    if (document < 0) continue;
    // One of several callees is not sure to be called.
    if (nodes.length > 1 || solver.targetsOf(call).length > 1) return undefined;
    const own = argumentOf(solver, call, node, schemaKind);
    const maker = own >= 0 ? call : makerOf(solver, receiverValue(ir, call));
    const schema = own >= 0 ? own : schemaOfMaker(solver, maker);
    return schema < 0 ? undefined : { call, document, schema, checksFormats: hasChecker(solver, maker) };
  }
  return undefined;
}

/** The argument that a page says to be of a kind, or -1. */
function argumentOf(solver: Solver, call: number, node: number, kind: string): number {
  for (const fact of solver.api.facts(node)) {
    if (fact.kind !== kind || fact.port.type !== "argument") continue;
    const { index, name } = fact.port;
    const values = argumentValues(solver.ir, call, index, name, false);
    if (values.length === 1) return values[0]!;
  }
  return -1;
}

/** The call that makes a validator, through names that are stored once. */
function makerOf(solver: Solver, value: number): number {
  const { ir, program } = solver;
  let at = value < 0 ? -1 : solver.rootOf(value);
  for (let i = 0; i < 4 && at >= 0; i++) {
    const op = ir.op.data[at]! as Op;
    if (op === Op.Call) return at;
    if (op !== Op.Global && op !== Op.Import && op !== Op.Cell && op !== Op.GetAttr) return -1;
    const stores = program.storesOf(at);
    at = stores.length === 1 ? solver.rootOf(stores[0]!) : -1;
  }
  return -1;
}

function schemaOfMaker(solver: Solver, maker: number): number {
  if (maker < 0) return -1;
  for (const node of solver.apiNodes(callCallee(solver.ir, maker))) {
    const schema = argumentOf(solver, maker, node, schemaKind);
    if (schema >= 0) return schema;
  }
  return -1;
}

function hasChecker(solver: Solver, call: number): boolean {
  const name = solver.ir.strings.find(checkerWord);
  const value = name === undefined || name < 0 ? -1 : callKeyword(solver.ir, call, name);
  return value >= 0 && solver.facts.literalOf(value)?.type !== "none";
}

const isSame = (solver: Solver, a: number, b: number): boolean => a === b || solver.rootOf(a) === solver.rootOf(b);

// ---- decorators

/** What decorators that check by a schema leave of the body of a request. */
export function decoratedGuards(solver: Solver, fn: FunctionInfo, index: number, path: number): readonly string[] {
  const { ir } = solver;
  if (path === 0 || ir.strings.text(fn.params[index]!.name) !== bodyName || !checksDocuments(solver)) return none;
  let common: readonly string[] | undefined;
  let isAlways = false;
  for (const call of schemaDecorators(solver, fn)) {
    const guards = schemaGuards(solver, callArg(ir, call, 0), path, { checksFormats: false });
    common = common ? common.filter((kind) => guards.includes(kind)) : guards;
    // A range of versions that ends leaves later versions to another of them.
    if (callArgCount(ir, call) < versionArgumentsMax) isAlways = true;
  }
  return isAlways && common ? common : none;
}

function schemaDecorators(solver: Solver, fn: FunctionInfo): readonly number[] {
  const { ir } = solver;
  const parent = ir.functions[fn.parent];
  if (!parent) return [];
  const out: number[] = [];
  for (let row = fn.definition, i = 0; i < 64 && row < parent.endInstr; row++, i++) {
    if (ir.op.data[row] !== Op.Decorate) continue;
    const call = ir.a.data[row]!;
    if (!isDecoratorOf(solver, row, fn) || ir.op.data[call] !== Op.Call || callArgCount(ir, call) === 0) continue;
    if (checksBySchema(solver, call) && isObjectSchema(solver, callArg(ir, call, 0))) out.push(call);
  }
  return out;
}

function isDecoratorOf(solver: Solver, decorate: number, fn: FunctionInfo): boolean {
  const { ir } = solver;
  let at = ir.b.data[decorate]!;
  for (let i = 0; i < 16 && ir.op.data[at] === Op.Decorate; i++) at = ir.b.data[at]!;
  return ir.op.data[at] === Op.Func && ir.a.data[at] === fn.id;
}

/** Holds for a function of the project whose first parameter is a schema that the body of a call is checked against. */
function checksBySchema(solver: Solver, call: number): boolean {
  const tokens = solver.program.tokensOf(callCallee(solver.ir, call));
  if (tokens.length !== 1 || tokenKind(tokens[0]!) !== TokenKind.Function) return false;
  return bodyCheckers(solver).has(tokenId(tokens[0]!));
}

const bodyCheckersOf = new WeakMap<Solver, ReadonlySet<number>>();

/** Functions that make wrappers which hand on `kwargs["body"]`, and hand their first parameter to something. */
function bodyCheckers(solver: Solver): ReadonlySet<number> {
  let known = bodyCheckersOf.get(solver);
  if (known) return known;
  const { ir } = solver;
  const out = new Set<number>();
  const passesBody = new Set<number>();
  const passesFirst = new Set<number>();
  for (let row = 0, n = checksDocuments(solver) ? ir.length : 0; row < n; row++) {
    if (ir.op.data[row] !== Op.Call) continue;
    const fn = functionOf(ir, row);
    const outer = ir.functions[ir.functions[fn.parent]?.parent ?? -1];
    const first = outer?.kind === "function" ? outer.params[0] : undefined;
    if (!outer || !first) continue;
    for (let i = 0, count = callArgCount(ir, row); i < count; i++) {
      if (isBodyRead(solver, callArg(ir, row, i))) passesBody.add(outer.id);
      if (isParameter(solver, callArg(ir, row, i), first.value)) passesFirst.add(outer.id);
    }
  }
  for (const fn of passesBody) if (passesFirst.has(fn)) out.add(fn);
  bodyCheckersOf.set(solver, (known = out));
  return known;
}

/** `kwargs["body"]` */
function isBodyRead(solver: Solver, value: number): boolean {
  const { ir, facts } = solver;
  const root = solver.rootOf(value);
  if (ir.op.data[root] !== Op.GetItem) return false;
  const key = facts.literalOf(ir.b.data[root]!);
  return key?.type === "str" && key.value === bodyName && ir.op.data[solver.rootOf(ir.a.data[root]!)] === Op.Param;
}

/** Holds if a value is a parameter, read in a function inside the one that has it. */
function isParameter(solver: Solver, value: number, param: number): boolean {
  const { ir, program } = solver;
  const root = solver.rootOf(value);
  if (root === param) return true;
  return ir.op.data[root] === Op.Cell && program.storesOf(root).some((store) => solver.rootOf(store) === param);
}

const usesOf = new WeakMap<Solver, boolean>();

/** Holds if some code of the program checks documents by schemas at all. */
export function checksDocuments(solver: Solver): boolean {
  let known = usesOf.get(solver);
  if (known === undefined) usesOf.set(solver, (known = usesSchemas(solver)));
  return known;
}

function usesSchemas(solver: Solver): boolean {
  const { ir, api } = solver;
  for (const row of ir.rowsOf(Op.Call)) {
    for (const node of solver.apiNodes(callCallee(ir, row))) if (api.facts(node).some(({ kind }) => kind === schemaKind)) return true;
  }
  return false;
}
