/** What a clause says: of which weakness, that it is there or not, and how surely. */
import { isCweWithin } from "../findings/index.ts";
import type { Polarity } from "./claim.ts";
import { isAdvice, isConditional, isHedged, isPraise, isUniversal, type Judged, judgeMentions, mentionsIn } from "./lexicon.ts";
import { type Topic, topics } from "./topics.ts";

export interface Assessed {
  readonly topic: Topic | undefined;
  /** Words for any weakness occur. */
  readonly isGeneral: boolean;
  /** "No issues were found." */
  readonly isGeneralDenied: boolean;
  readonly isWeak: boolean;
  /** Undefined if the words do not decide. */
  readonly polarity: Polarity | undefined;
  readonly hasDefect: boolean;
  readonly hasProtection: boolean;
  readonly hasDeniedProtection: boolean;
  readonly hasDeniedDefect: boolean;
  readonly isHedged: boolean;
  readonly isConditional: boolean;
  readonly isUniversal: boolean;
  readonly isAdvice: boolean;
}

/** "Not applicable.", "None found.", "the file is secure": no weakness of any kind is meant to be there. */
const deniesAll = /^\W*(?:cwe-\d{1,4}\W{0,3}(?:\([^)]{0,120}\)\W{0,3})?)?(?:none(?! of\b)(?: found| identified| detected| observed)?|n\/?a|not applicable|nothing (?:found|to report|of note)|not (?:found|detected|observed)|pass(?:ed)?|clean|ok)(?![\w-])|(?<!\w)(?:code|file|module|function|application|implementation|snippet|project|service|change|patch|class|script|it) (?:\w+ ){0,3}?(?:is|are|appears?|looks?|seems?)(?: to be)? (?:\w+ ){0,2}?(?:secure|safe|free (?:of|from) (?:\w+ ){0,2}(?:issues|vulnerabilities|defects|flaws))(?![\w-])/;

/** Words before which only examples, purposes or consequences are named. */
const demotes = /(?:such as|like|e\.g\.,?|including|lead(?:s|ing)? to|prevent(?:s|ing)?|resulting in|cause|causing|risk of|protect(?:s|ed|ing)? against|to avoid|vulnerable to|(?:susceptible|prone) to|in case of|could (?:be|become)|used for|opens? the door to)[\w\s'",/-]{0,60}$/;

/** Reads one clause; `words` is lexical text, `expected` what the title around it is about. */
export function assess(words: string, expected?: Topic): Assessed {
  const judged = judgeMentions(words, mentionsIn(words));
  const specific = judged.filter((each) => each.topic !== undefined);
  const general = judged.filter((each) => each.topic === undefined && each.role === "defect");
  const isUnprotected = judged.some((each) => each.topic === undefined && each.role === "protection" && each.isDenied);
  const main = mainOf(words, specific, general, expected);
  const isGeneralDenied = general.some((each) => each.isDenied) || deniesAll.test(words);
  const deciding = main === undefined ? [] : specific.filter((each) => each.topic === main.topic || !isDemoted(words, each));
  return {
    topic: main?.topic,
    isGeneral: general.length > 0 || isGeneralDenied, isGeneralDenied,
    isWeak: isUnprotected || deciding.some((each) => each.isWeak) || (main === undefined && general.some((each) => each.isWeak)),
    polarity: isUnprotected ? "weak" : deniesAll.test(words) && deciding.every((each) => !each.isWeak) ? "fine" : polarityOf(words, deciding, general),
    hasDefect: specific.some((each) => each.role === "defect"),
    hasProtection: specific.some((each) => each.role === "protection" && !each.isDenied),
    hasDeniedProtection: specific.some((each) => each.role === "protection" && each.isDenied),
    hasDeniedDefect: deciding.some((each) => each.role === "defect" && each.isDenied),
    isHedged: isHedged(words), isConditional: isConditional(words), isUniversal: isUniversal(words), isAdvice: isAdvice(words),
  };
}

/** The first weakness that is not named as an example or a consequence; a denied "any issue" comes before examples. */
function mainOf(words: string, specific: readonly Judged[], general: readonly Judged[], expected: Topic | undefined): Judged | undefined {
  const direct = specific.filter((each) => !isDemoted(words, each));
  const same = direct.find((each) => expected !== undefined && each.topic === expected && (each.role !== "subject" || direct.every((other) => other.role === "subject")));
  if (same !== undefined) return same;
  const best = direct.find((each) => each.role !== "subject" && !generic.has(each.topic?.name ?? "")) ?? direct.find((each) => each.role !== "subject") ?? direct[0];
  if (best !== undefined) return best;
  return general.some((each) => each.isDenied) ? undefined : specific[0];
}

/** Topics that say how, where another one says what. */
const generic: ReadonlySet<string> = new Set(["injection", "input validation"]);

const isDemoted = (words: string, mention: Judged): boolean => demotes.test(words.slice(Math.max(0, mention.at - 90), mention.at));

function polarityOf(words: string, deciding: readonly Judged[], general: readonly Judged[]): Polarity | undefined {
  const told = deciding.filter((each) => each.role !== "subject");
  if (general.some((each) => each.isDenied) && told.every((each) => !each.isWeak || each.role === "defect")) {
    // "No issues related to improper access control": the denied word decides for what is related to it.
    const denied = general.find((each) => each.isDenied)!;
    if (told.every((each) => !each.isWeak || each.at > denied.at)) return "fine";
  }
  if (told.some((each) => each.isWeak)) return "weak";
  if (told.length > 0) return "fine";
  if (general.some((each) => each.isWeak)) return "weak";
  return isPraise(words) ? "fine" : undefined;
}

/** The part of the lexicon that a CWE id belongs to: the one that names it, else the nearest one above it. */
export function topicOfCwe(id: number): Topic | undefined {
  return topics.find((topic) => topic.cwe[0] === id) ?? topics.find((topic) => topic.cwe.includes(id))
    ?? topics.find((topic) => topic.cwe.length > 0 && !broad.has(topic.cwe[0]!) && isCweWithin(id, topic.cwe[0]!));
}

/** Pillars: what lies below one of them says nothing about which of its weaknesses is meant. */
const broad = new Set([284, 435, 664, 682, 691, 693, 697, 703, 707, 710, 400]);
