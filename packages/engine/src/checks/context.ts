/** What a check may ask, and how it writes its rows. */
import { BinOp, callCallee, moduleOf, Op } from "../ir/index.ts";
import type { Detector } from "../knowledge/index.ts";
import { beginningOf, collectSeeds, exactNeed, literalsOf, type Need, type Obligation, type Origin, originsOf, type Reason, type Scope, type Seed, type Solver, stepsOf } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { ExceptionFlow } from "./exception-flow.ts";
import { textOf } from "../source/index.ts";

/** Ids of needs from here on belong to checks; those of rules are counted from one. */
const firstCheckNeed = 400;

/** The kinds of sinks that checks ask for. One look over the program finds them all. */
const seedKinds = [
  "acquired-descriptor", "acquired-lock", "acquired-path", "acquired-resource", "answer-to-check", "autoescape-off", "counts-rows", "file-path", "handles-exception", "html-response", "html-text",
  "initialization-vector", "log-text", "program-argument", "program-name", "regex-subject", "remote-method-name", "shell-command", "template-markup",
] as const;
type SeedKind = (typeof seedKinds)[number];

/** What the checks of one run share. */
export interface Shared {
  readonly needs: Map<string, Need>;
  /** 1 for blocks of product code. */
  readonly productBlocks: Uint8Array;
  seeds?: readonly Seed[];
  exceptions?: ExceptionFlow;
}

/** What checks share before the first one runs. */
export function sharedOf({ ir }: Program, scope: Scope): Shared {
  const productBlocks = new Uint8Array(ir.blocks.first.length);
  for (const fn of ir.functions) {
    if (fn.endInstr > fn.firstInstr && scope.countsCaller(fn.firstInstr)) productBlocks.fill(1, fn.firstBlock, fn.endBlock);
  }
  return { needs: new Map(), productBlocks };
}

/** The program, the solver and the page of one check. */
export class CheckContext {
  readonly program: Program;
  readonly solver: Solver;
  readonly scope: Scope;
  readonly detector: Detector;
  private readonly needs: Map<string, Need>;
  private readonly shared: Shared;

  constructor(program: Program, solver: Solver, scope: Scope, detector: Detector, shared: Shared) {
    this.program = program;
    this.solver = solver;
    this.scope = scope;
    this.detector = detector;
    this.needs = shared.needs;
    this.shared = shared;
  }

  /** Which exceptions come to which handler: worked out once, when the first check asks. */
  get exceptions(): ExceptionFlow {
    return (this.shared.exceptions ??= new ExceptionFlow(this.program, (fn) => this.isProduct(fn.firstInstr)));
  }

  /** The sinks of some kinds in product code, in row order. */
  seedsOf(...kinds: readonly SeedKind[]): readonly Seed[] {
    this.shared.seeds ??= collectSeeds(this.program, new Set<string>(seedKinds), (instr) => this.isProduct(instr));
    const wanted = new Set<string>(kinds);
    return this.shared.seeds.filter((seed) => wanted.has(seed.kind) && (seed.madeFrom === undefined || wanted.has(seed.madeFrom)));
  }

  /** Holds if an instruction stands in product code. */
  isProduct(instr: number): boolean {
    return this.shared.productBlocks[this.program.ir.block.data[instr]!] === 1;
  }

  /** Where a value comes from, asked for these source kinds. */
  origins(value: number, sources: readonly string[], stops: readonly string[] = ["number", "boolean", "fixed-choice"]): readonly Origin[] {
    const key = `${sources.join()}|${stops.join()}`;
    let need = this.needs.get(key);
    if (!need) {
      need = {
        id: firstCheckNeed + this.needs.size, exact: false, sources: new Set(sources), stops: new Set(stops),
        bySecretName: sources.includes("secret"), followsUnknown: !sources.includes("secret"),
      };
      this.needs.set(key, need);
    }
    return originsOf(this.solver, this.scope, value, 0, need);
  }

  /** The literals that a value can be, with the way each takes; other origins are among them. */
  constantOrigins(value: number): readonly Origin[] {
    return originsOf(this.solver, this.scope, value, 0, exactNeed);
  }

  /** How a text begins, as far as that is constant. */
  beginning(value: number): string {
    const { ir } = this.program;
    const op = ir.op.data[value] as Op;
    const callee = op === Op.Call ? callCallee(ir, value) : -1;
    const isFormat = callee >= 0 && ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]) === "format";
    if (isFormat) return (this.text(ir.a.data[callee]) ?? "").split("{")[0];
    if (op === Op.Bin && (ir.a.data[value] & 31) === BinOp.Mod) return (this.text(ir.b.data[value]) ?? "").split("%")[0];
    const known = beginningOf(this.solver, value);
    return known.object === "" ? known.text : "";
  }

  /** Which literals a value can be; `undefined` if it can also be something else. */
  literals(value: number): readonly number[] | undefined {
    return literalsOf(this.solver, this.scope, value);
  }

  /** The text of a value that is one literal text. */
  text(value: number): string | undefined {
    const known = this.solver.facts.constantsOf(value) ?? this.literals(value);
    const constant = known?.length === 1 ? this.program.ir.constants[known[0]] : undefined;
    return constant?.type === "str" || constant?.type === "bytes" ? constant.value : undefined;
  }

  /** The code of an instruction, at most a thousand bytes of it. */
  codeOf(instr: number): string {
    const { ir, files } = this.program;
    const src = ir.src.data[instr]!;
    return textOf(files[ir.modules[moduleOf(ir, instr)]!.file]!, src, Math.min(ir.end.data[instr]!, src + 1000));
  }

  row(site: number, verdict: Obligation["verdict"], reason: Reason, more: Partial<Obligation> = {}): Obligation {
    const shown = verdict === "violated" && this.detector.shown && (more.notShown ?? "") === "";
    return {
      detector: this.detector.id, site, subject: -1, sink: "", source: "", sourceKind: "", verdict, reasons: [reason], steps: [], otherWays: [],
      notShown: verdict === "violated" && !this.detector.shown ? "the detector is not shown by default" : "",
      assumptions: [], ...more, shown,
    };
  }

  steps(origin: Origin, site: number, why: string): Obligation["steps"] {
    return stepsOf(this.solver, origin, site, why);
  }
}

export type Check = (context: CheckContext) => readonly Obligation[];
