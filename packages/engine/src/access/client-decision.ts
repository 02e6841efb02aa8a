/**
 * Branches that let a caller go on because of what the caller says of itself: `if request.cookies["role"] == "admin"`.
 *
 * Only reads by a name that speaks of rights count, or of the address that proxies pass on, and only where the other side turns the
 * caller away or something is changed on this one.
 */
import { BranchKind, callArg, callArgCount, callCallee, constantOf, functionOf, Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";
import { Identity } from "./identity.ts";
import { lastName, Means, Meanings } from "./meaning.ts";
import { Refusals } from "./refusal.ts";

export interface ClientDecision {
  /** The branch. */
  readonly at: number;
  /** The read of what the client sent. */
  readonly read: number;
  readonly name: string;
  /** Holds if something follows that only some may do: the other side refuses, or this one changes something. */
  readonly decides: boolean;
}

const rightsWord = /^(?:x[-_])?(?:is[-_]?)?(?:admin|administrator|superuser|staff|root|authenticated|logged[-_]?in|authori[sz]ed|role|user[-_]?role|privileged?|trusted|internal(?:[-_]request)?)$/i;
const addressWord = /^(?:http[-_])?(?:x[-_]forwarded[-_]for|x[-_]real[-_]ip|x[-_]client[-_]ip|true[-_]client[-_]ip|referer)$/i;
const depthMax = 6;

export function clientDecisions(solver: Solver, isProduct: (row: number) => boolean): readonly ClientDecision[] {
  const { ir } = solver;
  const meanings = new Meanings(solver);
  const identity = new Identity(solver, meanings);
  const refusals = new Refusals(solver, meanings);
  const out: ClientDecision[] = [];
  for (const row of ir.rowsOf(Op.Branch)) {
    if (ir.b.data[row] !== BranchKind.Condition) continue;
    const found = readIn(solver, ir.a.data[row]!, 0);
    if (found === undefined || !isProduct(row)) continue;
    const succs = ir.lists.toArray(ir.blocks.succs.data[ir.block.data[row]!]!);
    const refuses = [0, 1].some((i) => refusals.ofEdge(succs[i]!, succs[1 - i]!) === "access");
    const isAddress = addressWord.test(found.name);
    const decides = refuses || (!isAddress && changesAfter(solver, meanings, row));
    // Who was asked for rights elsewhere in the function may say how it wants to be served.
    const isAsked = asksOtherwise(solver, identity, row);
    out.push({ at: row, read: found.read, name: found.name, decides: decides && !isAsked });
  }
  return out;
}

/** The read of what a client sent under a name that speaks of rights, among the operands of a condition. */
function readIn(solver: Solver, value: number, depth: number): { readonly read: number; readonly name: string } | undefined {
  const { ir } = solver;
  if (value < 0 || depth > depthMax) return undefined;
  switch (ir.op.data[value] as Op) {
    case Op.Not:
    case Op.Sigma:
    case Op.Content: return readIn(solver, ir.a.data[value]!, depth + 1);
    case Op.Cmp: return readIn(solver, ir.b.data[value]!, depth + 1) ?? readIn(solver, ir.c.data[value]!, depth + 1);
    case Op.GetItem: return named(solver, value, ir.a.data[value]!, ir.b.data[value]!);
    case Op.Call: {
      const callee = callCallee(ir, value);
      if (ir.op.data[callee] !== Op.GetAttr) return undefined;
      const method = lastName(solver, callee);
      if (/^(?:get|getlist|get_argument|get_cookie|get_header|get_query_argument)$/.test(method) && callArgCount(ir, value) > 0) return named(solver, value, ir.a.data[callee]!, callArg(ir, value, 0));
      return /^(?:lower|upper|strip|split|startswith)$/.test(method) ? readIn(solver, ir.a.data[callee]!, depth + 1) : undefined;
    }
    default: return undefined;
  }
}

function named(solver: Solver, read: number, container: number, key: number): { readonly read: number; readonly name: string } | undefined {
  const constant = constantOf(solver.ir, key) ?? solver.facts.literalOf(key);
  if (constant?.type !== "str" || !(rightsWord.test(constant.value) || addressWord.test(constant.value))) return undefined;
  const isSent = solver.apiNodes(container).some((node) => solver.api.facts(node).some((fact) => fact.port.type === "object" && (fact.kind === "remote-input" || fact.kind === "request-object")));
  return isSent ? { read, name: constant.value } : undefined;
}

/** Holds if the function changes something outside after the branch. */
function changesAfter(solver: Solver, meanings: Meanings, branch: number): boolean {
  const { ir } = solver;
  const fn = functionOf(ir, branch);
  for (let row = branch + 1; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.Call) continue;
    if (solver.targetsOf(row).some((target) => target.kind === "api" && (meanings.ofNode(target.node) & Means.Effect) !== 0)) return true;
  }
  return false;
}

/** Holds if another condition of the function asks what the framework knows of the caller. */
function asksOtherwise(solver: Solver, identity: Identity, branch: number): boolean {
  const { ir } = solver;
  const fn = functionOf(ir, branch);
  for (let block = fn.firstBlock; block < fn.endBlock; block++) {
    const last = ir.blocks.end.data[block]! - 1;
    if (last === branch || ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) continue;
    if (readIn(solver, ir.a.data[last]!, 0) === undefined && identity.isOf(ir.a.data[last]!)) return true;
  }
  return false;
}
