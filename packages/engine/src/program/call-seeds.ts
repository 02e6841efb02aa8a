/** What a Call row says before anything flows: its callee, and two readings of what is called as a method. */
import { callArg, callArgCount, callCallee, Op } from "../ir/index.ts";
import { taskShimOf } from "./callback-shims.ts";
import { seedPluginCall } from "./plugins.ts";
import { Edge, type Solver } from "./solver.ts";

/** Methods that read the item under a key, or remove and give it. */
const gets = new Set(["get", "pop", "setdefault"]);

export function seedCall(s: Solver, row: number): void {
  const { ir } = s;
  const callee = callCallee(ir, row);
  s.addEdge(callee, Edge.Callee, row);
  if (ir.op.data[callee] !== Op.GetAttr) return;
  const object = ir.a.data[callee];
  const method = ir.strings.text(ir.b.data[callee]);
  if (gets.has(method) && callArgCount(ir, row) > 0) {
    const key = s.names.constantOf(callArg(ir, row, 0), s.moduleOf(row));
    if (key >= 0) s.addEdge(object, Edge.KeyedGet, row, key);
  }
  seedPluginCall(s, row, object, method);
  const shim = taskShimOf(method);
  if (shim >= 0) s.addEdge(object, Edge.Callback, row, shim);
}
