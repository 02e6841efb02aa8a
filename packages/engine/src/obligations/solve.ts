/**
 * The obligation table: every sink of the program, decided.
 *
 * Seeds come from models, rules from detectors; both meet in kinds. Each pair is one row. Rows are decided in the
 * order of the program text, and sorted by place, so that the table is the same whatever ran before.
 */
import { Op, callArg, callArgCount, functionOf } from "../ir/index.ts";
import type { Catalog, Detector } from "../knowledge/index.ts";
import type { Program } from "../program/index.ts";
import { conditionMadeAt, evaluateCondition } from "./conditions.ts";
import { decideConstant } from "./constant-rule.ts";
import { stepsOf } from "./evidence.ts";
import { type Leaf, LeafKind } from "./leaf.ts";
import { type Need, type Rule, compileRules, exactNeed, rulesByKind } from "./need.ts";
import type { Obligation, Reason, Step, Way } from "./obligation.ts";
import { type Origin, type Scope, originsOf } from "./origins.ts";
import { allArguments } from "./ports.ts";
import { anyKey, attributeSelector, itemSelector } from "./paths.ts";
import { type Seed, collectSeeds, fileOf } from "./seeds.ts";
import { Solver } from "./solver.ts";
import type { ConstantFacts } from "../values/index.ts";
import { decideFlow, weakenedBy } from "./verdict.ts";

export interface Solution {
  readonly obligations: readonly Obligation[];
  /** For checks that need to ask where values come from. */
  readonly solver: Solver;
  readonly scope: Scope;
  readonly work: { readonly seeds: number; readonly steps: number };
}

/** Solves all obligations of a program. `onProgress` is told now and then how many seeds are done. */
export function solveObligations(
  program: Program, facts: ConstantFacts, catalog: Catalog, onProgress: (done: number, total: number) => void = () => {},
): Solution {
  return new Table(program, facts, catalog).solve(onProgress);
}

/** Puts rows into the order of the table: by sink, detector, subject. */
export function sortObligations(obligations: readonly Obligation[]): Obligation[] {
  return [...obligations].sort((a, b) =>
    a.site - b.site || (a.detector < b.detector ? -1 : a.detector > b.detector ? 1 : 0) || a.subject - b.subject);
}

class Table {
  private readonly solver: Solver;
  private readonly rules: ReadonlyMap<string, readonly Rule[]>;
  private readonly program: Program;
  private readonly facts: ConstantFacts;
  private readonly isTestFile: readonly boolean[];

  constructor(program: Program, facts: ConstantFacts, catalog: Catalog) {
    this.program = program;
    this.facts = facts;
    this.solver = new Solver(program, facts);
    this.rules = rulesByKind(compileRules(catalog));
    this.isTestFile = program.files.map((file) => file.role === "test");
  }

  solve(onProgress: (done: number, total: number) => void): Solution {
    const watched = new Set(this.rules.keys());
    const seeds = collectSeeds(this.program, watched, (instr) => !this.isTest(instr));
    const obligations: Obligation[] = [];
    seeds.forEach((seed, done) => {
      if (done % seedsPerTelling === 0) onProgress(done, seeds.length);
      for (const rule of this.rules.get(seed.kind) ?? []) this.decide(seed, rule, obligations);
    });
    return { obligations: sortObligations(this.joinUses(obligations)), solver: this.solver, scope: this.scope, work: { seeds: seeds.length, steps: this.solver.steps } };
  }

  private isTest(instr: number): boolean {
    return this.isTestFile[fileOf(this.program.ir, instr)] === true;
  }

  private readonly scope: Scope = { countsCaller: (call) => !this.isTest(call) };

  private origins(value: number, need: Need, path = 0): readonly Origin[] {
    return originsOf(this.solver, this.scope, value, path, need);
  }

