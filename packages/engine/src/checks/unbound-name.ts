/**
 * Names that are read and not bound: after `del`, after the handler that bound them, before any assignment.
 *
 * ```python
 * except OSError as error:
 *     pass
 * log(error)          # NameError: a handler unbinds its name at its end
 * ```
 * What is bound on some ways only depends on conditions that belong together; such reads stay open.
 */
import { forEachUse, functionOf, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function unboundName(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const partly = partlyBound(context);
  const out = new Map<string, Obligation>();
  let row = 0;
  const look = (value: number): void => {
    const isUnbound = ir.op.data[value] === Op.Undef && ir.b.data[value] >= 0;
    if (!isUnbound && !partly.has(value)) return;
    const name = ir.strings.text(isUnbound ? ir.b.data[value] : partly.get(value)!);
    const key = `${functionOf(ir, row).id} ${value}`;
    if (out.has(key)) return;
    out.set(key, isUnbound
      ? context.row(row, "violated", { code: "bad-value", text: `${name} is bound on no way that leads here`, at: value }, { sink: name, subject: value })
      : context.row(row, "open", { code: "needs-judgement", text: `${name} is bound on some of the ways that lead here`, at: value }, { sink: name, subject: value }));
  };
  for (let n = ir.length; row < n; row++) {
    const op = ir.op.data[row] as Op;
    if (op === Op.Phi || op === Op.Content || op === Op.Sigma || op === Op.ClassVar || op === Op.SetGlobal || op === Op.SetCell) continue;
    if (context.isProduct(row) && program.isReachable(ir.block.data[row])) forEachUse(ir, row, look);
  }
  return [...out.values()];
}

/** Merges of ways on some of which a name is not bound, with that name. */
function partlyBound({ program: { ir } }: CheckContext): ReadonlyMap<number, number> {
  const out = new Map<number, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const i of ir.rowsOf(Op.Phi)) {
      if (out.has(i)) continue;
      const list = ir.a.data[i];
      for (let at = 0, count = ir.lists.length(list); at < count; at++) {
        const input = ir.lists.at(list, at);
        const name = ir.op.data[input] === Op.Undef ? ir.b.data[input] : (out.get(input) ?? -1);
        if (name < 0) continue;
        out.set(i, name);
        changed = true;
        break;
      }
    }
  }
  return out;
}
