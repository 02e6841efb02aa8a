/**
 * `getattr(self, request.method.lower())(request)`: the name of an attribute that is the method of a request.
 *
 * Such code has a handler for each method of HTTP, named after it; which one is called only the request tells.
 */
import { callArg, callArgCount, callCallee, Op } from "../ir/index.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";

/** Stands for the beginning of an attribute's name where the name is a request's method. No name begins so. */
export const requestMethod = "<request method>";

const verbs = new Set([
  "get", "head", "post", "put", "patch", "delete", "options", "trace",
  "copy", "move", "mkcol", "propfind", "proppatch", "lock", "unlock", "report",
]);

/** Holds if a name is a method of HTTP: in small letters or in capitals. */
export const isVerb = (name: string): boolean => verbs.has(name === name.toUpperCase() ? name.toLowerCase() : name);

const attributes = new Set(["method", "request_method", "REQUEST_METHOD"]);
const depthMax = 6;

/** Holds if a value is a request's method by the way it is read: `req.method.lower()`, `environ["REQUEST_METHOD"]`. */
export function isRequestMethod(s: Solver, row: number, depth = 0): boolean {
  const { ir } = s;
  const at = rootOf(s, row);
  switch (ir.op.data[at] as Op) {
    case Op.GetAttr: return attributes.has(ir.strings.text(ir.b.data[at]));
    case Op.GetItem: return isKey(s, ir.b.data[at]);
    case Op.Call: {
      const callee = rootOf(s, callCallee(ir, at));
      if (ir.op.data[callee] !== Op.GetAttr || depth >= depthMax) return false;
      const name = ir.strings.text(ir.b.data[callee]);
      if (name === "get") return callArgCount(ir, at) > 0 && isKey(s, callArg(ir, at, 0));
      return (name === "lower" || name === "upper") && isRequestMethod(s, ir.a.data[callee], depth + 1);
    }
    default: return false;
  }
}

function isKey(s: Solver, row: number): boolean {
  const constant = s.ir.op.data[row] === Op.Const ? s.ir.constants[s.ir.a.data[row]] : undefined;
  return constant?.type === "str" && constant.value === "REQUEST_METHOD";
}
