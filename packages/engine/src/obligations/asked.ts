/**
 * What walks ask about their need, so that another need that answers all of it alike takes their summaries over.
 *
 * ```text
 * log(name)        name: Param      neither "no line breaks" nor "secret" asks anything: one walk serves both
 * log(quote(x))    quote: guard     asks whether "quoted" stops the need: each need that says yes shares one walk, each that says no another
 * ```
 * Questions and sets of them are numbered, so that a walk carries one number.
 */
import { PairMap } from "../base/index.ts";
import type { Need } from "./need.ts";

/** Most sets that are told apart; what asks more is shared by nobody. */
const setsMax = 65_536;

/** The set of no question, and the set that no two needs answer alike. */
export const nothingAsked = 0;
const everything = 1;

type Question = (need: Need) => boolean;

const asksSecretNames: Question = (need) => need.bySecretName;
const followsUnknown: Question = (need) => need.followsUnknown;

export class Asked {
  private readonly questions: Question[] = [asksSecretNames, followsUnknown];
  private readonly stops = new Map<string, number>();
  private readonly sources = new Map<string, number>();
  /** The questions of each set, ascending. */
  private readonly sets: (readonly number[])[] = [[], []];
  private readonly ids = new Map<string, number>([["", nothingAsked]]);
  private readonly added = new PairMap();
  private readonly unions = new PairMap();
  /** For a set, then a pair of needs: 1 if they answer alike, 0 if not. */
  private readonly answers = new PairMap();

  withStop(set: number, kind: string): number {
    return this.with(set, this.numberOf(this.stops, kind, (need) => need.stops.has(kind)));
  }

  withSource(set: number, kind: string): number {
    return this.with(set, this.numberOf(this.sources, kind, (need) => need.sources.has(kind)));
  }

  withSecretNames(set: number): number {
    return this.with(set, 0);
  }

  withUnknown(set: number): number {
    return this.with(set, 1);
  }

  union(a: number, b: number): number {
    if (a === b || b === nothingAsked) return a;
    if (a === nothingAsked) return b;
    if (a === everything || b === everything) return everything;
    let set = this.unions.get(a, b);
    if (set < 0) {
      set = this.idOf([...new Set([...this.sets[a]!, ...this.sets[b]!])]);
      this.unions.set(a, b, set);
    }
    return set;
  }

  /** Holds if two needs answer all questions of a set alike. */
  isAlike(set: number, a: Need, b: Need): boolean {
    if (set === everything || a.exact !== b.exact) return false;
    const pair = a.id * 65_536 + b.id | 0;
    let answer = this.answers.get(set, pair);
    if (answer < 0) {
      answer = this.sets[set]!.every((question) => this.questions[question]!(a) === this.questions[question]!(b)) ? 1 : 0;
      this.answers.set(set, pair, answer);
    }
    return answer === 1;
  }

  private with(set: number, question: number): number {
    if (set === everything) return set;
    let next = this.added.get(set, question);
    if (next < 0) {
      const held = this.sets[set]!;
      next = held.includes(question) ? set : this.idOf([...held, question]);
      this.added.set(set, question, next);
    }
    return next;
  }

  private idOf(questions: number[]): number {
    questions.sort((a, b) => a - b);
    const key = questions.join();
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.sets.length < setsMax ? this.sets.push(questions) - 1 : everything;
      this.ids.set(key, id);
    }
    return id;
  }

  private numberOf(numbers: Map<string, number>, kind: string, question: Question): number {
    let number = numbers.get(kind);
    if (number === undefined) {
      number = this.questions.push(question) - 1;
      numbers.set(kind, number);
    }
    return number;
  }
}
