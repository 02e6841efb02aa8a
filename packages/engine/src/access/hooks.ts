/**
 * Functions that run before every handler: middleware, `before_request`, and settings that name guards for all.
 */
import { BuildKind, constantOf, Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";
import type { Entry } from "../program/index.ts";
import type { GuardSummaries } from "./function-guards.ts";
import { type Found, type Guard, GuardList } from "./guard.ts";
import type { GuardValues } from "./guard-values.ts";
import { guardBits, Means } from "./meaning.ts";
import type { Routers } from "./routers.ts";

/** A hook, and the calls that made the router it is registered on; none if it is for all. */
interface Hook {
  readonly guard: Guard;
  readonly makers: readonly number[];
}

/** Keys of settings that list the permissions of every handler without its own, and the framework that reads them. */
const permissionSettings: ReadonlyMap<string, string> = new Map([["DEFAULT_PERMISSION_CLASSES", "djangorestframework"]]);
/** Names of settings that list middleware. */
const middlewareSettings = ["MIDDLEWARE", "MIDDLEWARE_CLASSES"];

export class Hooks {
  private readonly solver: Solver;
  private readonly summaries: GuardSummaries;
  private readonly values: GuardValues;
  private readonly routers: Routers;
  private readonly hooks: readonly Hook[];
  /** What settings say, by framework; "" is for all. */
  private readonly settings = new Map<string, GuardList>();

  constructor(solver: Solver, summaries: GuardSummaries, values: GuardValues, routers: Routers) {
    this.solver = solver;
    this.summaries = summaries;
    this.values = values;
    this.routers = routers;
    this.hooks = solver.program.entries.filter((entry) => entry.kind === "middleware" && entry.isRouted !== false).flatMap((entry) => this.hookOf(entry));
    this.readSettings();
  }

  /** Guards that run before a handler that is registered on these routers. */
  before(chain: readonly number[]): GuardList {
    const out = new GuardList();
    for (const { guard, makers } of this.hooks) {
      if (makers.length > 0 && chain.length > 0 && !makers.some((maker) => chain.includes(maker)) && makers.some((maker) => this.routers.isPutInto(maker))) continue;
      (guard.bits !== 0 ? out.guards : out.unknown).push(guard);
    }
    const settings = this.settings.get("");
    if (settings) out.addAll(settings);
    return out;
  }

  /** What settings say of handlers of a framework that say nothing themselves. */
  byDefault(framework: string): GuardList | undefined {
    return this.settings.get(framework);
  }

  private hookOf(entry: Entry): Hook[] {
    const { ir } = this.solver;
    const fn = ir.functions[entry.function]!;
    if (!this.isProduct(fn.definition)) return [];
    const asHook = this.summaries.of(fn.id, "hook");
    const plain = this.summaries.of(fn.id);
    const bits = ((asHook.returns ? asHook.onReturn : 0) | plain.onReturn) & guardBits;
    const isPartial = bits === 0 && [...plain.events, ...asHook.events].some((event) => (event.bits & Means.Authorises) !== 0);
    if (bits === 0 && !isPartial) return [];
    return [{ guard: { at: fn.definition, form: "middleware", bits }, makers: this.routers.chainOf(entry).slice(0, 1) }];
  }

  private isProduct(row: number): boolean {
    return !this.solver.isInTest(row);
  }

  private readSettings(): void {
    const { solver } = this;
    const { ir } = solver;
    const names = new Set(middlewareSettings.map((name) => ir.strings.find(name)));
    for (const module of ir.modules) {
      const body = ir.functions[module.body]!;
      for (let row = body.firstInstr; row < body.endInstr; row++) {
        const op = ir.op.data[row] as Op;
        if (op === Op.Build && ir.a.data[row] === BuildKind.Dict && this.isProduct(row)) this.readDictionary(row);
        else if (op === Op.SetGlobal && names.has(ir.a.data[row]!) && this.isProduct(row)) this.readMiddleware(ir.b.data[row]!);
      }
    }
  }

  private readDictionary(row: number): void {
    const { ir } = this.solver;
    const pairs = ir.lists.toArray(ir.b.data[row]!);
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const key = pairs[i]! < 0 ? undefined : constantOf(ir, pairs[i]!);
      const framework = key?.type === "str" ? permissionSettings.get(key.value) : undefined;
      if (framework !== undefined) this.say(framework, pairs[i + 1]!, "setting");
    }
  }

  private readMiddleware(value: number): void {
    this.say("", value, "middleware");
  }

  /** The dotted names that a list of a setting holds, each asked what it is. */
  private say(framework: string, value: number, form: Guard["form"]): void {
    const { ir } = this.solver;
    const items = ir.op.data[value] === Op.Build ? ir.lists.toArray(ir.b.data[value]!) : [value];
    for (const item of items) {
      const constant = constantOf(ir, item);
      const found: Found = constant?.type === "str" ? this.named(constant.value) : this.values.ofValue(item);
      if (found.bits === 0 && !found.opens) continue;
      let list = this.settings.get(framework);
      if (!list) this.settings.set(framework, (list = new GuardList()));
      list.add(item, form, found);
    }
  }

  private named(text: string): Found {
    const { solver } = this;
    let node = 0;
    for (const step of text.split(".")) {
      node = solver.api.step(node, step);
      if (node < 0) break;
    }
    if (node > 0) return this.values.ofNode(node);
    const dot = text.lastIndexOf(".");
    const name = solver.ir.strings.find(text.slice(dot + 1));
    const module = text.slice(0, Math.max(dot, 0));
    // A project is often imported from a folder below the one that is reviewed.
    const cls = solver.ir.classes.find((each) => each.name === name && `.${solver.ir.strings.text(solver.ir.modules[each.module]!.name)}`.endsWith(`.${module}`));
    return cls === undefined ? { bits: 0, opens: false, isUnknown: false } : this.values.ofClass(cls.id);
  }
}
