/**
 * Reads of the path of a request in functions that only routes without variable parts lead to: there it is a constant.
 *
 * ```text
 * @app.route("/a")             request.path is "/a", here and in what only such functions call
 * @app.route("/<name>")        request.path is chosen by the client
 * ```
 */
import { type Ir, Op, callCallee, functionOf } from "../ir/index.ts";
import type { Entry } from "../program/index.ts";
import type { Solver } from "./solver.ts";

/** Most functions on the way from entry points to the read. */
export const fixedRouteFunctionsMax = 200;

/** Holds if every entry point that leads to an instruction is a route that fixes the whole path. */
export function isOnFixedRoutes(solver: Solver, instr: number, countsCaller: (call: number) => boolean): boolean {
  const { ir, program } = solver;
  const queue = [functionOf(ir, instr).id];
  const seen = new Set(queue);
  for (let i = 0; i < queue.length; i++) {
    const entries = program.entriesOf(queue[i]!).filter((entry) => entry.kind !== "test");
    if (!entries.every((entry) => isFixedRoute(ir, entry))) return false;
    let callers = 0;
    for (const site of program.callersOf(queue[i]!)) {
      if (!countsCaller(site.call)) continue;
      callers++;
      const caller = functionOf(ir, site.call).id;
      if (seen.has(caller)) continue;
      if (queue.length >= fixedRouteFunctionsMax) return false;
      seen.add(caller);
      queue.push(caller);
    }
    if (entries.length === 0 && callers === 0) return false;
  }
  return true;
}

function isFixedRoute(ir: Ir, entry: Entry): boolean {
  const { path } = entry;
  if (entry.kind !== "http" || path === "") return false;
  if (entry.framework === "django" && !isPlainDjangoRoute(ir, entry)) return /^\^[\w\/-]*\$$/.test(path);
  return !/[<>{}()[\]*^$\\|+?]|\/:/.test(path);
}

/** Django's `path()` takes the route as it stands; all its other forms read it as an expression. */
function isPlainDjangoRoute(ir: Ir, entry: Entry): boolean {
  if (ir.op.data[entry.site] !== Op.Call) return false;
  const callee = callCallee(ir, entry.site);
  const op = ir.op.data[callee]!;
  const name = op === Op.Import ? ir.b.data[callee]! : op === Op.GetAttr ? ir.b.data[callee]! : op === Op.Global ? ir.a.data[callee]! : -1;
  return name >= 0 && ir.strings.text(name) === "path";
}
