/**
 * Patterns that need more and more time for each further character of some texts.
 *
 * Each place where a pattern is tried on a text is decided by two questions: what the pattern can cost at worst
 * (`values/regex`), and whether outsiders choose the text. A pattern of exponential time is a defect of its own unless its texts are
 * the program's; one of cubic or quadratic time counts where outsiders send the text; cubic also in a file of bytes, quadratic only where it may be long.
 */
import { BinOp, Op } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation, type Origin, type Pattern, regexOfCall, type Seed } from "../obligations/index.ts";
import { costOfRegex, type Frame, plainFlags, type RegexCall, type RegexCost } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { pathHeldBack, tooLong } from "./floor-path.ts";
import { looseLiterals } from "./loose-patterns.ts";

const sources = ["remote-input", "rpc-input", "network-response", "upload-filename", "public-api-input"];
const stops = ["number", "boolean", "fixed-choice", "digits-text", "hex-text", "uuid-text"];
/** What outsiders fill only by way of a file or a table: evidence enough where few characters do. */
const slowerSources = ["file-input", "stored-data"];

export function ambiguousRegex(context: CheckContext): readonly Obligation[] {
  const run = new Run(context);
  const seeds = context.seedsOf("regex-subject");
  for (const seed of seeds) if (context.program.ir.op.data[seed.site] === Op.Call) run.use(seed);
  for (const literal of looseLiterals(context, run.claimed)) run.loose(literal);
  return run.rows;
}

class Run {
  readonly rows: Obligation[] = [];
  /** Literals that stand in a pattern whose use was seen. */
  readonly claimed = new Set<number>();
  private readonly costs = new Map<string, RegexCost>();
  private readonly reported = new Set<number>();
  private readonly context: CheckContext;

  constructor(context: CheckContext) {
    this.context = context;
  }

  use(seed: Seed): void {
    const { context } = this;
    const { site } = seed;
    const pattern = regexOfCall(context.solver, site, (value) => context.text(value))?.pattern;
    if (!pattern) {
      this.rows.push(context.row(site, "open", { code: "unknown-value", text: "the pattern is not a literal", at: site }, { sink: seed.sink }));
      return;
    }
    this.claimed.add(pattern.at);
    const cost = this.costOf(pattern, callOf(calledName(context.solver, site)), frameOf(context, seed.values));
    if (cost.growth === "linear" || cost.growth === "unknown") this.rows.push(harmless(context, seed, cost));
    else this.rows.push(...this.costly(seed, pattern, cost));
  }

  /** A literal of exponential time that is handed on as a pattern, by ways that were not followed. */
  loose(pattern: Pattern): void {
    const cost = this.costOf(pattern, "match");
    if (cost.growth === "exponential") this.rows.push(this.ofPattern(pattern, cost, "where the pattern is tried is not followed"));
  }

  private costOf(pattern: Pattern, call: RegexCall, frame: Frame = { before: "", after: "" }): RegexCost {
    const key = `${call}${JSON.stringify([pattern.flags, frame])}${pattern.text}`;
    let found = this.costs.get(key);
    if (!found) {
      found = costOfRegex(pattern.text, pattern.flags ?? plainFlags, call, frame);
      this.costs.set(key, found);
    }
    return found;
  }

  private costly(seed: Seed, pattern: Pattern, cost: RegexCost): Obligation[] {
    const { context } = this;
    const { site, sink } = seed;
    const bounded = cost.growth === "exponential" ? stops : [...stops, "short-text"];
    const origins = seed.values.flatMap((value) => context.origins(value, cost.growth === "exponential" || (cost.growth === "cubic" && this.isBinary(pattern)) ? [...sources, ...slowerSources] : sources, bounded));
    const found = origins.filter((origin) => origin.leaf.kind === LeafKind.Source);
    const source = found.find((origin) => sources.includes(origin.leaf.code) && !isWeak(origin)) ?? found.find((origin) => !isWeak(origin)) ?? found[0];
    if (source) {
      const row = this.byFlow(seed, pattern, cost, source);
      if (row.notShown !== "") return [row];
      if (cost.growth === "exponential" && pathHeldBack(row, context) === tooLong) return this.byPattern(pattern, cost, "the text comes a long way");
      return [{ ...row, ...this.oncePerPattern(pattern) }];
    }
    const open = origins.find((origin) => origin.leaf.kind === LeafKind.Open);
    if (!open) return [context.row(site, "proven", { code: "const", text: `${wordOf(cost)}; the text is the program's own, or short`, at: site }, { sink })];
    if (cost.growth !== "exponential") return [context.row(site, "open", { code: "no-known-caller", text: `${wordOf(cost)}; the text is not known to come from outside`, at: site }, { sink, subject: seed.values[0] })];
    return this.byPattern(pattern, cost, "who chooses the text is not known");
  }

