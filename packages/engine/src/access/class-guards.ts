/**
 * What a class-based handler is guarded by: the bases of its class, attributes that list guards, decorators of the class, and
 * the methods that a framework calls before the handler.
 */
import { Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";
import type { GuardSummaries } from "./function-guards.ts";
import { GuardList } from "./guard.ts";
import type { GuardValues } from "./guard-values.ts";
import { guardBits } from "./meaning.ts";
import type { Routers } from "./routers.ts";

/** Attributes of classes that list guards. */
const attributes = ["permission_classes", "decorators", "method_decorators", "permissions", "guards", "auth", "secure_methods", "login_required", "permission_required", "required_permissions"];
/** Methods that a framework calls before the handler of a class. */
const methods = [
  "dispatch", "initial", "prepare", "setup", "check_permissions", "test_func", "has_permission", "before_request", "dispatch_request", "on_request",
  "__before__", "get_permissions", "initialize", "check_access", "authorize",
];
/** Of these, those whose answer is what the framework asks for. */
const answering = new Set(["test_func", "has_permission", "get_permissions", "check_permissions"]);

export class ClassGuards {
  private readonly solver: Solver;
  private readonly summaries: GuardSummaries;
  private readonly values: GuardValues;
  private readonly known = new Map<string, GuardList>();
  private readonly routers: Routers;
  private readonly decorates: ReadonlyMap<number, readonly number[]>;

  constructor(solver: Solver, summaries: GuardSummaries, values: GuardValues, routers: Routers, decorates: ReadonlyMap<number, readonly number[]>) {
    this.solver = solver;
    this.summaries = summaries;
    this.values = values;
    this.routers = routers;
    this.decorates = decorates;
  }

  /** Guards of every handler of a class, as an object of that class runs it. */
  of(cls: number, handler: number): GuardList {
    const key = `${cls} ${handler}`;
    let found = this.known.get(key);
    if (!found) this.known.set(key, (found = this.read(cls, handler)));
    return found;
  }

  private read(cls: number, handler: number): GuardList {
    const { ir, program } = this.solver;
    const out = new GuardList();
    const definition = ir.classes[cls]!.definition;
    for (const base of program.apiBasesOf(cls)) {
      const bits = this.summaries.meanings.ofNode(base) & guardBits;
      if (bits !== 0) out.guards.push({ at: definition, form: "class", bits });
    }
    for (const each of program.mroOf(cls)) {
      if (each < 0) continue;
      for (const row of this.decorates.get(ir.classes[each]!.definition) ?? []) {
        out.add(row, "class", this.values.ofDecorate(row));
        if (ir.op.data[ir.a.data[row]!] === Op.Call) this.routers.readKeywords(ir.a.data[row]!, "class", out);
      }
    }
    this.readFields(cls, out);
    for (const name of attributes) this.readAttribute(cls, name, out);
    for (const name of methods) this.readMethod(cls, name, handler, out);
    return out;
  }

  /** `user: User = Depends(current_user)` in the body of a class: filled before any of its handlers runs. */
  private readFields(cls: number, out: GuardList): void {
    const { ir, program } = this.solver;
    for (const each of program.mroOf(cls)) {
      if (each < 0) continue;
      const body = ir.functions[ir.classes[each]!.body]!;
      for (let row = body.firstInstr; row < body.endInstr; row++) {
        if (ir.op.data[row] !== Op.ClassVar || ir.op.data[ir.b.data[row]!] !== Op.Call) continue;
        if (this.values.isProvider(ir.b.data[row]!)) out.add(ir.b.data[row]!, "dependency", this.values.ofValue(ir.b.data[row]!));
      }
    }
  }

  /** The nearest class that binds the attribute says what it is. */
  private readAttribute(cls: number, name: string, out: GuardList): void {
    const { ir, program } = this.solver;
    const id = ir.strings.find(name);
    if (id === undefined || id < 0) return;
    for (const each of program.mroOf(cls)) {
      if (each < 0) return;
      const body = ir.functions[ir.classes[each]!.body]!;
      let value = -1;
      for (let row = body.firstInstr; row < body.endInstr; row++) if (ir.op.data[row] === Op.ClassVar && ir.a.data[row] === id) value = ir.b.data[row]!;
      if (value < 0) continue;
      out.add(value, "class", this.values.ofValue(value));
      return;
    }
  }

  private readMethod(cls: number, name: string, handler: number, out: GuardList): void {
    const { ir, program } = this.solver;
    const id = ir.strings.find(name);
    const fn = id === undefined || id < 0 ? -1 : program.methodOf(cls, id);
    if (fn < 0 || fn === handler) return;
    if (answering.has(name)) {
      const returned = this.solver.rowsOf(fn).returns.map((row) => ir.a.data[row]!);
      if (returned.some((value) => this.summaries.identity.isOf(value))) {
        out.guards.push({ at: ir.functions[fn]!.definition, form: "class", bits: guardBits });
        return;
      }
      if (name === "get_permissions") {
        for (const value of returned) out.add(value, "class", this.values.ofValue(value));
        return;
      }
    }
    const summary = this.summaries.of(fn);
    for (const row of this.decorates.get(ir.functions[fn]!.definition) ?? []) out.add(row, "class", this.values.ofDecorate(row));
    if ((summary.onReturn & guardBits) !== 0) out.guards.push({ at: ir.functions[fn]!.definition, form: "class", bits: summary.onReturn & guardBits });
    else if (summary.events.length > 0 || summary.unknownGuard >= 0) out.unknown.push({ at: ir.functions[fn]!.definition, form: "class", bits: 0 });
  }
}
