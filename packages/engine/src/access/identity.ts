/**
 * Whether a value tells who the caller is or what the caller may: what a framework established, what was read from it by
 * name, and what functions of the project make of it.
 *
 * ```text
 * request.user.is_staff                 read from what the framework established
 * session.get("user_id")                the same
 * user_of(request) == item.owner        a function that returns such a value; a comparison with one
 * request.headers["Authorization"]      what the caller proves it with
 * ```
 */
import { callArg, callArgCount, callCallee, constantOf, functionOf, Op, phiInputs } from "../ir/index.ts";
import { allArguments, type Solver } from "../obligations/index.ts";
import { isCredentialName, isGuardName, isIdentityName } from "./names.ts";
import { lastName, Means, type Meanings } from "./meaning.ts";

const depthMax = 8;
const functionsDeepMax = 3;

export class Identity {
  private readonly solver: Solver;
  private readonly meanings: Meanings;
  private readonly values = new Map<number, boolean>();
  private readonly functions = new Map<number, boolean>();

  constructor(solver: Solver, meanings: Meanings) {
    this.solver = solver;
    this.meanings = meanings;
  }

  /** Holds if the value tells who the caller is, or is an answer about that. */
  isOf(value: number, depth = 0, deep = 0): boolean {
    if (value < 0 || depth > depthMax) return false;
    const known = this.values.get(value);
    if (known !== undefined) return known;
    // A value that is asked about while it is worked out tells nothing of itself.
    this.values.set(value, false);
    const answer = this.reads(value, depth, deep);
    if (answer || depth === 0) this.values.set(value, answer);
    else this.values.delete(value);
    return answer;
  }

  private reads(value: number, depth: number, deep: number): boolean {
    const { solver } = this;
    const { ir } = solver;
    if ((this.meanings.ofValue(value) & (Means.Identity | Means.Answers)) !== 0) return true;
    const next = (other: number): boolean => this.isOf(other, depth + 1, deep);
    switch (ir.op.data[value] as Op) {
      case Op.Not:
      case Op.Await:
      case Op.Sigma:
      case Op.Content:
      case Op.Next:
      case Op.Iter:
      case Op.Unpack:
      case Op.Len:
      case Op.Enter: return next(ir.a.data[value]!);
      case Op.Un: return next(ir.b.data[value]!);
      case Op.Bin:
      case Op.Cmp: return next(ir.b.data[value]!) || next(ir.c.data[value]!);
      case Op.Phi: return phiInputs(ir, value).slice(0, 8).some(next);
      case Op.GetAttr: return isIdentityName(lastName(solver, value)) || next(ir.a.data[value]!);
      case Op.GetItem: return this.isItem(ir.a.data[value]!, ir.b.data[value]!) || next(ir.a.data[value]!);
      case Op.Global:
      case Op.Cell: return isIdentityName(lastName(solver, value));
      case Op.Param: return isIdentityName(lastName(solver, value)) && !this.isFilledByRoute(value);
      case Op.Call: return this.isCall(value, depth, deep);
      default: return false;
    }
  }

  /** Holds for a parameter of a handler that the request fills: whom the request is about, not who sends it. */
  private isFilledByRoute(param: number): boolean {
    const { ir, program } = this.solver;
    const index = ir.a.data[param]!;
    return program.entriesOf(functionOf(ir, param).id).some((entry) => entry.params.some((each) => each.index === index && each.kind === "remote-input"));
  }

  private isCall(call: number, depth: number, deep: number): boolean {
    const { solver } = this;
    const { ir } = solver;
    const callee = callCallee(ir, call);
    const targets = solver.targetsOf(call);
    for (const target of targets) {
      if (target.kind === "api" && (this.meanings.ofNode(target.node) & (Means.Answers | Means.Identity | Means.Authenticates | Means.Authorises)) !== 0) return true;
      if (target.kind === "project" && deep < functionsDeepMax && this.returnsIdentity(target.function, deep + 1)) return true;
    }
    const receiver = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee]! : -1;
    if (receiver >= 0 && callArgCount(ir, call) > 0 && /^(?:get|pop|getlist|get_argument|get_header|get_secure_cookie)$/.test(lastName(solver, callee))) {
      if (this.isItem(receiver, callArg(ir, call, 0))) return true;
    }
    if (receiver >= 0 && this.isOf(receiver, depth + 1, deep)) return true;
    if (targets.every((target) => target.kind !== "project") && isGuardName(lastName(solver, callee))) return true;
    // `bool(user)`, `compare(token, given)`: what was made of one.
    return targets.every((target) => target.kind !== "project") && allArguments(ir, call).slice(0, 4).some((argument) => this.isOf(argument, depth + 2, deep));
  }

  /** Holds if the function gives back such a value, or decides by one which literal it gives back. */
  returnsIdentity(fn: number, deep: number): boolean {
    const known = this.functions.get(fn);
    if (known !== undefined) return known;
    this.functions.set(fn, false);
    const { solver } = this;
    const { ir } = solver;
    const { returns } = solver.rowsOf(fn);
    let answer = false;
    for (const row of returns) {
      const value = ir.a.data[row]!;
      if (constantOf(ir, value) ? this.isDecidedByIdentity(row, deep) : this.isOf(value, 2, deep)) answer = true;
    }
    this.functions.set(fn, answer);
    return answer;
  }

  /** Holds if a condition on the caller stands right before the return of a literal. */
  private isDecidedByIdentity(row: number, deep: number): boolean {
    const { ir } = this.solver;
    for (const pred of ir.lists.toArray(ir.blocks.preds.data[ir.block.data[row]!]!)) {
      const last = ir.blocks.end.data[pred]! - 1;
      if (ir.op.data[last] === Op.Branch && ir.b.data[last] === 0 && this.isOf(ir.a.data[last]!, 2, deep)) return true;
    }
    return false;
  }

  /** Holds for the item of a container by a name that tells who the caller is: of a session, of headers, of claims. */
  private isItem(container: number, key: number): boolean {
    const { solver } = this;
    const constant = constantOf(solver.ir, key) ?? solver.facts.literalOf(key);
    if (constant?.type !== "str") return false;
    if (isCredentialName(constant.value)) return true;
    return isIdentityName(constant.value) && !this.isSentByClient(container);
  }

  /** Holds for a form, a query or a body: what a client says of itself proves nothing. */
  private isSentByClient(container: number): boolean {
    return this.solver.apiNodes(container).some((node) => this.solver.api.facts(node).some((fact) => fact.port.type === "object" && fact.kind === "remote-input"));
  }
}
