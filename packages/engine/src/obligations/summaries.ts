/**
 * The memory of the walks: each question is answered once, and what an answer costs is counted the same whoever asks.
 *
 * An obligation is charged for every summary that its answer rests on, whether it was worked out now or before. So what
 * exceeds a budget does so whatever was asked earlier, and files that are added change nothing elsewhere.
 */
import { numberOf, PairMap } from "../base/index.ts";
import { type Asked, nothingAsked } from "./asked.ts";
import type { Summary } from "./leaf.ts";
import type { Need } from "./need.ts";

/** Deepest chain of summaries that are computed inside one another; what lies deeper is computed first. */
export const summaryDepthMax = 200;
/** So often an outermost walk begins again because something must be computed first; then what lies too deep ends it there. */
const putOffMax = 16;
/** Most rounds of a group of functions that call each other. */
export const summaryRoundsMax = 20;

/** What a summary is of: the value, the returned or yielded values of a function, what it stores into a parameter. */
export const enum Which { Value, Return, Yield, Out }

export interface Question {
  readonly which: Which;
  readonly subject: number;
  readonly path: number;
  readonly need: Need;
}

const enum State { New, Running, Provisional, Done }

interface Entry {
  readonly question: Question;
  state: State;
  /** The answer; while it is not done, what the round before found. */
  summary: Summary;
  /** Nodes of its own last walk, and the summaries that it asked for. */
  own: number;
  uses: Entry[];
  /** The obligation that was last charged for it, and the trial. */
  paidBy: number;
  triedBy: number;
  depth: number;
  wasUsed: boolean;
  /** Depth of the outermost running summary that it rests on. */
  lowest: number;
  isTooDeep: boolean;
  /** What the trial under way had been charged when its walk began. */
  before: number;
  /** It is known to cost more than this. */
  costsMore: number;
  /** What it and all that it rests on asked about the need. */
  asked: number;
  /** The same question for another need. */
  readonly next: Entry | undefined;
}

/** More than any depth, and a small integer to V8: a double in its place would be made anew for every summary. */
const noDepth = 0x7fffffff;
const unlimited = 0x7fffffff;

/** Walks one question; `isCut` says that the answer is known to be incomplete. */
export type Run = (question: Question, depth: number, isCut: boolean) => Summary;

export class Summaries {
  /** Nodes visited by all walks so far; the counted work of a review. */
  steps = 0;
  /** Numbers of questions: a subject, and what is asked about it. */
  private readonly questions = new PairMap(1 << 14);
  private readonly asked = new PairMap(1 << 10);
  /** By number of the question. */
  private readonly entries: (Entry | undefined)[] = [];
  private readonly run: Run;
  private readonly nothing: Summary;
  /** The answer where a budget or a depth ends the walk. */
  private readonly cutOff: () => Summary;
  private current: Entry | undefined;
  private depth = 0;
  /** The summaries under way, by depth. */
  private readonly running: Entry[] = [];
  /** Depth of the outermost running summary that was read while unfinished. */
  private lowest = noDepth;
  private grew = false;
  /** Summaries of this round that rest on an unfinished one. */
  private readonly provisional: Entry[] = [];
  private obligation = 0;
  private paid = 0;
  /** An outermost walk is tried with a whole budget, whoever asks for it; what it costs is charged to the obligation afterwards. */
  private trial = 0;
  private charged = 0;
  private limit = unlimited;
  private isExhausted = false;
  private isSpent = false;
  /** What the trial would have been charged at least when its budget ran out. */
  private most = 0;
  /** How often the outermost walk under way has begun again. */
  private putOffs = 0;
  /** What must be computed first, because it lies too deep. */
  private wanted: Entry | undefined;
  /** What the walk under way, and those that it asked for, asked about the need. */
  private askedNow = nothingAsked;
  private readonly sets: Asked;

  constructor(run: Run, nothing: Summary, cutOff: () => Summary, sets: Asked) {
    this.run = run;
    this.sets = sets;
    this.nothing = nothing;
    this.cutOff = cutOff;
  }

  /** Gives the next obligation its steps. */
  refuel(steps: number): void {
    this.obligation++;
    this.paid = 0;
    this.limit = steps;
    this.isExhausted = false;
  }

