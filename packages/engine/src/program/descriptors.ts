/**
 * Attributes that a descriptor of the project answers: `row.name` is `Field.__get__(field, row)`, `row.name = x` is
 * `Field.__set__(field, row, x)` where the class of `row` binds `name` to a Field.
 *
 * A descriptor mostly keeps the value under a name of the object, so the value also flows as through a field.
 *
 * `name = property(getter)` is one too, whoever calls `property`: a function that makes several such attributes alike does.
 */
import { Op } from "../ir/index.ts";
import { flowSelf } from "./attribute-rules.ts";
import { BindMode } from "./program.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

interface Descriptor {
  readonly owner: number;
  /** Class of the descriptor, and the value that the owner binds to the name; -1 if it is a property. */
  readonly cls: number;
  readonly value: number;
  /** The function that a property calls, or -1. */
  readonly getter: number;
}

/** Links reads and stores of attributes to the methods of descriptors; may be called again when more is known. */
export function linkDescriptors(s: Solver): void {
  const { ir, classes } = s;
  const names = ["__get__", "__set__"].map((name) => ir.strings.find(name));
  const known = descriptorsByName(s, names);
  if (known.size === 0) return;
  for (const row of ir.rowsOf(Op.GetAttr, Op.SetAttr)) {
    const op = ir.op.data[row];
    const found = known.get(ir.b.data[row]);
    if (found === undefined) continue;
    const object = ir.a.data[row];
    for (const cls of s.idsOf(object, Tok.Instance)) {
      for (const each of found) {
        if (cls !== each.owner && !classes.isSubclass(cls, each.owner)) continue;
        if (each.getter < 0) linkOne(s, row, each, names[op === Op.GetAttr ? 0 : 1]);
        else if (op === Op.GetAttr) s.link(row, each.getter, BindMode.Implicit);
      }
    }
  }
}

function descriptorsByName(s: Solver, names: readonly number[]): Map<number, Descriptor[]> {
  const { ir, classes } = s;
  const out = new Map<number, Descriptor[]>();
  const add = (row: number, each: Descriptor): unknown => out.set(ir.a.data[row], [...(out.get(ir.a.data[row]) ?? []), each]);
  for (const row of ir.rowsOf(Op.ClassVar)) {
    const owner = ir.functions[s.functionOf(row)].class;
    for (const cls of owner < 0 ? [] : s.idsOf(ir.b.data[row], Tok.Instance)) {
      if (names.some((name) => name >= 0 && classes.methodOf(cls, name) >= 0)) add(row, { owner, cls, value: ir.b.data[row], getter: -1 });
    }
    for (const getter of owner < 0 ? [] : s.idsOf(ir.b.data[row], Tok.Property)) add(row, { owner, cls: -1, value: -1, getter });
  }
  return out;
}

function linkOne(s: Solver, row: number, { cls, value }: Descriptor, name: number): void {
  const { ir } = s;
  const method = name < 0 ? -1 : s.classes.methodOf(cls, name);
  if (method < 0) return;
  const { params } = ir.functions[method];
  const given = [value, ir.a.data[row], ir.op.data[row] === Op.SetAttr ? ir.c.data[row] : -1];
  const args = params.map((_, index) => given[index] ?? -1);
  if (!s.link(row, method, BindMode.Callback, args)) return;
  flowSelf(s, method, tokOf(Tok.Instance, cls));
  for (const index of [1, 2]) if (params[index] && args[index] >= 0) s.copy(args[index], params[index].value);
}