  private decide(seed: Seed, rule: Rule, out: Obligation[]): void {
    const condition = seed.fact?.when
      ? evaluateCondition(this.solver, seed.site, seed.fact.when, this.leavesOf)
      : "yes";
    if (condition === "no") return;
    if (!this.facts.isReachable(this.program.ir.block.data[seed.site]!)) {
      out.push(row(rule.detector, seed, -1, "proven", [{ code: "unreachable", text: "the call cannot run", at: seed.site }]));
      return;
    }
    if (seed.structure !== undefined) {
      out.push(row(rule.detector, seed, seed.values[0] ?? -1, "proven", [{ code: "structured", text: seed.structure, at: seed.site }]));
      return;
    }
    if (seed.unsettled !== undefined) {
      out.push(row(rule.detector, seed, seed.values[0] ?? -1, "open", [{ code: "unknown-value", text: seed.unsettled, at: seed.site }]));
      return;
    }
    const { call } = rule.detector;
    if (rule.role === "use") this.decideUse(seed, rule);
    else if (rule.role === "constant") this.decideConstant(seed, rule, condition, out);
    else if (call && call.data.length === 0 && call.unlessConstant && this.isConstantCall(seed, rule)) {
      out.push(row(rule.detector, seed, -1, "proven", [{ code: "const", text: "all that goes into the call is literal", at: seed.site }]));
    } else if (call && call.data.length === 0) {
      out.push(this.shown(row(rule.detector, seed, -1, "violated", [{ code: "weak-call", text: `${seed.sink} is called`, at: seed.site }]), seed, condition));
    } else if (rule.role === "call") this.decideCall(seed, rule, condition === "unknown", out);
    else for (const value of seed.values) out.push(this.decideValue(seed, rule, value, condition === "unknown"));
  }

  /** Holds if every value at the port of a call is a literal, or made harmless. */
  private isConstantCall(seed: Seed, rule: Rule): boolean {
    return seed.values.length > 0 && seed.values.every((value) =>
      this.origins(value, rule.need).every(({ leaf }) => leaf.kind === LeafKind.Constant || (leaf.kind === LeafKind.Proven && leaf.code !== "trusted-origin")));
  }

  /** A weak call is violated if data of a kind that needs strength goes into it, or into the object that it makes. */
  private decideCall(seed: Seed, rule: Rule, isConditionUnknown: boolean, out: Obligation[]): void {
    const values = [...seed.values, ...this.givenTo(seed.site)];
    let worst = row(rule.detector, seed, -1, "open", [{ code: "needs-judgement", text: "what the value is for is not known", at: seed.site }]);
    for (const value of values) {
      const decided = this.decideValue(seed, rule, value, isConditionUnknown);
      if (decided.verdict === "violated" && (worst.verdict !== "violated" || (decided.shown && !worst.shown))) worst = decided;
    }
    out.push(worst);
  }

  /** Arguments of methods called on the object that a call makes, in the same function. */
  private givenTo(call: number): number[] {
    const { ir } = this.program;
    const out: number[] = [];
    for (const row of this.solver.rowsOf(functionOf(ir, call).id).contents) {
      const effect = ir.b.data[row]!;
      if (ir.c.data[row] !== -1 || ir.op.data[effect] !== Op.Call || this.solver.rootOf(row) !== call) continue;
      out.push(...allArguments(ir, effect));
    }
    return out;
  }

  /** The result of a weak call that becomes a secret: the call is violated. */
  private decideUse(seed: Seed, rule: Rule): void {
    for (const value of seed.values) {
      for (const origin of this.origins(value, rule.need)) {
        if (origin.leaf.kind !== LeafKind.Source) continue;
        const decision = decideFlow(rule, [origin], { isPrior: seed.via === "prior", isConditionUnknown: false });
        const site = origin.leaf.instr;
        const found: Obligation = {
          detector: rule.detector.id, site, subject: -1, sink: origin.leaf.text, source: origin.leaf.text, sourceKind: origin.leaf.code,
          verdict: "violated", reasons: [{ code: "weak-call", text: `its value becomes ${seed.sink}`, at: seed.site }],
          steps: stepsOf(this.solver, origin, seed.site, `becomes ${seed.sink}`), otherWays: noWays,
          shown: decision.notShown === "" && rule.detector.shown, notShown: decision.notShown, assumptions: decision.assumptions,
        };
        const key = `${rule.detector.id},${site}`;
        const known = this.uses.get(key);
        if (!known || (found.shown && !known.shown)) this.uses.set(key, found);
      }
    }
  }