  /** Holds if the walks under way are given up. */
  get isStopped(): boolean {
    return this.isSpent || this.wanted !== undefined;
  }

  /** Counts one node of the walk under way. */
  step(): void {
    this.steps++;
    this.current!.own++;
    this.pay(1);
  }

  /** Notes what the walk under way asked about its need. */
  ask(asked: number): void {
    this.askedNow = this.sets.union(this.askedNow, asked);
  }

  of(question: Question): Summary {
    const entry = this.entry(question);
    const { current } = this;
    if (current) {
      if (current.uses[current.uses.length - 1] !== entry) current.uses.push(entry);
      // A walk for literals inside another asks the same whatever that other is for.
      if (current.question.need.exact === question.need.exact) this.ask(entry.asked);
    }
    switch (entry.state) {
      case State.Done:
        if (this.depth === 0) return this.bill(entry);
        this.charge(entry);
        return entry.summary;
      case State.Running:
        entry.wasUsed = true;
        if (entry.depth < this.lowest) this.lowest = entry.depth;
        return entry.summary;
      case State.Provisional:
        if (entry.lowest < this.lowest) this.lowest = entry.lowest;
        return entry.summary;
      default:
    }
    if (this.depth === 0) return this.outermost(entry);
    // Whoever rests on it cannot pay for it: there is no need to try.
    if (entry.costsMore >= this.limit) this.spend();
    if (this.isSpent) return this.cutOff();
    if (entry.isTooDeep) return this.cutOff();
    if (this.depth < summaryDepthMax) return this.compute(entry);
    if (this.putOffs >= putOffMax) return this.cutOff();
    this.putOffs++;
    this.wanted = entry;
    return this.nothing;
  }

  private entry(question: Question): Entry {
    const { need } = question;
    const what = numberOf(this.asked, question.path, question.which);
    const key = numberOf(this.questions, question.subject, what);
    let own: Entry | undefined;
    for (let entry = this.entries[key]; entry; entry = entry.next) {
      if (entry.question.need === need) own = entry;
      else if (entry.state === State.Done && this.sets.isAlike(entry.asked, entry.question.need, need)) return entry;
    }
    if (own) return own;
    own = {
      question, state: State.New, summary: this.nothing, own: 0, uses: [], paidBy: 0, triedBy: 0, depth: 0, wasUsed: false,
      lowest: noDepth, isTooDeep: false, before: 0, costsMore: 0, asked: nothingAsked, next: this.entries[key],
    };
    this.entries[key] = own;
    return own;
  }

  /** Computes a summary that no other waits for; what lies too deep under it is computed before. */
  private outermost(entry: Entry): Summary {
    this.isSpent = this.isExhausted || entry.costsMore >= this.limit;
    this.trial++;
    this.charged = 0;
    this.putOffs = 0;
    const stack = [entry];
    while (stack.length > 0 && !this.isSpent) {
      this.compute(stack[stack.length - 1]!);
      const deep = this.wanted;
      this.wanted = undefined;
      if (!deep || this.isSpent) stack.pop();
      else if (stack.includes(deep)) deep.isTooDeep = true;
      else stack.push(deep);
    }
    if (!this.isSpent) return this.bill(entry);
    this.isExhausted = true;
    this.isSpent = false;
    return this.cutOff();
  }

