/**
 * Whether what a handler does rests on the caller's own token: it hands that to another service, which decides.
 *
 * ```python
 * def show(self, req, key):
 *     return client(token=req.context.auth_token).get(key)     # the other service refuses who may not
 * ```
 */
import { callCallee, constantOf, Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";

const functionsMax = 160;
const depthMax = 7;
const tokenNames = ["auth_token", "get_auth_plugin", "access_token", "user_token"];
const headers = /^(?:x-auth-token|authorization)$/i;

/** The instruction that reads the token, in the handler or what it calls; -1 if none does. */
export function passesToken(solver: Solver, start: number): number {
  const { ir } = solver;
  const names = new Set(tokenNames.map((name) => ir.strings.find(name)));
  const depths = new Map([[start, 0]]);
  for (const [id, depth] of depths) {
    const fn = ir.functions[id]!;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.GetAttr && names.has(ir.b.data[row]!)) return row;
      if (op === Op.Const && depth > 0 && isHeader(solver, row)) return row;
      if (op !== Op.Call || depth >= depthMax) continue;
      if (ir.op.data[callCallee(ir, row)] === Op.Global && solver.targetsOf(row).length > 4) continue;
      for (const target of solver.targetsOf(row)) {
        if (target.kind === "project" && target.via !== "prior" && depths.size < functionsMax && !depths.has(target.function)) depths.set(target.function, depth + 1);
      }
    }
  }
  return -1;
}

function isHeader(solver: Solver, row: number): boolean {
  const constant = constantOf(solver.ir, row);
  return constant?.type === "str" && headers.test(constant.value);
}