  private byPattern(pattern: Pattern, cost: RegexCost, why: string): Obligation[] {
    if (this.reported.has(pattern.at)) return [];
    this.reported.add(pattern.at);
    return [this.ofPattern(pattern, cost, why)];
  }

  /** Holds for a pattern on bytes: what is read from a file then is a document of some format, which others write. */
  private isBinary({ at }: Pattern): boolean {
    const { solver, program } = this.context;
    const known = solver.facts.constantsOf(at) ?? this.context.literals(at);
    return known?.length === 1 && program.ir.constants[known[0]]?.type === "bytes";
  }

  private byFlow(seed: Seed, pattern: Pattern, cost: RegexCost, source: Origin): Obligation {
    const { context } = this;
    const { site, sink } = seed;
    const steps = context.steps(source, site, `matched by ${sink}`);
    const why = `the pattern: ${wordOf(cost)}`;
    return context.row(site, "violated", { code: "source-reaches-sink", text: `${source.leaf.text} is matched by a pattern; ${wordOf(cost)}`, at: source.leaf.instr }, {
      sink, subject: seed.values[0], source: source.leaf.text, sourceKind: source.leaf.code,
      steps: [...steps.slice(0, -1), { kind: "assign", instr: pattern.at, why }, ...steps.slice(-1)],
      notShown: isWeak(source) ? "the path of the text is not fully understood"
        : cost.growth === "quadratic" && isLimited(context, source.leaf.text, steps) ? "servers limit how long it can be, and quadratic time needs a long text"
          : cost.growth === "quadratic" && steps.length > stepsOfQuadraticMax ? "the path is too long for what a long text does here" : "",
    });
  }

  private oncePerPattern({ at }: Pattern): { readonly shown?: boolean; readonly notShown: string } {
    if (this.reported.has(at)) return { shown: false, notShown: "the same pattern is shown at another place" };
    this.reported.add(at);
    return { notShown: "" };
  }

  private ofPattern(pattern: Pattern, cost: RegexCost, why: string): Obligation {
    return this.context.row(pattern.at, "violated", { code: "bad-value", text: `${wordOf(cost)}; ${why}`, at: pattern.at }, {
      sink: "the pattern", source: "a text", sourceKind: "library-input",
    });
  }
}

/** Longest path on which a text can be thought to arrive as long as it was sent. */
const stepsOfQuadraticMax = 14;

/** Parts of a request that every server limits to some thousand characters. */
const limitedByServer = /header|cookie|meta|environ|\.uri|\.url|path|args|query|\bGET\b/i;

function isLimited({ program: { ir } }: CheckContext, source: string, steps: Obligation["steps"]): boolean {
  if (limitedByServer.test(source)) return true;
  return steps.some(({ instr }) => ir.op.data[instr] === Op.GetAttr && limitedByServer.test(ir.strings.text(ir.b.data[instr])));
}

/** The constant text before and after the part of a text that is not constant. */
function frameOf(context: CheckContext, values: readonly number[]): Frame {
  const { ir } = context.program;
  const value = values.length === 1 ? values[0] : -1;
  const op = value < 0 ? Op.Undef : ir.op.data[value] as Op;
  const parts = op === Op.Fmt ? ir.lists.toArray(ir.a.data[value])
    : op === Op.Bin && (ir.a.data[value] & 31) === BinOp.Add ? [ir.b.data[value], ir.c.data[value]] : [];
  if (parts.length < 2) return { before: "", after: "" };
  return { before: context.text(parts[0]) ?? "", after: context.text(parts[parts.length - 1]) ?? "" };
}

/** The bits of a path through a field, or past a check that is not understood: neither makes a text short. */
const harmlessFlags = 32 | 16;
const isWeak = (origin: Origin): boolean => (origin.flags & ~harmlessFlags) !== 0;

function harmless(context: CheckContext, { site, sink }: Seed, { growth }: RegexCost): Obligation {
  return growth === "linear"
    ? context.row(site, "proven", { code: "good-value", text: "matching takes time in proportion to the text", at: site }, { sink })
    : context.row(site, "open", { code: "unknown-value", text: "no text was found that takes long, and none is ruled out", at: site }, { sink });
}

function wordOf({ growth, attack }: RegexCost): string {
  if (!attack) return `${growth} time`;
  const quoted = (text: string): string => JSON.stringify(text);
  const parts = [attack.prefix === "" ? "" : `${quoted(attack.prefix)}, `, `many times ${quoted(attack.pump)}`, attack.suffix === "" ? "" : `, then ${quoted(attack.suffix)}`];
  return `${growth} time on ${parts.join("")}`;
}

function callOf(name: string): RegexCall {
  return name === "fullmatch" ? "fullmatch" : name === "match" ? "match" : name === "search" ? "search" : "all";
}

