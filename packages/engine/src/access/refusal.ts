/**
 * Whether a way through a function turns the caller away.
 *
 * ```text
 * raise Forbidden()        abort(403)        return "no", 403      return redirect(url_for("login"))     access: says so
 * raise ValueError()       return None       return redirect("/")                                        end: the way only ends
 * return self.go_on()                                                                                    none: it goes on there
 * ```
 */
import { callCallee, constantOf, Op } from "../ir/index.ts";
import { allArguments, type Solver } from "../obligations/index.ts";
import { lastName, Means, type Meanings } from "./meaning.ts";
import { isRefusalName } from "./names.ts";

/** `none`: the way goes on; `end`: it only ends; `access`: it ends and says that the caller may not. */
export type Refusal = "none" | "end" | "access";

const blocksMax = 24;
const reachMax = 400;

/** How the ways from a block end. */
interface Ends {
  readonly refusal: Refusal;
  /** Blocks that return something which says nothing of rights. */
  readonly plain: readonly number[];
}

const goesOn: Ends = { refusal: "none", plain: [] };

export class Refusals {
  private readonly solver: Solver;
  private readonly meanings: Meanings;
  private readonly known = new Map<number, Ends>();

  constructor(solver: Solver, meanings: Meanings) {
    this.solver = solver;
    this.meanings = meanings;
  }

  /** Blocks that end the ways from `block` on with a return that says nothing of rights. */
  plainReturns(block: number): readonly number[] {
    return this.endsOf(block).plain;
  }

  private endsOf(block: number): Ends {
    let ends = this.known.get(block);
    if (ends === undefined) this.known.set(block, (ends = this.search(block)));
    return ends;
  }

  /** What becomes of every way from `block` on, where `other` is the way that is not taken then. */
  ofEdge(block: number, other: number): Refusal {
    const ends = this.endsOf(block);
    if (ends.plain.length === 0 || ends.refusal === "none") return ends.refusal;
    // A return that the other way comes to as well is the end of the function, not of this way.
    const reached = this.reachOf(other);
    return ends.plain.some((each) => reached.has(each)) ? "none" : ends.refusal;
  }

  /**
   * Holds if handlers turn the caller away for whatever they catch: `except NotFound: return error("wrong key", 401)`.
   * What was caught is no refusal itself, which would have been one before.
   */
  handlersRefuse(handler: number): boolean {
    let answer = this.handlers.get(handler);
    if (answer === undefined) this.handlers.set(handler, (answer = this.findRefusal(handler)));
    return answer;
  }

  private readonly handlers = new Map<number, boolean>();

  private findRefusal(start: number): boolean {
    const { solver } = this;
    const { ir } = solver;
    const seen = new Set([start]);
    let isAccess = false;
    for (const block of seen) {
      if (seen.size > blocksMax) return false;
      for (let row = ir.blocks.first.data[block]!; row < ir.blocks.end.data[block]!; row++) {
        if (ir.op.data[row] === Op.ExcVal && ir.lists.toArray(ir.a.data[row]!).some((type) => isRefusalName(lastName(solver, type)))) return false;
      }
      const last = ir.blocks.end.data[block]! - 1;
      const goesOn = ir.op.data[last] === Op.Raise && ir.c.data[last] === 2;
      const end = goesOn ? "end" : this.endOf(block);
      if (end === "access") isAccess = true;
      else if (end !== "none" && !goesOn) return false;
      if (end === "none") for (const next of ir.lists.toArray(ir.blocks.succs.data[block]!)) seen.add(next);
    }
    return isAccess;
  }

  private reachOf(start: number): ReadonlySet<number> {
    const { ir } = this.solver;
    const seen = new Set([start]);
    for (const block of seen) {
      if (seen.size > reachMax) break;
      for (const next of ir.lists.toArray(ir.blocks.succs.data[block]!)) seen.add(next);
    }
    return seen;
  }

  private search(start: number): Ends {
    const { ir, facts } = this.solver;
    const seen = new Set([start]);
    const plain: number[] = [];
    let isAccess = true;
    for (const block of seen) {
      if (seen.size > blocksMax) return goesOn;
      const end = this.endOf(block);
      if (end === "goes-on") return goesOn;
      if (end !== "none") {
        isAccess &&= end === "access";
        if (end === "end" && ir.op.data[ir.blocks.end.data[block]! - 1] === Op.Return) plain.push(block);
        continue;
      }
      ir.lists.toArray(ir.blocks.succs.data[block]!).forEach((next, i) => {
        if (facts.isEdgeFeasible(block, i)) seen.add(next);
      });
    }
    return { refusal: isAccess ? "access" : "end", plain };
  }

