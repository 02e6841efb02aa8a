/**
 * File systems that are mounted are unmounted again, in the function, or by another of its class or module.
 *
 * ```python
 * def mount(device, folder): execute("mount", device, folder)      the caller has it
 * mount(device, folder)                                            acquired here
 * try: ...
 * finally: umount(folder)                                          released on every way
 * ```
 * Which program runs tells: `mount` acquires, `umount` releases, and so do the functions that do nothing but run them.
 */
import { BuildKind, type FunctionInfo, functionOf, Op } from "../ir/index.ts";
import { leaksFrom } from "../flow/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { firstVersionOf } from "./roots.ts";

/** How deep calls are followed to the program that unmounts. */
const depthMax = 3;

export function mountRelease(context: CheckContext): readonly Obligation[] {
  const mounts = new Mounts(context);
  return [...mounts.sites].map(([site, sink]) => mounts.decide(site, sink)).sort((a, b) => a.site - b.site);
}

class Mounts {
  /** Calls that mount, with what they call. */
  readonly sites = new Map<number, string>();
  private readonly context: CheckContext;
  private readonly unmounts = new Set<number>();
  private readonly wrappers = new Set<number>();
  private readonly releasing = new Map<number, boolean>();

  constructor(context: CheckContext) {
    this.context = context;
    const { program } = context;
    const { ir } = program;
    for (const seed of context.seedsOf("program-name")) {
      const words = seed.values.flatMap((value) => this.programsOf(value)).map((name) => name.replace(/^.*\//, ""));
      if (words.some((word) => word === "umount" || word.startsWith("fusermount"))) this.unmounts.add(seed.site);
      else if (words.includes("mount")) this.sites.set(seed.site, seed.sink);
    }
    const direct = new Set(this.sites.keys());
    for (const site of direct) this.addCallers(functionOf(ir, site), 0);
  }

  /** Who calls a function that mounts has what it mounted. */
  private addCallers(fn: FunctionInfo, depth: number): void {
    const { program } = this.context;
    if (fn.kind !== "function" || depth >= depthMax || this.isReleasedIn(fn) || this.keeperOf(fn) >= 0) return;
    const callers = program.callersOf(fn.id).filter(({ call, via }) => via !== "prior" && program.ir.op.data[call] === Op.Call && this.context.isProduct(call));
    if (callers.length === 0) return;
    this.wrappers.add(fn.id);
    for (const { call } of callers) {
      if (this.sites.has(call)) continue;
      this.sites.set(call, program.ir.strings.text(fn.qualname));
      this.addCallers(functionOf(program.ir, call), depth + 1);
    }
  }

  decide(site: number, sink: string): Obligation {
    const { context } = this;
    const { ir } = context.program;
    const fn = functionOf(ir, site);
    const proven = (text: string, at: number): Obligation => context.row(site, "proven", { code: "released-on-all-paths", text, at }, { sink });
    if (this.wrappers.has(fn.id)) return proven("it is handed to the caller", site);
    const { normal, exceptional } = this.leaks(fn, site);
    if (normal < 0 && exceptional < 0) return proven("it is unmounted on every way", site);
    const keeper = this.keeperOf(fn);
    if (keeper >= 0) return proven(`it stays until ${ir.strings.text(ir.functions[keeper].qualname)} unmounts it`, ir.functions[keeper].firstInstr);
    const at = normal >= 0 ? normal : exceptional;
    return context.row(site, "violated", { code: "bad-value", text: normal >= 0 ? "there is a way to the end of the function on which it is not unmounted" : "it is not unmounted if something is raised in between", at }, {
      sink, steps: [{ kind: "source", instr: site, why: `mounted by ${sink}` }, { kind: "sink", instr: at, why: "left without unmounting" }],
    });
  }

  private leaks(fn: FunctionInfo, site: number): { readonly normal: number; readonly exceptional: number } {
    const { ir } = this.context.program;
    return leaksFrom(ir, fn, site, {
      isReleased: (row) => this.isUnmount(row, 0),
      mayRaise: (row) => ir.op.data[row] === Op.Call,
      isEdge: () => true,
    });
  }

  /** Holds if what the function mounts is gone when it returns. */
  private isReleasedIn(fn: FunctionInfo): boolean {
    for (const site of this.sites.keys()) if (functionOf(this.context.program.ir, site) === fn && this.leaks(fn, site).normal < 0) return true;
    return false;
  }

  /** Another method of the class that unmounts, or -1: of a module only one that calls do not reach from outside of it would do. */
  private keeperOf(fn: FunctionInfo): number {
    const { program } = this.context;
    if (fn.class < 0) return -1;
    for (const cls of program.mroOf(fn.class)) {
      for (const other of program.ir.functions) {
        if (cls >= 0 && other.class === cls && other.id !== fn.id && other.kind === "function" && this.unmountsIn(other, 0)) return other.id;
      }
    }
    return -1;
  }

  private isUnmount(row: number, depth: number): boolean {
    const { program } = this.context;
    if (this.unmounts.has(row)) return true;
    if (program.ir.op.data[row] !== Op.Call || depth >= depthMax) return false;
    return program.targetsOf(row).some((target) => target.kind === "project" && target.via !== "prior" && this.unmountsIn(program.ir.functions[target.function], depth + 1));
  }

  private unmountsIn(fn: FunctionInfo, depth: number): boolean {
    let known = this.releasing.get(fn.id);
    if (known !== undefined) return known;
    this.releasing.set(fn.id, false); // a cycle adds nothing
    known = false;
    for (let row = fn.firstInstr; row < fn.endInstr && !known; row++) known = this.isUnmount(row, depth);
    this.releasing.set(fn.id, known);
    return known;
  }

  /** The programs that a value can name: texts, or the first items of lists, whatever is added to them later. */
  private programsOf(value: number): readonly string[] {
    const { ir } = this.context.program;
    const out: string[] = [];
    const versions = new Set([firstVersionOf(ir, value)]);
    for (const version of versions) {
      const op = ir.op.data[version] as Op;
      if (op === Op.Phi) for (const input of ir.lists.toArray(ir.a.data[version])) versions.add(firstVersionOf(ir, input));
      const isList = op === Op.Build && (ir.a.data[version] === BuildKind.List || ir.a.data[version] === BuildKind.Tuple) && ir.lists.length(ir.b.data[version]) > 0;
      const named = isList ? ir.lists.at(ir.b.data[version], 0) : version;
      const constant = ir.op.data[named] === Op.Const ? ir.constants[ir.a.data[named]] : undefined;
      if (constant?.type === "str") out.push(constant.value);
    }
    return out;
  }
}
