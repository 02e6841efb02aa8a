/**
 * Checks that a class runs on its fields before an object of it exists.
 *
 * ```text
 * class Item(BaseModel):
 *     kind: str
 *     @field_validator("kind")
 *     def known(cls, v):
 *         if v not in KINDS: raise ValueError     item.kind: fixed-choice
 *         return v
 * name: Annotated[str, AfterValidator(check)]     what check leaves of its argument
 * ```
 * A validator that gives something else than it was given says nothing.
 */
import { callArg, callArgCount, Op } from "../ir/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { mergesTo } from "./characters.ts";
import { exitGuards } from "./predicates.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

const decorators = new Set(["field_validator", "validator"]);
const wrappers = new Set(["AfterValidator", "PlainValidator"]);
const none: readonly string[] = [];

/** What the validators of a class leave of one of its fields. */
export function fieldValidatorGuards(solver: Solver, cls: number, field: number): readonly string[] {
  const { ir } = solver;
  const out = new Set<string>();
  const body = ir.functions[ir.classes[cls]!.body]!;
  for (let row = body.firstInstr; row < body.endInstr; row++) {
    if (ir.op.data[row] !== Op.Decorate || !validates(solver, ir.a.data[row]!, field)) continue;
    let inner = ir.b.data[row]!;
    while (ir.op.data[inner] === Op.Decorate) inner = ir.b.data[inner]!;
    if (ir.op.data[inner] === Op.Func) for (const kind of guardsOfResult(solver, ir.a.data[inner]!, 1)) out.add(kind);
  }
  return [...out];
}

/** What `AfterValidator(check)`, an addition to an annotation, leaves of the value. */
export function annotatedGuards(solver: Solver, addition: number): readonly string[] {
  const { ir, program } = solver;
  if (ir.op.data[addition] !== Op.Call || !wrappers.has(calledName(solver, addition)) || callArgCount(ir, addition) !== 1) return none;
  const tokens = program.tokensOf(callArg(ir, addition, 0));
  return tokens.length === 1 && tokenKind(tokens[0]!) === TokenKind.Function ? guardsOfResult(solver, tokenId(tokens[0]!), 0) : none;
}

/** Holds for `validator("a", "b")` that names the field, or all fields. */
function validates(solver: Solver, decorator: number, field: number): boolean {
  const { ir } = solver;
  if (ir.op.data[decorator] !== Op.Call || !decorators.has(calledName(solver, decorator))) return false;
  for (let i = 0, n = callArgCount(ir, decorator); i < n; i++) {
    const constants = solver.facts.constantsOf(callArg(ir, decorator, i));
    const name = constants?.length === 1 ? ir.constants[constants[0]!] : undefined;
    if (name?.type === "str" && (name.value === "*" || name.value === ir.strings.text(field))) return true;
  }
  return false;
}

/** What holds of what a function returns, if that is its parameter and nothing else. */
function guardsOfResult(solver: Solver, fn: number, index: number): readonly string[] {
  const { ir } = solver;
  const param = ir.functions[fn]!.params[index];
  const { returns } = solver.rowsOf(fn);
  if (!param || returns.length === 0 || !returns.every((row) => mergesTo(solver, ir.a.data[row]!, param.value))) return none;
  return [...exitGuards(solver, fn, param.value, 0)].flatMap(([kind, choices]) => (choices.length === 0 ? [kind] : []));
}
