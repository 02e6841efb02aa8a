/**
 * What the review cannot see, by name, and what it would take: library calls without a model that receive input, calls
 * without a target, reasons why rows stay open. Proofs are relative to this list, so it is ranked and priced.
 */
import { compareText, isOutsideInput, placeOf } from "../findings/index.ts";
import { Op } from "../ir/index.ts";
import type { Obligation, OpenCode } from "../obligations/index.ts";
import { calleeText, type Program, type UnresolvedReason } from "../program/index.ts";
import { InputSweep } from "./input-sweep.ts";
import { openWords } from "./words.ts";

/** A library function without a model, that input from outside comes to or that keeps rows open. */
export interface FrontierRow {
  readonly name: string;
  /** Calls in product code. */
  readonly calls: number;
  /** Of these, the ones that may receive something that an outsider sent. */
  readonly receiving: number;
  /** Open rows that have no other blocker: one model closes them. */
  readonly closes: number;
  /** Further open rows in whose way it stands together with other blockers. */
  readonly blocks: number;
  /** Violated rows that are kept back because their path goes through it. */
  readonly keptBack: number;
  /** Place of the first call, a receiving one if there is any. */
  readonly path: string;
  readonly line: number;
}

/** A name that calls are made by which nothing was found for. */
export interface UnresolvedName {
  readonly name: string;
  readonly reason: UnresolvedReason;
  readonly calls: number;
  readonly receiving: number;
}

/** Open product rows of one reason. */
export interface OpenReason {
  readonly code: OpenCode;
  readonly rows: number;
  readonly blocker: string;
  readonly close: string;
}

/** A budget that rows ran into. */
export interface BudgetHit {
  readonly budget: string;
  readonly rows: number;
}

/**
 * What the review cannot see.
 *
 * @example
 * ```ts
 * report.blindSpots.frontier[0]; // => { name: "libvirt.open", calls: 3, receiving: 2, closes: 12, … }
 * ```
 * @public
 */
export interface BlindSpots {
  /** The model that closes most first. */
  readonly frontier: readonly FrontierRow[];
  readonly frontierTotal: number;
  /** The most called first. */
  readonly unresolved: readonly UnresolvedName[];
  readonly unresolvedTotal: number;
  readonly open: readonly OpenReason[];
  readonly budgets: readonly BudgetHit[];
}

/** Rows listed of each population; the totals stand beside them. */
export const frontierMax = 50;
export const unresolvedNamesMax = 20;

/** Reasons that a row lists: a row with as many may have more, so that one model is not promised to close it. */
const reasonsMax = 6;

interface Tally {
  calls: number;
  receiving: number;
  closes: number;
  blocks: number;
  keptBack: number;
  first: number;
  firstReceiving: number;
}

/** Finds what a review of a program with these obligations cannot see. */
export function blindSpotsOf(program: Program, obligations: readonly Obligation[]): BlindSpots {
  const isProduct = (module: number): boolean => program.files[program.ir.modules[module].file].role === "product";
  const sweep = new InputSweep(program, isOutsideInput, isProduct);
  const { frontier, unresolved } = tallyCalls(program, sweep, isProduct);
  const rows = obligations.filter((row) => isProduct(program.ir.functions[program.ir.blocks.func.data[program.ir.block.data[row.site]]].module));
  priceRows(program, rows, frontier);
  const ranked = [...frontier]
    .filter(([, tally]) => tally.receiving + tally.closes + tally.blocks + tally.keptBack > 0)
    .sort(([leftName, left], [rightName, right]) =>
      right.closes + right.keptBack - left.closes - left.keptBack || right.blocks - left.blocks || right.receiving - left.receiving
      || right.calls - left.calls || compareText(leftName, rightName));
  const names = [...unresolved.values()].sort((left, right) => right.calls - left.calls || compareText(left.name, right.name) || compareText(left.reason, right.reason));
  return {
    frontier: ranked.slice(0, frontierMax).map(([name, tally]) => frontierRow(program, name, tally)),
    frontierTotal: ranked.length,
    unresolved: names.slice(0, unresolvedNamesMax),
    unresolvedTotal: names.length,
    open: openReasons(rows),
    budgets: budgetHits(rows, sweep),
  };
}

const newTally = (): Tally => ({ calls: 0, receiving: 0, closes: 0, blocks: 0, keptBack: 0, first: -1, firstReceiving: -1 });

