/** What is assumed where nothing flows: the decorated function, names that are priors for a type, methods only one class has. */
import { callCallee, Op } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { BindMode } from "./program.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

/** A decorator that nothing is known of leaves what it decorates as it is. */
export function addUndecorated(s: Solver): void {
  const { ir } = s;
  for (const row of ir.rowsOf(Op.Decorate)) if (!s.hasMeaning(row)) s.copy(ir.b.data[row], row);
}

/** `cursor.execute(…)` on a variable of which nothing but its name is known. */
export function addPriors(s: Solver, api: ApiGraph): void {
  const { ir } = s;
  for (const row of ir.rowsOf(Op.GetAttr)) {
    const object = ir.a.data[row];
    if (s.setOf(object) !== 0) continue;
    const variable = variableName(s, object);
    if (variable < 0) continue;
    const node = api.prior(ir.strings.text(variable), ir.strings.text(ir.b.data[row]));
    if (node >= 0) s.add(object, tokOf(Tok.Api, node));
  }
}

function variableName(s: Solver, row: number): number {
  const { ir } = s;
  const at = rootOf(s, row);
  switch (ir.op.data[at] as Op) {
    case Op.Param: return ir.b.data[at];
    case Op.Global: return ir.a.data[at];
    case Op.Cell: return ir.cells[ir.a.data[at]].name;
    case Op.GetAttr: return ir.b.data[at];
    case Op.Import: return ir.b.data[at];
    default: return -1;
  }
}

/** Links calls of methods that exactly one class of the project has; returns these links. Nothing flows through them. */
export function linkUniqueMethods(s: Solver): ReadonlySet<number> {
  const { ir, classes } = s;
  const out = new Set<number>();
  for (const row of ir.rowsOf(Op.Call)) {
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] !== Op.GetAttr || s.setOf(callee) !== 0 || s.setOf(ir.a.data[callee]) !== 0) continue;
    const name = ir.b.data[callee];
    const definers = classes.definersOf(name);
    if (definers.length !== 1 || isContainerName(ir.strings.text(name))) continue;
    const method = classes.ownMethod(definers[0], name);
    if (method >= 0 && s.link(row, method, BindMode.Bound)) out.add(s.linkCalls.length - 1);
  }
  return out;
}

const containerNames = new Set(`
add append clear copy count decode encode endswith extend find format get index insert isdigit items join keys lower lstrip pop
popitem read readline readlines remove replace reverse rfind rsplit rstrip setdefault sort split splitlines startswith strip
title translate union update upper values write close open run start stop send recv flush seek tell next set put
`.trim().split(/\s+/));

const isContainerName = (name: string): boolean => containerNames.has(name) || name.startsWith("__");