  /**
   * Computes a summary. One that is asked for while it is computed (recursion) starts from what the round before found,
   * and the outermost summary of the cycle is repeated until nothing in the cycle grows. Results that rest on an
   * unfinished summary are kept for the round only, and for good once the outermost is finished.
   */
  private compute(entry: Entry): Summary {
    const outer = { current: this.current, lowest: this.lowest, grew: this.grew, asked: this.askedNow };
    const mark = this.provisional.length;
    const before = entry.summary;
    entry.state = State.Running;
    entry.depth = this.depth;
    entry.triedBy = this.trial;
    entry.before = this.charged;
    this.running[this.depth] = entry;
    this.depth++;
    this.askedNow = nothingAsked;
    let summary = this.nothing;
    for (let round = 0; ; round++) {
      this.lowest = noDepth;
      this.grew = false;
      this.forget(entry);
      entry.wasUsed = false;
      this.current = entry;
      summary = this.run(entry.question, entry.depth, round > summaryRoundsMax);
      if (this.isStopped) break;
      const isOutermost = entry.wasUsed && this.lowest >= entry.depth;
      if (!isOutermost || (!this.grew && summary.leaves.length === entry.summary.leaves.length) || round > summaryRoundsMax) break;
      entry.summary = summary;
      this.drop(mark, false);
    }
    this.depth--;
    this.current = outer.current;
    this.grew ||= outer.grew;
    const asked = this.askedNow;
    entry.asked = asked;
    this.askedNow = outer.current && outer.current.question.need === entry.question.need ? this.sets.union(outer.asked, asked) : outer.asked;
    if (this.isStopped) this.abandon(entry, mark, outer.lowest);
    else if (this.lowest >= entry.depth) {
      this.settle(entry, summary, mark);
      this.lowest = outer.lowest;
    } else {
      if (before.leaves.length !== summary.leaves.length) this.grew = true;
      entry.summary = summary;
      entry.state = State.Provisional;
      entry.lowest = this.lowest;
      this.provisional.push(entry);
      this.lowest = Math.min(outer.lowest, this.lowest);
    }
    return summary;
  }

  /** The outermost summary of a cycle is finished, and with it all that rested on it. */
  private settle(entry: Entry, summary: Summary, mark: number): void {
    entry.summary = summary;
    for (const done of [entry, ...this.provisional.splice(mark)]) {
      done.state = State.Done;
      done.asked = entry.asked;
      if (done.uses.length > 1) done.uses = [...new Set(done.uses)];
    }
  }

  /** What was worked out of a summary is of no use: the obligation cannot pay for the rest of it, or something must come first. */
  private abandon(entry: Entry, mark: number, lowest: number): void {
    if (this.isSpent) {
      this.noteCost(entry, Math.min(this.lowest, entry.depth));
      this.lowest = Math.min(this.lowest, lowest);
    } else this.lowest = lowest;
    this.drop(mark, true);
    this.forget(entry);
    entry.state = State.New;
    entry.summary = this.nothing;
    entry.triedBy = 0;
  }

  /** What rests on a summary that is under way, such as the others of its cycle, costs at least as much as that. */
  private noteCost(entry: Entry, depth: number): void {
    entry.costsMore = Math.max(entry.costsMore, this.most - this.running[depth]!.before - 1);
  }

  /** The round that rested on an unfinished summary is repeated, or given up. */
  private drop(mark: number, isForGood: boolean): void {
    for (const stale of this.provisional.splice(mark)) {
      if (this.isSpent) this.noteCost(stale, stale.lowest);
      this.forget(stale);
      stale.state = State.New;
      stale.triedBy = 0;
      if (isForGood) stale.summary = this.nothing;
    }
  }

  private forget(entry: Entry): void {
    this.charged -= entry.own;
    entry.own = 0;
    entry.uses = [];
  }

  private pay(steps: number): void {
    this.charged += steps;
    if (this.charged > this.limit) this.spend();
  }

  private spend(): void {
    if (this.isSpent) return;
    this.isSpent = true;
    this.most = Math.max(this.charged, this.limit + 1);
  }

  /** Charges the trial for a summary and all that it rests on, each once. */
  private charge(entry: Entry): void {
    if (entry.triedBy === this.trial) return;
    entry.triedBy = this.trial;
    const queue = [entry];
    for (let next = queue.pop(); next && !this.isSpent; next = queue.pop()) {
      this.pay(next.own);
      for (const used of next.uses) {
        if (used.triedBy === this.trial || used.state !== State.Done) continue;
        used.triedBy = this.trial;
        queue.push(used);
      }
    }
  }

  /** Charges the obligation in the same way, and gives the answer if it can pay for it. */
  private bill(entry: Entry): Summary {
    const queue = entry.paidBy === this.obligation ? [] : [entry];
    entry.paidBy = this.obligation;
    for (let next = queue.pop(); next && !this.isExhausted; next = queue.pop()) {
      this.paid += next.own;
      if (this.paid > this.limit) this.isExhausted = true;
      for (const used of next.uses) {
        if (used.paidBy === this.obligation || used.state !== State.Done) continue;
        used.paidBy = this.obligation;
        queue.push(used);
      }
    }
    return this.isExhausted ? this.cutOff() : entry.summary;
  }
}
