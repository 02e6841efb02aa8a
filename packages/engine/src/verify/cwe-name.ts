/** Whether the name that a review gives to a CWE id is the name of that weakness. */
import { cweName, cweOf } from "../findings/index.ts";
import { topics } from "./topics.ts";

/** Ids of the list are below this. */
const idMax = 1_500;
/** A name that shares this much with the right one is a short form of it. */
const sameMin = 0.5;
/** A name that shares this much with another one is that one. */
const otherMin = 0.75;

const small = new Set(["of", "the", "a", "an", "in", "to", "and", "or", "for", "with", "by", "on", "used", "use", "improper", "special", "elements", "via", "during"]);

/**
 * Says what is wrong with a CWE id and the name given to it, "" if nothing is.
 *
 * @example
 * ```ts
 * nameMismatch(259, "Use of Hard-coded Credentials"); // => "CWE-259 is … Hard-coded Password; … Credentials is CWE-798"
 * ```
 */
export function nameMismatch(id: number, given: string): string {
  const name = cweName(id);
  if (name === "") return `CWE has no weakness ${id}`;
  if (given === "" || isSameName(id, name, given)) return "";
  const other = bestOther(id, given);
  const meant = other === undefined ? "" : `; the name given is nearest to CWE-${other}, "${cweName(other)}"`;
  return `CWE-${id} is "${name}", not "${given}"${meant}`;
}

function isSameName(id: number, name: string, given: string): boolean {
  const [left, right] = [wordsOf(name), wordsOf(given)];
  if (right.length === 0 || left.join(" ") === right.join(" ")) return true;
  const short = /\('([^']+)'\)/.exec(name)?.[1];
  if (short !== undefined && right.join(" ").includes(wordsOf(short).join(" "))) return true;
  // A name that another weakness bears word by word is that one's.
  if (exactOther(id, given) !== undefined) return false;
  const own = likeness(left, right);
  const other = bestOther(id, given);
  // A name that fits another weakness twice as well is that one's, whatever it is called elsewhere.
  if (other !== undefined && own * 2 < likeness(wordsOf(cweName(other)), right)) return false;
  if (own >= sameMin || right.every((word) => left.includes(word))) return true;
  const words = given.toLowerCase();
  return topics.some((topic) => topic.cwe.includes(id) && [...topic.defects, ...topic.protections, topic.name].some((phrase) => words.includes(phrase.replaceAll("*", "").toLowerCase())));
}

const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().replace(/hard[- ]coded/g, "hardcoded").match(/[a-z0-9]+/g) ?? []).map((word) => (word.length > 4 ? word.replace(/(?:ies|es|s)$/, "") : word)).filter((word) => !small.has(word));

/** Shared words over all words. */
function likeness(left: readonly string[], right: readonly string[]): number {
  const all = new Set([...left, ...right]);
  return all.size === 0 ? 0 : [...new Set(left)].filter((word) => right.includes(word)).length / all.size;
}

interface KnownName {
  readonly id: number;
  /** Letters and digits, in lower case. */
  readonly plain: string;
  readonly words: readonly string[];
}

let names: readonly KnownName[] | undefined;

/** All names of the list that are in use, read once. */
function knownNames(): readonly KnownName[] {
  if (names === undefined) {
    const out: KnownName[] = [];
    for (let id = 1; id < idMax; id++) {
      const known = cweOf(id);
      if (known !== undefined && known.status !== "deprecated" && known.status !== "obsolete") out.push({ id, plain: plainOf(known.name), words: wordsOf(known.name) });
    }
    names = out;
  }
  return names;
}

const plainOf = (text: string): string => (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).join(" ");

function exactOther(id: number, given: string): number | undefined {
  const plain = plainOf(given);
  return knownNames().find((name) => name.id !== id && name.plain === plain)?.id;
}

function bestOther(id: number, given: string): number | undefined {
  const exact = exactOther(id, given);
  if (exact !== undefined) return exact;
  const words = wordsOf(given);
  let best: number | undefined;
  let bestScore = otherMin - Number.EPSILON;
  for (const name of knownNames()) {
    const score = name.id === id ? 0 : likeness(name.words, words);
    if (score > bestScore) [best, bestScore] = [name.id, score];
  }
  return best;
}
