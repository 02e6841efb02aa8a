/**
 * Objects that a handler fetches by what the request names, and whether anything ties them to the caller.
 *
 * ```python
 * @login_required
 * def remove(request, pk):
 *     Note.objects.get(pk=pk).delete()                          # anyone's note
 *     Note.objects.get(pk=pk, owner=request.user).delete()      # tied to the caller
 * ```
 */
import { callCallee, type FunctionInfo, Op } from "../ir/index.ts";
import { allArguments, type Solver } from "../obligations/index.ts";
import type { EntryAccess } from "./entry-map.ts";
import { Identity } from "./identity.ts";
import { lastName, Means, Meanings } from "./meaning.ts";
import { isSecretPart } from "./names.ts";

export interface FetchedObject {
  readonly access: EntryAccess;
  readonly call: number;
  /** What ties it to the caller, or -1. */
  readonly tiedBy: number;
}

const chainMax = 12;

/** Lists what handlers fetch by a parameter of their route. */
export function fetchedObjects(solver: Solver, map: readonly EntryAccess[]): readonly FetchedObject[] {
  const { ir } = solver;
  const meanings = new Meanings(solver);
  const identity = new Identity(solver, meanings);
  const out: FetchedObject[] = [];
  for (const access of new Map(map.map((each) => [each.site, each])).values()) {
    const fn = ir.functions[access.entry.function]!;
    // Who was asked for more than a name has been asked for this.
    if (access.verdict !== "covered" || access.guards.some((guard) => (guard.bits & Means.Authorises) !== 0)) continue;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call || !isFetch(solver, row) || !isByRoute(solver, fn, row)) continue;
      out.push({ access, call: row, tiedBy: tieOf(solver, identity, fn, row) });
    }
  }
  return out;
}

const isFetch = (solver: Solver, call: number): boolean => solver.targetsOf(call).some((target) =>
  target.kind === "api" && solver.api.facts(target.node).some((fact) => fact.kind === "fetches-object"));

/** Holds if an argument is a parameter that the route fills. */
function isByRoute(solver: Solver, fn: FunctionInfo, call: number): boolean {
  const { ir } = solver;
  return allArguments(ir, call).some((argument) => {
    const root = solver.rootOf(argument);
    return ir.op.data[root] === Op.Param && fn.params[ir.a.data[root]!]?.value === root && !isSecretPart(lastName(solver, root)) && !/^(?:self|cls|request|req|db|session|context)$/.test(lastName(solver, root));
  });
}

/** An argument, the query before the call, or anything else in the handler that has to do with the caller; -1 if nothing has. */
function tieOf(solver: Solver, identity: Identity, fn: FunctionInfo, call: number): number {
  const { ir } = solver;
  let at = call;
  for (let i = 0; i < chainMax && ir.op.data[at] === Op.Call; i++) {
    for (const argument of allArguments(ir, at)) if (identity.isOf(argument)) return argument;
    const callee = callCallee(ir, at);
    if (ir.op.data[callee] !== Op.GetAttr) break;
    at = solver.rootOf(ir.a.data[callee]!);
  }
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    const op = ir.op.data[row] as Op;
    if (op === Op.Branch && ir.b.data[row] === 0 && identity.isOf(ir.a.data[row]!)) return ir.a.data[row]!;
    if (op === Op.Call && allArguments(ir, row).some((argument) => identity.isOf(argument))) return row;
    if (op === Op.Cmp && identity.isOf(row)) return row;
  }
  return -1;
}