function tallyCalls(
  program: Program, sweep: InputSweep, isProduct: (module: number) => boolean,
): { frontier: Map<string, Tally>; unresolved: Map<string, UnresolvedName> } {
  const { ir } = program;
  const frontier = new Map<string, Tally>();
  const unresolved = new Map<string, UnresolvedName>();
  for (const func of ir.functions) {
    if (!isProduct(func.module)) continue;
    for (let row = func.firstInstr; row < func.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call) continue;
      const kind = program.classOfCall(row);
      if (kind === "external") tallyExternal(program, sweep, row, frontier);
      else if (kind === "unresolved") tallyUnresolved(program, sweep, row, unresolved);
    }
  }
  return { frontier, unresolved };
}

function tallyExternal(program: Program, sweep: InputSweep, call: number, frontier: Map<string, Tally>): void {
  for (const target of program.targetsOf(call)) {
    if (target.kind !== "external") continue;
    const name = program.ir.strings.text(target.name);
    const tally = tallyOf(frontier, name);
    tally.calls++;
    if (tally.first < 0) tally.first = call;
    if (!sweep.receives(call)) continue;
    tally.receiving++;
    if (tally.firstReceiving < 0) tally.firstReceiving = call;
  }
}

function tallyOf(frontier: Map<string, Tally>, name: string): Tally {
  let tally = frontier.get(name);
  if (tally === undefined) frontier.set(name, (tally = newTally()));
  return tally;
}

function tallyUnresolved(program: Program, sweep: InputSweep, call: number, names: Map<string, UnresolvedName>): void {
  const reason = program.unresolvedReason(call);
  const name = calleeText(program, call);
  const key = `${reason}\u0000${name}`;
  const known = names.get(key) ?? { name, reason, calls: 0, receiving: 0 };
  names.set(key, { ...known, calls: known.calls + 1, receiving: known.receiving + (sweep.receives(call) ? 1 : 0) });
}

/** What each missing model costs: the rows that it alone keeps open, those that it helps to, and the findings kept back. */
function priceRows(program: Program, rows: readonly Obligation[], frontier: Map<string, Tally>): void {
  for (const row of rows) {
    if (row.verdict === "open") priceOpen(row, frontier);
    else if (row.verdict === "violated" && !row.shown) priceKeptBack(program, row, frontier);
  }
}

function priceOpen(row: Obligation, frontier: Map<string, Tally>): void {
  const names = new Set(row.reasons.filter((reason) => reason.code === "unmodelled").map((reason) => reason.text));
  const isAlone = names.size === 1 && row.reasons.length < reasonsMax && row.reasons.every((reason) => reason.code === "unmodelled");
  for (const name of names) {
    const tally = frontier.get(name);
    if (tally === undefined) continue;
    if (isAlone) tally.closes++;
    else tally.blocks++;
  }
}

function priceKeptBack(program: Program, row: Obligation, frontier: Map<string, Tally>): void {
  const names = new Set<string>();
  for (const step of row.steps) {
    if (program.ir.op.data[step.instr] !== Op.Call) continue;
    for (const target of program.targetsOf(step.instr)) if (target.kind === "external") names.add(program.ir.strings.text(target.name));
  }
  for (const name of names) {
    const tally = frontier.get(name);
    if (tally !== undefined) tally.keptBack++;
  }
}

function frontierRow(program: Program, name: string, tally: Tally): FrontierRow {
  const place = placeOf(program, tally.firstReceiving < 0 ? tally.first : tally.firstReceiving);
  const { calls, receiving, closes, blocks, keptBack } = tally;
  return { name, calls, receiving, closes, blocks, keptBack, path: place.path, line: place.line };
}

/** Rows by their first reason, which is the one that the ledger tells. */
function openReasons(rows: readonly Obligation[]): readonly OpenReason[] {
  const counts = new Map<OpenCode, number>();
  for (const row of rows) {
    const code = row.verdict === "open" ? (row.reasons[0]?.code as OpenCode | undefined) : undefined;
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts]
    .sort((left, right) => right[1] - left[1] || compareText(left[0], right[0]))
    .map(([code, count]) => ({ code, rows: count, blocker: openWords[code]?.blocker ?? code, close: openWords[code]?.close ?? "more facts" }));
}

function budgetHits(rows: readonly Obligation[], sweep: InputSweep): readonly BudgetHit[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.verdict !== "open") continue;
    for (const budget of new Set(row.reasons.filter((reason) => reason.code === "budget").map((reason) => reason.text))) {
      counts.set(budget, (counts.get(budget) ?? 0) + 1);
    }
  }
  if (sweep.isCut) counts.set("scans of a function in the sweep from the inputs", 0);
  return [...counts].sort((left, right) => right[1] - left[1] || compareText(left[0], right[0])).map(([budget, count]) => ({ budget, rows: count }));
}
