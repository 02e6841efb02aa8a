/**
 * What matching a regular expression can cost at worst, and a text that shows it.
 *
 * The automaton says where time can grow faster than the text; from its loops, texts are made (a beginning, a part that is
 * repeated, an end that does not match); the counting matcher tries them at growing sizes. Only growth that was counted is
 * called `exponential`, `cubic` or `quadratic`; `linear` is what the automaton proves; everything else is `unknown`.
 */
import { type Automaton, buildAutomaton, doubleLoop, isLooping, shortestPrefixes, twoLoops } from "./automaton.ts";
import { charactersMax, type CharacterSet, codeOf, commonCharacter, textOfCode } from "./characters.ts";
import { compileRegex, countSteps, type RegexProgram, type Tries } from "./matcher.ts";
import { type Node, readRegex, type RegexFlags } from "./tree.ts";

/** `all` goes on behind each match: `findall`, `sub`, `split`. */
export type RegexCall = "match" | "fullmatch" | "search" | "all";
export type Growth = "linear" | "quadratic" | "cubic" | "exponential" | "unknown";

export interface RegexCost {
  readonly growth: Growth;
  /** A text that shows it: beginning, repeated part, end. */
  readonly attack?: { readonly prefix: string; readonly pump: string; readonly suffix: string };
}

const linear: RegexCost = { growth: "linear" };
const unknown: RegexCost = { growth: "unknown" };

/** Constant text around what outsiders choose. */
export interface Frame {
  readonly before: string;
  readonly after: string;
}

const noFrame: Frame = { before: "", after: "" };

/** The worst growth of matching that was proven or counted. */
export function costOfRegex(pattern: string, flags: RegexFlags, call: RegexCall, frame: Frame = noFrame): RegexCost {
  const tree = readRegex(pattern, flags);
  if (!tree) return unknown;
  const isWhole = call === "fullmatch";
  const nfa = buildAutomaton(tree, { isSearch: call === "search" || call === "all", isWhole });
  if (!nfa) return unknown;
  const suspicion = suspect(nfa);
  if (suspicion.level === 0) return linear;
  const whole: Node = isWhole ? { kind: "sequence", parts: [tree, { kind: "anchor", at: "text-end" }] } : tree;
  const program = compileRegex(whole);
  return program ? measure(nfa, { program, tries: call === "search" ? "until-match" : call === "all" ? "all" : "one", frame }, suspicion) : unknown;
}

interface Trial {
  readonly program: RegexProgram;
  readonly tries: Tries;
  readonly frame: Frame;
}

interface Suspicion {
  /** 0: linear; 1: may be polynomial; 2: may be exponential. */
  readonly level: 0 | 1 | 2;
  readonly pumps: readonly Pump[];
}

/** A text to repeat, and the position at which its loop begins; -1 if any will do. */
interface Pump {
  readonly word: readonly number[];
  readonly at: number;
}

const budgetOfPairs = 60000;

function suspect(nfa: Automaton): Suspicion {
  const pumps: Pump[] = [];
  const looping: number[] = [];
  let level: 0 | 1 | 2 = nfa.isPartial ? 1 : 0;
  for (let p = 0; p < nfa.follow.length; p++) {
    if (!isLooping(nfa, p)) continue;
    looping.push(p);
    if (p === nfa.restart) continue;
    const word = doubleLoop(nfa, p);
    if (!word) continue;
    level = 2;
    pumps.push({ word, at: p });
  }
  const budget = { left: budgetOfPairs };
  for (const p of looping) {
    for (const q of looping) {
      if (nfa.component[p] === nfa.component[q] || budget.left < 0) continue;
      const word = twoLoops(nfa, p, q, budget);
      if (!word) continue;
      if (level === 0) level = 1;
      pumps.push({ word, at: p });
    }
  }
  if (budget.left < 0 && level === 0) level = 1;
  return { level, pumps };
}

type Codes = readonly number[];

const candidatesMax = 160;

/** Tries the texts that the loops suggest. */
function measure(nfa: Automaton, { program, tries, frame }: Trial, { level, pumps }: Suspicion): RegexCost {
  let best: RegexCost = unknown;
  const budget = { left: stepsOfPattern };
  for (const [prefix, pump, suffix] of candidates(nfa, pumps)) {
    if (budget.left <= 0) break;
    const steps = (times: number): number => {
      const count = countSteps(program, textOf([...codesOf(frame.before), ...prefix], pump, [...suffix, ...codesOf(frame.after)], times), tries, stepsOfText);
      budget.left -= count;
      return count;
    };
    const growth = growthOf(steps, pump.length, level === 2);
    if (order[growth] <= order[best.growth]) continue;
    const text = (codes: Codes): string => codes.map(textOfCode).join("");
    best = { growth, attack: { prefix: text(prefix), pump: text(pump), suffix: text(suffix) } };
    if (growth === "exponential" || (growth === "cubic" && level < 2)) break;
  }
  return best;
}

const order: Readonly<Record<Growth, number>> = { unknown: 1, linear: 1, quadratic: 2, cubic: 3, exponential: 4 };

const codesOf = (text: string): Codes => [...text].map(codeOf);

function textOf(prefix: Codes, pump: Codes, suffix: Codes, times: number): Uint8Array {
  const out = new Uint8Array(prefix.length + pump.length * times + suffix.length);
  out.set(prefix);
  for (let i = 0; i < times; i++) out.set(pump, prefix.length + i * pump.length);
  out.set(suffix, prefix.length + pump.length * times);
  return out;
}