  /** How a block ends: `none` if control goes on from it, `goes-on` if what it returns is the work itself. */
  private endOf(block: number): Refusal | "goes-on" {
    const { solver } = this;
    const { ir } = solver;
    const last = ir.blocks.end.data[block]! - 1;
    for (let row = ir.blocks.first.data[block]!; row < last; row++) {
      if (ir.op.data[row] === Op.Call && this.isRefusingCall(row)) return "access";
    }
    switch (ir.op.data[last] as Op) {
      case Op.Raise: return ir.a.data[last]! >= 0 && this.isRefusingValue(ir.a.data[last]!) ? "access" : "end";
      case Op.Return: return this.isRefusingValue(ir.a.data[last]!) ? "access" : this.isLight(ir.a.data[last]!) ? "end" : "goes-on";
      case Op.Unreachable: return "end";
      default: return "none";
    }
  }

  /** Holds for a value that an early return gives: a literal, a message, a page; not for the result of work. */
  private isLight(value: number): boolean {
    const { solver } = this;
    const { ir } = solver;
    const op = ir.op.data[value] as Op;
    if (op !== Op.Call) return op !== Op.Await && op !== Op.Yield && op !== Op.YieldFrom;
    const name = lastName(solver, callCallee(ir, value));
    return /redirect|response|render|json|error|abort|flash|found|bad_?request|template|message|fail|format|str|dict|list/i.test(name) && !/^_?get_?response$/i.test(name);
  }

  /** `abort(403)`, `self.send_error(401)`, `deny(request)`. */
  private isRefusingCall(call: number): boolean {
    const { solver } = this;
    const targets = solver.targetsOf(call);
    if (targets.some((target) => target.kind === "api" && (this.meanings.ofNode(target.node) & Means.Refuses) !== 0)) return true;
    const name = lastName(solver, callCallee(solver.ir, call));
    return /^(?:abort|send_error|set_status|halt|error|http_error|fail)$/.test(name) && this.hasStatus(call);
  }

  /** Holds for an exception or a response that says no, or leads to where one logs in. */
  isRefusingValue(value: number, depth = 0): boolean {
    const { solver } = this;
    const { ir } = solver;
    if (value < 0 || depth > 4) return false;
    if ((this.meanings.ofValue(value) & Means.Refuses) !== 0) return true;
    switch (ir.op.data[value] as Op) {
      case Op.Await:
      case Op.Sigma:
      case Op.Content: return this.isRefusingValue(ir.a.data[value]!, depth + 1);
      case Op.Build: return ir.lists.toArray(ir.b.data[value]!).some((item) => item >= 0 && (this.isStatus(item) || (depth === 0 && this.isRefusingValue(item, depth + 1))));
      case Op.Call: {
        const callee = callCallee(ir, value);
        if ((this.meanings.ofValue(callee) & Means.Refuses) !== 0 || this.isRefusingCall(value)) return true;
        const name = lastName(solver, callee);
        if (isRefusalName(name) || this.hasStatus(value)) return true;
        // `redirect(url_for("login"))`, `render("login.html")`: the page on which one logs in.
        return namesLogin(solver, value, 0);
      }
      default: return isRefusalName(lastName(solver, value));
    }
  }

  private hasStatus(call: number): boolean {
    return allArguments(this.solver.ir, call).some((argument) => this.isStatus(argument));
  }

  /** 401, 403 and names of them; 404, with which many hide what they refuse, counts as much where a caller was asked about. */
  private isStatus(value: number): boolean {
    const { solver } = this;
    const constant = constantOf(solver.ir, value) ?? solver.facts.literalOf(value);
    if (constant?.type === "int") return constant.value === 401 || constant.value === 403 || constant.value === 407;
    if (constant?.type === "str") return /^40[13]\b/.test(constant.value);
    return /(?:^|_)(?:40[13]|UNAUTHORIZED|FORBIDDEN)(?:_|$)/.test(lastName(solver, value));
  }
}

const loginText = /(?:^|[/_.:-])(?:log_?in|sign_?in|unauthori[sz]ed|forbidden|403|401)(?:[/_.:-]|$)/i;

/** Holds if a call, or a call among its arguments, names the page on which one logs in. */
function namesLogin(solver: Solver, value: number, depth: number): boolean {
  const constant = constantOf(solver.ir, value);
  if (constant) return constant.type === "str" && loginText.test(constant.value);
  if (depth > 2) return false;
  if (solver.ir.op.data[value] !== Op.Call) return /^(?:SIGN_?IN|LOG_?IN)_URL$/i.test(lastName(solver, value));
  return /^(?:redirect_to_)?(?:log_?in|sign_?in)(?:_page|_redirect|_url)?$/i.test(lastName(solver, value))
    || allArguments(solver.ir, value).slice(0, 4).some((argument) => namesLogin(solver, argument, depth + 1));
}