  /** Weak calls found to be used for secrets, by detector and call. */
  private readonly uses = new Map<string, Obligation>();

  /** A weak call that is violated by its use is no longer open. */
  private joinUses(obligations: readonly Obligation[]): Obligation[] {
    const out = obligations.map((obligation) => {
      const key = `${obligation.detector},${obligation.site}`;
      const use = this.uses.get(key);
      if (!use || (obligation.verdict === "violated" && (obligation.shown || !use.shown))) return obligation;
      this.uses.delete(key);
      return { ...use, sink: obligation.sink };
    });
    return out.concat([...this.uses.values()].filter((use) => !obligations.some((each) => each.detector === use.detector && each.site === use.site)));
  }

  /** The program of a command line is its first item; of a text, the text; of `*args`, the element that becomes the argument. */
  private partOf(seed: Seed, value: number): number {
    if (seed.part) return this.pathOf(seed.part);
    // What is spread over keywords chooses by its keys.
    if (seed.fact?.port.type === "spread") return this.solver.paths.push(anyKey, 0);
    if (seed.kind !== "program-name") return this.starPart(seed, value);
    return this.solver.paths.push(itemSelector(this.program.ir.constant({ type: "int", value: 0 })), 0);
  }

  private starPart({ site, fact }: Seed, value: number): number {
    const { ir } = this.program;
    if (ir.op.data[site] !== Op.Call || fact?.port.type !== "argument" || fact.port.rest) return 0;
    for (let i = 0, n = callArgCount(ir, site); i < n && i <= fact.port.index; i++) {
      const argument = callArg(ir, site, i);
      if (ir.op.data[argument] !== Op.Star) continue;
      if (ir.a.data[argument] !== value) return 0;
      return this.solver.paths.push(itemSelector(ir.constant({ type: "int", value: fact.port.index - i })), 0);
    }
    return 0;
  }

  private pathOf(part: NonNullable<Seed["part"]>): number {
    const { ir, paths } = this.solver;
    return part.reduceRight((rest, { name, isItem }) => {
      const selector = isItem ? itemSelector(ir.constant({ type: "str", value: name })) : attributeSelector(ir.strings.intern(name));
      return paths.push(selector, rest);
    }, 0);
  }

  private readonly leavesOf = (value: number, path: number): readonly Leaf[] => this.origins(value, exactNeed, path).map((origin) => origin.leaf);

  /** Where the sink depends on how an object was made, the call that made it is told before the sink. */
  private withMaking(seed: Seed, steps: readonly Step[]): readonly Step[] {
    const made = seed.fact?.when ? conditionMadeAt(this.solver, seed.site, seed.fact.when, this.leavesOf) : -1;
    if (made < 0 || made === seed.site || steps.length === 0) return steps;
    const step: Step = { kind: "call", instr: made, why: `makes the object that ${seed.sink} works with` };
    return [...steps.slice(0, -1), step, ...steps.slice(-1)];
  }

