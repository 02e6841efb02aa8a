/**
 * The objects on which routes are registered, what was said when they were made, and what they were put into.
 *
 * ```python
 * api = APIRouter(dependencies=[Depends(user)])     said for all routes of api
 * app.include_router(api, dependencies=[…])         api is put into app, and more is said
 * @api.get("/items")                                a route of api
 * ```
 */
import { callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";
import type { Entry } from "../program/index.ts";
import type { Found, GuardForm } from "./guard.ts";
import { GuardList } from "./guard.ts";
import type { GuardValues } from "./guard-values.ts";
import { literalPattern } from "./meaning.ts";

/** Keywords of registrations and of routers that hold guards. */
const guardKeywords = ["dependencies", "permission", "permissions", "permission_classes", "auth", "guards", "decorators", "method_decorators", "middleware", "middlewares", "before_request", "secure", "login_required", "auth_required", "requires_auth"];
const includes = ["include_router", "register_blueprint", "include", "mount", "add_router", "add_subapp", "add_api", "register", "add_namespace"];
const hopsMax = 6;
const parentsMax = 8;

export class Routers {
  private readonly solver: Solver;
  private readonly values: GuardValues;
  /** Calls that put one router into another, by the call that made the inner one. */
  private inclusions: ReadonlyMap<number, readonly number[]> | undefined;

  constructor(solver: Solver, values: GuardValues) {
    this.solver = solver;
    this.values = values;
  }

  /** The call that registers an entry: `@router.get("/x")`, `path("x", view)`; -1 if there is none. */
  registrationOf(entry: Entry): number {
    const { ir } = this.solver;
    const row = ir.op.data[entry.site] === Op.Decorate ? ir.a.data[entry.site]! : entry.site;
    return ir.op.data[row] === Op.Call ? row : -1;
  }

  /** Calls that made the router of an entry, then those of the routers that it was put into. */
  chainOf(entry: Entry): readonly number[] {
    const { ir } = this.solver;
    const site = ir.op.data[entry.site] === Op.Decorate ? ir.a.data[entry.site]! : entry.site;
    const callee = ir.op.data[site] === Op.Call ? callCallee(ir, site) : site;
    if (ir.op.data[callee] !== Op.GetAttr) return [];
    return this.withParents(this.makersOf(ir.a.data[callee]!));
  }

  private withParents(makers: readonly number[]): readonly number[] {
    const { ir } = this.solver;
    const out = new Set(makers);
    for (const maker of out) {
      if (out.size > parentsMax) break;
      for (const call of this.included().get(maker) ?? []) {
        const callee = callCallee(ir, call);
        if (ir.op.data[callee] === Op.GetAttr) for (const parent of this.makersOf(ir.a.data[callee]!)) out.add(parent);
      }
    }
    return [...out];
  }

  /** What registrations and routers say about who may come in. */
  guardsOf(entry: Entry): GuardList {
    const out = new GuardList();
    const chain = this.chainOf(entry);
    for (const maker of [...chain].reverse()) {
      this.readKeywords(maker, "router", out);
      for (const call of this.included().get(maker) ?? []) this.readKeywords(call, "router", out);
    }
    const registration = this.registrationOf(entry);
    if (registration >= 0) {
      this.readKeywords(registration, "route", out);
      this.readWrapped(registration, out);
    }
    return out;
  }

  /** What the keywords of a registration, of a router or of a decorator say. */
  readKeywords(call: number, form: GuardForm, out: GuardList): void {
    const { ir } = this.solver;
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
      const name = callKeywordName(ir, call, i);
      if (name < 0 || !guardKeywords.includes(ir.strings.text(name))) continue;
      const value = callKeywordValue(ir, call, i);
      out.add(value, form, this.ofKeyword(ir.strings.text(name), value));
    }
  }

  /** `permission="edit"`, `auth=None`, `dependencies=[…]`. */
  private ofKeyword(name: string, value: number): Found {
    const literal = literalPattern(this.solver, value);
    if (literal === true || (typeof literal === "string" && literal !== "")) return { bits: 2, opens: false, isUnknown: false };
    if (literal === false || literal === null) return { bits: 0, opens: true, isUnknown: false };
    const found = this.values.ofValue(value);
    return found.bits === 0 && !found.opens && /permission|required|secure/.test(name) ? { bits: 2, opens: false, isUnknown: false } : found;
  }

  /** `path("x", login_required(view))`: what is wrapped around the handler where it is registered. */
  private readWrapped(call: number, out: GuardList): void {
    const { ir } = this.solver;
    for (let i = 0; i < callArgCount(ir, call); i++) {
      let value = callArg(ir, call, i);
      for (let hops = 0; hops < hopsMax && ir.op.data[value] === Op.Call; hops++) {
        const callee = callCallee(ir, value);
        const found = this.values.ofValue(callee);
        out.add(callee, "route", found);
        if (callArgCount(ir, value) === 0) break;
        value = callArg(ir, value, 0);
      }
    }
  }

  /** The calls that made a value, through names and fields that hold it. */
  makersOf(value: number, hops = 0): readonly number[] {
    const { solver } = this;
    const { ir } = solver;
    if (value < 0 || hops > hopsMax) return [];
    const root = solver.rootOf(value);
    switch (ir.op.data[root] as Op) {
      case Op.Call: return [root];
      case Op.Global:
      case Op.Import:
      case Op.Cell:
      case Op.GetAttr: return solver.program.storesOf(root).slice(0, 4).flatMap((store) => this.makersOf(store, hops + 1));
      case Op.SetAttr: return this.makersOf(ir.c.data[root]!, hops + 1);
      default: return [];
    }
  }

  /** Holds if a router was put into another: what is said of it is not said of all. */
  isPutInto(maker: number): boolean {
    return this.included().has(maker);
  }

  private included(): ReadonlyMap<number, readonly number[]> {
    this.inclusions ??= this.findInclusions();
    return this.inclusions;
  }

  private findInclusions(): ReadonlyMap<number, readonly number[]> {
    const { solver } = this;
    const { ir } = solver;
    const out = new Map<number, number[]>();
    const names = new Set<number>();
    const methods = new Set(includes.map((word) => ir.strings.find(word)));
    for (const word of ["router", "blueprint", "app"]) {
      const id = ir.strings.find(word);
      if (id !== undefined && id >= 0) names.add(id);
    }
    for (const row of ir.rowsOf(Op.Call)) {
      if (ir.op.data[callCallee(ir, row)] !== Op.GetAttr) continue;
      if (!methods.has(ir.b.data[callCallee(ir, row)]!)) continue;
      const given = [...ir.lists.toArray(ir.b.data[row]!), ...[...names].map((name) => callKeyword(ir, row, name))].filter((value) => value >= 0);
      for (const value of given) {
        for (const maker of this.makersOf(value)) {
          const list = out.get(maker);
          if (list) list.push(row);
          else out.set(maker, [row]);
        }
      }
    }
    return out;
  }
}
