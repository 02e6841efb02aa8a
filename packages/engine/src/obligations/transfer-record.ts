/** How a walk goes through objects whose fields are the arguments they were made with: data classes, models, named tuples. */
import { callCallee } from "../ir/index.ts";
import { spreadArguments, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { recordsOf } from "./fields.ts";
import { Flag, LeafKind } from "./leaf.ts";
import { attributeName, attributeSelector, isAttribute, itemSelector } from "./paths.ts";
import type { Solver } from "./solver.ts";
import { pushArguments } from "./transfer-call.ts";
import { bottom, endsExact } from "./transfer.ts";
import type { Walk } from "./walk.ts";

/** What an object tells of its class: names and types that stand in the program. */
const declaredTables = new Set([
  "__table__", "__mapper__", "__tablename__", "__name__", "__qualname__", "__module__", "__mro__", "__annotations__", "__dataclass_fields__", "__attrs_attrs__",
  "__slots__", "_meta",
]);

/** Visits `x.__table__`, which is the class's and no part of what `x` holds; returns false for other attributes. */
export function visitDeclared(solver: Solver, walk: Walk, node: number, value: number): boolean {
  if (walk.need.exact || !declaredTables.has(solver.ir.strings.text(solver.ir.b.data[value]!))) return false;
  walk.leaf(node, LeafKind.Proven, value, "const", "what its class declares");
  return true;
}

/** An object of a class without a constructor of its own: its fields are the arguments. Returns false for other calls. */
export function visitRecord(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  if (visitSpread(solver, walk, node, call, path)) return true;
  if (recordsOf(solver.program, call).length === 0) return false;
  if (path !== 0) {
    if (!visitField(solver, walk, node, call, path, Flag.None) && !bottom(solver, walk, node, call, path)) {
      walk.leaf(node, LeafKind.Open, call, "unknown-value", "a field that nothing is seen to set");
    }
    return true;
  }
  if (endsExact(walk, node, call)) return true;
  pushArguments(solver, walk, node, call, Flag.None);
  walk.leaf(node, LeafKind.Constant, call, "const", "", -1);
  return true;
}

/** `Job(**data)`: a field is what the mapping has under its name. */
function visitSpread(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  const { ir, paths, program } = solver;
  const head = path === 0 ? -1 : paths.head(path);
  if (head < 0 || !isAttribute(head)) return false;
  const tokens = program.tokensOf(callCallee(ir, call));
  let isFilled = false;
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Class) continue;
    const name = attributeName(head);
    for (const value of spreadArguments(ir, program, call, tokenId(tokens[i]!), name)) {
      const key = ir.constant({ type: "str", value: ir.strings.text(name) });
      walk.push(value, paths.push(itemSelector(key), paths.tail(path)), node);
      isFilled = true;
    }
  }
  return isFilled;
}

/** Goes on to the argument that fills a field of a new object; returns false if none does. */
export function visitField(solver: Solver, walk: Walk, node: number, call: number, path: number, flags: number): boolean {
  const head = solver.paths.head(path);
  if (!isAttribute(head)) return false;
  let isFilled = false;
  for (const { fields } of recordsOf(solver.program, call)) {
    for (const { name, value } of fields) {
      if (attributeSelector(name) !== head) continue;
      walk.push(value, solver.paths.tail(path), node, flags);
      isFilled = true;
    }
  }
  return isFilled;
}