  private decideValue(seed: Seed, rule: Rule, value: number, isConditionUnknown: boolean): Obligation {
    const sink = { isPrior: seed.via === "prior", isConditionUnknown };
    const asked = (need: Need): readonly Origin[] => originsOf(this.solver, this.scope, value, this.partOf(seed, value), need, seed.site);
    let origins = asked(rule.need);
    let decision = decideFlow(rule, origins, sink);
    if (rule.second && decision.verdict === "proven" && origins.some(({ leaf }) => isGuarded(leaf))) {
      const others = asked(rule.second);
      const other = decideFlow(rule, others, sink);
      const isHalf = origins.some(({ leaf }) => leaf.text.includes(rule.detector.flow!.stoppedByBoth![0]));
      if (other.verdict !== "proven") [origins, decision] = [others, other];
      else if (isHalf) decision = decideFlow(rule, [...origins, ...others], sink);
    }
    const steps = decision.origin
      ? this.withMaking(seed, stepsOf(this.solver, decision.origin, seed.site, `reaches ${seed.sink}`)) : [];
    const walk = decision.verdict === "violated" || !decision.told ? noSteps : stepsOf(this.solver, decision.told, seed.site, `reaches ${seed.sink}`);
    return {
      detector: rule.detector.id, site: seed.site, subject: value, sink: seed.sink, walk,
      source: decision.origin && decision.verdict === "violated" ? sourceName(this.solver, decision.origin.leaf) : "",
      sourceKind: decision.verdict === "violated" && decision.origin ? decision.origin.leaf.code : "",
      verdict: decision.verdict, reasons: decision.reasons, steps: decision.verdict === "violated" ? steps : [],
      otherWays: decision.verdict === "violated" && decision.notShown === "" ? this.otherWays(seed, rule, origins, decision.origin) : noWays,
      shown: decision.verdict === "violated" && rule.detector.shown && decision.notShown === "",
      notShown: decision.verdict !== "violated" ? "" : decision.notShown !== "" ? decision.notShown
        : rule.detector.shown ? "" : "the detector is not shown by default",
      assumptions: decision.assumptions,
    };
  }

  /** Ways from other sources that are as good as the one that was picked. */
  private otherWays(seed: Seed, rule: Rule, origins: readonly Origin[], picked: Origin | undefined): Way[] {
    return origins.filter((origin) => origin !== picked && origin.leaf.kind === LeafKind.Source && rule.from.has(origin.leaf.code) && weakenedBy(origin.flags) === "")
      .slice(0, otherWaysMax)
      .map((origin) => ({
        source: sourceName(this.solver, origin.leaf), sourceKind: origin.leaf.code, steps: stepsOf(this.solver, origin, seed.site, `reaches ${seed.sink}`),
      }));
  }

  private decideConstant(seed: Seed, rule: Rule, condition: string, out: Obligation[]): void {
    const { detector } = rule;
    const answer = decideConstant(this.solver, this.scope, seed, detector.constant!);
    const decided = row(detector, seed, answer.subject, answer.verdict, [answer.reason]);
    if (answer.verdict !== "violated") out.push(decided);
    else if (!answer.origin) out.push(this.shown(decided, seed, condition));
    else {
      const steps = stepsOf(this.solver, answer.origin, seed.site, `given to ${seed.sink}`);
      out.push(this.shown({ ...decided, source: answer.text, sourceKind: "constant", steps }, seed, condition));
    }
  }

  private shown(obligation: Obligation, seed: Seed, condition: string): Obligation {
    const detector = this.rules.get(seed.kind)!.find((rule) => rule.detector.id === obligation.detector)!.detector;
    const notShown = !detector.shown ? "the detector is not shown by default"
      : seed.via === "prior" ? "the receiver is known by its name only"
      : condition === "unknown" ? "whether the call is of this kind is not known" : "";
    return { ...obligation, shown: notShown === "", notShown };
  }
}

/** Holds if something was done to a value, or asked of it, that makes it fine: a value of the program's own needs neither. */
const isGuarded = (leaf: Leaf): boolean => leaf.kind === LeafKind.Proven && leaf.code !== "const" && leaf.code !== "trusted-origin" && leaf.code !== "numeric";

/** Seeds between two tellings of how far the solve is. */
const seedsPerTelling = 64;

/** Most ways that a row tells of beside the picked one. */
const otherWaysMax = 8;
const noWays: readonly Way[] = [];
const noSteps: readonly Step[] = [];

function sourceName(solver: Solver, leaf: Leaf): string {
  if (leaf.text !== "") return leaf.text;
  if (solver.ir.op.data[leaf.instr] === Op.Param) return solver.ir.strings.text(solver.ir.b.data[leaf.instr]!);
  return leaf.code;
}

function row(detector: Detector, seed: Seed, subject: number, verdict: Obligation["verdict"], reasons: readonly Reason[]): Obligation {
  return {
    detector: detector.id, site: seed.site, subject, sink: seed.sink, source: "", sourceKind: "", verdict, reasons, steps: [],
    otherWays: noWays, shown: false, notShown: "", assumptions: [],
  };
}