/** Steps that one text, and all texts for one pattern, may take. */
const stepsOfText = 200000;
const stepsOfPattern = 3000000;

/** How the number of steps grows with the number of repetitions. */
function growthOf(steps: (times: number) => number, length: number, mayBeExponential: boolean): Growth {
  const timesFor = (wanted: number): number => Math.max(2, Math.round(wanted / length));
  if (mayBeExponential && doubles(steps, length)) return "exponential";
  const short = steps(timesFor(24));
  const middle = steps(timesFor(24) * 2);
  if (middle < stepsOfText && middle / short < 2.8) return "linear";
  const long = steps(timesFor(24) * 4);
  const ratio = long >= stepsOfText ? middle / short : long / middle;
  return ratio >= 5.7 ? "cubic" : ratio >= 3.2 ? "quadratic" : "linear";
}

/**
 * Holds if each further repetition multiplies the number of steps by the same factor. A polynomial of degree k grows ever more
 * slowly: by ((n + 1) / n)^k, which is little where n is eight or more.
 */
function doubles(steps: (times: number) => number, length: number): boolean {
  const step = Math.max(1, Math.round(4 / length));
  for (const least of [8, 5, 3]) {
    const base = Math.max(least, least === 8 ? Math.round(24 / length) : 0);
    const counts = [0, 1, 2, 3].map((i) => steps(base + i * step));
    if (counts[1] >= stepsOfText) continue;
    const [one, two, three] = counts.slice(1).map((count, i) => count / counts[i]);
    if (counts[2] >= stepsOfText) return one >= 3;
    if (counts[3] >= stepsOfText) return two >= 1.8 && two >= 0.9 * one;
    return three >= 1.8 && three >= 0.9 * two;
  }
  return true;
}

/** Beginnings, repeated parts and ends to try, the likely ones first. */
function candidates(nfa: Automaton, pumps: readonly Pump[]): readonly (readonly [Codes, Codes, Codes])[] {
  const prefixes = shortestPrefixes(nfa);
  const out: [Codes, Codes, Codes][] = [];
  const seen = new Set<string>();
  const add = (prefix: Codes, pump: Codes, suffix: Codes): void => {
    const key = `${prefix.join()}|${pump.join()}|${suffix.join()}`;
    if (seen.has(key) || out.length >= candidatesMax) return;
    seen.add(key);
    out.push([prefix, pump, suffix]);
  };
  const loops = nfa.follow.map((_f, p) => p).filter((p) => isLooping(nfa, p) && prefixes[p]);
  for (const { word, at } of [...pumps, ...singleCharacters(nfa, loops)]) {
    const beginnings = new Map<string, Codes>([["", []]]);
    if (at >= 0 && prefixes[at]) beginnings.set(prefixes[at].join(), prefixes[at]);
    for (const p of loops) {
      if (!nfa.classes[p][word[word.length - 1]]) continue;
      beginnings.set(prefixes[p]!.join(), prefixes[p]!);
    }
    const ends = endsFor(nfa, loops, word);
    // Where matching may begin anywhere, a beginning that matches nothing keeps the first try from succeeding.
    if (nfa.restart >= 0) beginnings.set("refused", ends[0]);
    for (const end of ends) for (const beginning of [...beginnings.values()].slice(0, 7)) add(beginning, word, end);
  }
  return out;
}

/** One character for each set of loops that it keeps going. */
function singleCharacters(nfa: Automaton, loops: readonly number[]): readonly Pump[] {
  const groups = new Map<string, number[]>();
  for (let code = 0; code < charactersMax; code++) {
    const key = loops.filter((p) => nfa.follow[p].includes(p) && nfa.classes[p][code]).join();
    if (key === "" || key === String(nfa.restart)) continue;
    const group = groups.get(key);
    if (group) group.push(code);
    else groups.set(key, [code]);
  }
  const sets = [...groups.values()].map((codes) => Uint8Array.from({ length: charactersMax }, (_v, code) => (codes.includes(code) ? 1 : 0)));
  sets.sort((a, b) => loopsWith(nfa, loops, b) - loopsWith(nfa, loops, a));
  return sets.slice(0, 10).map((set) => ({ word: [commonCharacter(set)], at: -1 }));
}

function loopsWith(nfa: Automaton, loops: readonly number[], set: CharacterSet): number {
  const code = commonCharacter(set);
  return loops.filter((p) => nfa.classes[p][code]).length;
}

/** Ends at which a match is likely to fail: a character that no loop of the text takes, and none at all. */
function endsFor(nfa: Automaton, loops: readonly number[], word: Codes): readonly Codes[] {
  const taking = loops.filter((p) => p !== nfa.restart && word.some((c) => nfa.classes[p][c]));
  const refused = new Uint8Array(charactersMax);
  for (let code = 0; code < charactersMax; code++) if (!taking.some((p) => nfa.classes[p][code])) refused[code] = 1;
  const unknownToAll = refused.map((v, code) => (v && !nfa.classes.some((set, p) => p !== nfa.restart && set[code]) ? 1 : 0));
  const out: Codes[] = [];
  for (const set of [unknownToAll, refused]) {
    const code = commonCharacter(set);
    if (code >= 0) out.push(code === 10 ? [10, 97] : [code]);
  }
  out.push([], [10, 10]);
  return out;
}
