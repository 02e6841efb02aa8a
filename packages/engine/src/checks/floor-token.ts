/**
 * Tokens that are read twice: without their signature to learn whose key to ask for, and then with it.
 *
 * ```text
 * claims = jwt.decode(token, options={"verify_signature": False})
 * key = keys_of(claims["iss"])
 * jwt.decode(token, key, algorithms=["RS256"])        the same token is verified
 * ```
 */
import { callArg, callArgCount, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import { BindMode } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { firstVersionOf } from "./roots.ts";

const verifies = /verif|authenticat/i;
const reads = /^decode(?:_complete)?$/;
/** Deepest nesting of calls that hand the token on. */
const depthMax = 4;

/** Holds if the token that is read without its signature is also verified: in the same function, or where it is handed on to. */
export function isVerifiedToo(context: CheckContext, row: Obligation): boolean {
  return row.subject >= 0 && isVerified(context, tokenOf(context.program.ir, row.subject), row.site, 0);
}

function isVerified(context: CheckContext, token: number, except: number, depth: number): boolean {
  const { ir } = context.program;
  const fn = functionOf(ir, token);
  for (let call = fn.firstInstr; call < fn.endInstr; call++) {
    if (ir.op.data[call] !== Op.Call || call === except) continue;
    const place = placeOf(ir, call, token);
    if (place === undefined) continue;
    if (reads.test(calledName(context.solver, call)) ? hasKey(ir, call) : verifies.test(calledName(context.solver, call))) return true;
    if (depth < depthMax && handedOn(context, call, place).some((param) => isVerified(context, param, -1, depth + 1))) return true;
  }
  return false;
}

/** The value that a token is on all ways: what a `try` joins again is one value. */
function tokenOf(ir: Ir, value: number): number {
  let v = firstVersionOf(ir, value);
  for (let i = 0; i < depthMax && ir.op.data[v] === Op.Phi; i++) {
    const ways = new Set(ir.lists.toArray(ir.a.data[v]).map((way) => firstVersionOf(ir, way)).filter((way) => ir.op.data[way] !== Op.Undef));
    if (ways.size !== 1) return v;
    [v] = ways;
  }
  return v;
}

/** Where a value stands among the arguments of a call: its place, or the name of its keyword. */
function placeOf(ir: Ir, call: number, token: number): { readonly index: number; readonly name: number } | undefined {
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) if (tokenOf(ir, callArg(ir, call, i)) === token) return { index: i, name: -1 };
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    if (tokenOf(ir, callKeywordValue(ir, call, i)) === token) return { index: -1, name: callKeywordName(ir, call, i) };
  }
  return undefined;
}

/** The parameters of the project functions that a call may mean. */
function handedOn(context: CheckContext, call: number, place: { readonly index: number; readonly name: number }): readonly number[] {
  const { program } = context;
  return program.targetsOf(call).flatMap((target) => {
    if (target.kind !== "project") return [];
    const { params } = program.ir.functions[target.function];
    const shift = target.mode === BindMode.Plain ? 0 : 1;
    const param = place.index < 0 ? params.find((each) => each.name === place.name) : params[place.index + shift];
    return param ? [param.value] : [];
  });
}

/** A decoding that is given a key, and not told to leave the signature aside. */
function hasKey(ir: Ir, call: number): boolean {
  const key = callKeyword(ir, call, ir.strings.intern("key"));
  const options = callKeyword(ir, call, ir.strings.intern("options"));
  return (callArgCount(ir, call) > 1 || key >= 0) && (options < 0 || !mentionsSignature(ir, options));
}

function mentionsSignature(ir: Ir, options: number): boolean {
  if (ir.op.data[options] !== Op.Build) return false;
  return ir.lists.toArray(ir.b.data[options]).some((item) => {
    const constant = item >= 0 && ir.op.data[item] === Op.Const ? ir.constants[ir.a.data[item]] : undefined;
    return constant?.type === "str" && constant.value === "verify_signature";
  });
}
