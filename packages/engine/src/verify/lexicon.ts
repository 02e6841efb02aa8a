/** Finds words of the lexicon in a clause, with what denies them. */
import { generalDefects, generalProtections, type Topic, topics } from "./topics.ts";

/** A word of the lexicon in a clause. */
export interface Mention {
  /** Undefined for a word that means any weakness, or any protection. */
  readonly topic: Topic | undefined;
  /** Names something wrong, what protects from it, or only what it is about. */
  readonly role: "defect" | "protection" | "subject";
  readonly at: number;
  readonly end: number;
}

const wordsBetween = "(?:[^\\s]+ ){0,4}?";

/** One pattern for a list of phrases: no part of it can match the same text in many ways. */
function patternOf(phrases: readonly string[]): RegExp {
  const parts = [...phrases].sort((a, b) => b.length - a.length).map((phrase) =>
    phrase.split(" ").map((word, index, all) => (word === "*" ? wordsBetween : partOf(word) + (index + 1 < all.length ? " " : ""))).join(""));
  return new RegExp(`(?<![\\w-])(?:${parts.join("|")})(?![\\w])`, "g");
}

const partOf = (word: string): string => word.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[\\w-]*");

interface Finder {
  readonly topic: Topic | undefined;
  readonly role: Mention["role"];
  readonly pattern: RegExp;
}

let finders: readonly Finder[] | undefined;

function readFinders(): readonly Finder[] {
  finders ??= [
    ...topics.flatMap((topic): Finder[] => [
      ...(topic.defects.length > 0 ? [{ topic, role: "defect" as const, pattern: patternOf(topic.defects) }] : []),
      ...(topic.protections.length > 0 ? [{ topic, role: "protection" as const, pattern: patternOf(topic.protections) }] : []),
      ...(topic.subjects ? [{ topic, role: "subject" as const, pattern: patternOf(topic.subjects) }] : []),
    ]),
    { topic: undefined, role: "defect", pattern: patternOf(generalDefects) },
    { topic: undefined, role: "protection", pattern: patternOf(generalProtections) },
  ];
  return finders;
}

/** Returns the words of the lexicon in lexical text, in order; of several at one place the longest. */
export function mentionsIn(words: string): readonly Mention[] {
  const found: Mention[] = [];
  for (const { topic, role, pattern } of readFinders()) {
    for (const match of words.matchAll(pattern)) found.push({ topic, role, at: match.index, end: match.index + match[0].length });
  }
  found.sort((a, b) => a.at - b.at || b.end - a.end || Number(a.topic === undefined) - Number(b.topic === undefined));
  const out: Mention[] = [];
  let end = -1;
  for (const mention of found) {
    if (mention.at < end) continue;
    out.push(mention);
    end = mention.end;
  }
  return out;
}

/** Denies a weakness and a protection alike. */
const denials = /(?<![\w-])(?:no|not|none|never|neither|nor|without|cannot|\w+n't|free (?:of|from)|absence of|nothing|nowhere|isnt|doesnt|dont|wasnt|didnt|rather than|instead of)(?![\w-])/g;
/** Says that a protection is not there. */
const deficits = /(?<![\w-])(?:lacks?|lacking|missing|absent|insufficient(?:ly)?|inadequate(?:ly)?|improper(?:ly)?|incomplete|incorrect(?:ly)?|poor(?:ly)?|weak|disabl(?:es|ed|ing)|turn(?:s|ed|ing)? off|switch(?:es|ed|ing)? off|fail(?:s|ed|ing|ure)?(?: to)?|omit(?:s|ted)?|skip(?:s|ped|ping)?|neglects?|forgets?|bypass(?:es|ed|ing|able)?|inconsistent(?:ly)?|unclear|misses|flawed|broken|limited|minimal|unhandled)(?![\w-])/g;
/** Says that a weakness is kept away. */
const averts = /(?<![\w-])(?:avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|mitigat(?:es|ed|ing)|protect(?:s|ed|ing|ion)?(?: (?:against|from))?|safeguard(?:s|ed)?(?: against| from)?|safe (?:from|against)|guards? against|eliminat(?:es|ed|ing)|immune(?: to| from)?|reduces?(?: the)? (?:risk|chance|likelihood) of|unlikely|minimi[sz]es?|secure against|rules out|safer than|resistant to|defen[ds]+s? against)(?![\w-])/g;
/** What stands after a word and denies it: "… were not found". */
const deniedAfter = /^[^.;:]{0,60}?(?<![\w-])(?:(?:is|are|was|were|has been|have been|seems?|appears?)(?: to be)?(?: also)? (?:not |n't |nowhere |never )(?:\w+ ){0,2}?(?:enabled|enforced|performed|checked|implemented|required|applied|used|set|done|in place|validated|verified|found|detected|observed|identified|present|seen|visible|apparent|noted|a concern|an issue|possible|applicable|evident)|(?:isn't|aren't|wasn't|weren't) (?:\w+ ){0,2}?(?:enabled|enforced|performed|checked|implemented|required|applied|used|set|done|in place|validated|verified|found|detected|observed|identified|present|seen|visible|apparent|noted|a concern|an issue|a problem|possible)|(?:is|are|was|were) (?:avoided|prevented|mitigated|absent|unlikely|ruled out|impossible|averted|disabled|missing|lacking|skipped|bypassed|omitted|turned off|switched off)|none (?:found|detected|observed|identified|seen)|not (?:found|detected|observed|identified|applicable|present))/;
/** Where what was denied before is denied no more. */
const denialEnds = /(?<![\w-])(?:but|however|although|leading to|leads to|which|so that|thus|therefore|resulting in|causing|could|might|may|while|whereas|before|until|allowing|allows|making|because|and (?:thus|so|is|are|it|the))(?![\w-])/;

export interface Judged extends Mention {
  /** The weakness is asserted, or the protection denied. */
  readonly isWeak: boolean;
  readonly isDenied: boolean;
}

/** Most characters between a word that denies and what it denies. */
const reachMax = 90;

/** Protections that are something done, and not only named. */
const isDone = /^(?:handles?|catch|close[sd]|releases|validate[sd]|sanitize[sd]|sanitise[sd]|parameteri|binds?|bound|escape[sd]|html-escape|redact|masked|scrubbed|encrypted|authenticat(?:es|ed)|authoriz(?:es|ed)|orm\b|prepared|placeholder|safe_load|safeloader|constructed safely|checks|verif(?:ies|ied)|exceptions are|errors are|is caught|thread-safe|thread safe|atomic|values are|quer\w* are|follows|coding|pep|control flow)/;
/** Words that say that a protection is there. */
const isThereBefore = /(?<![\w-])(?:uses?|using|has|have|with|via|through|by|includes?|contains?|employs?|implements?|relies on|rel(?:y|ies) (?:up)?on|provides?|applies|enforces?|performs?|there (?:is|are)|features?|leverages?|adds?|appl(?:y|ied)|demonstrates?|instances of|properly|correctly|consistent|robust|thanks to|inside(?: of)?(?: an?)?|does)\b[^.;:]{0,40}$/;
const isThereAfter = /^[^.;:]{0,30}?(?<![\w-])(?:is|are|was|were|looks?|appears?|seems?)(?: \w+){0,2}? (?:done|used|present|implemented|in place|enforced|performed|applied|good|fine|solid|correct|correctly|proper|properly|adequate|appropriate|sound|well|handled|consistent|safe|checked|made)(?![\w-])/;

/** Says of each mention whether the clause asserts or denies it. */
export function judgeMentions(words: string, mentions: readonly Mention[]): readonly Judged[] {
  const denied = indexesOf(words, denials);
  const lacking = indexesOf(words, deficits);
  const averted = indexesOf(words, averts);
  const out: Judged[] = [];
  for (const mention of mentions) {
    const previous = out.at(-1);
    const between = previous === undefined ? "" : words.slice(previous.end, mention.at);
    const isListed = previous !== undefined && previous.role === mention.role && between.length <= 40 && !denialEnds.test(between)
      && /^(?:[\w'" -]*(?:,|\/| or | and | nor | such as | like | related to | regarding | in | into | of |\())|^\s*$|^ ?(?:\w+ ){0,2}into $/.test(between);
    const from = Math.max(previous === undefined ? 0 : previous.end, mention.at - reachMax);
    const isNot = reaches(words, denied, from, mention.at);
    const isLacking = mention.role === "protection" && reaches(words, lacking, from, mention.at);
    const isAverted = mention.role === "defect" && (reaches(words, averted, from, mention.at) || deniedAfter.test(words.slice(mention.end, mention.end + 90)));
    const isDeniedLater = mention.role === "protection" && deniedAfter.test(words.slice(mention.end, mention.end + 90));
    let isDenied = isNot !== (isLacking || isAverted) || isDeniedLater;
    if (!isNot && !isLacking && !isAverted && !isDeniedLater && isListed) isDenied = previous.isDenied;
    // "In the exception handler" names a protection, and does not say that it is there.
    const word = words.slice(mention.at, mention.end);
    if (mention.role === "protection" && !isDenied && !isDone.test(word) && !isThereBefore.test(words.slice(Math.max(0, mention.at - 60), mention.at)) && !isThereAfter.test(words.slice(mention.end, mention.end + 70))) {
      out.push({ ...mention, role: "subject", isDenied: false, isWeak: false });
      continue;
    }
    out.push({ ...mention, isDenied, isWeak: mention.role !== "subject" && (mention.role === "defect") !== isDenied });
  }
  return out;
}

/** Holds if one of the places lies in the stretch and nothing after it ends its reach. */
function reaches(words: string, places: readonly number[], from: number, to: number): boolean {
  return places.some((at) => at >= from && at < to && !denialEnds.test(words.slice(at, to)));
}

function indexesOf(words: string, pattern: RegExp): readonly number[] {
  return [...words.matchAll(pattern)].map((match) => match.index);
}

const hedges = /(?<![\w-])(?:may|might|could|can|potential(?:ly)?|possibl[ey]|perhaps|seems?|seemingly|appears?|apparently|likely|probably|presumably|suggests?|would|unclear|assumed|assuming|raises the question|generally|theoretically|arguably|in theory)(?![\w-])/;
const conditions = /(?<![\w-])(?:if|unless|in case|provided that|depending on|in the event|as long as|assuming(?: that)?|when (?:the|an?) \w+ (?:is|are) (?:tampered|misconfigured|compromised))(?![\w-])/;
const universals = /(?<![\w-])(?:throughout|everywhere|across (?:the|various|all|multiple|many|several)|numerous|various|all|every|always|consistently|many places|several places|multiple places|in general|generally|entire|whole|any|overall)(?![\w-])/;
const adviceBegins = /^(?:\W*(?:therefore|thus|also|additionally|moreover|finally|please|instead|to (?:fix|mitigate|address|resolve|remediate|prevent|avoid) [^,]{0,80},|for [^,]{0,60},)[, ]+)?(?:use|ensure|implement|consider|avoid|validate|sanitize|sanitise|add|replace|store|make sure|review|introduce|refactor|wrap|move|limit|restrict|enforce|apply|switch|adopt|check|encrypt|escape|rotate|remove|catch|log|handle|close|update|upgrade|require|set|verify|perform|conduct|keep|prefer|never|always|do not|don't|employ|utilize|utilise|create|rewrite|specify|define|configure|document|test|monitor|audit|address|fix|call|pass|return|raise|bind|lock|hash|disable|enable|change|include|provide|follow|design|treat|assign|reject|generate|load|read|put|let)(?![\w-]| of\b| in\b)/;
const adviceWords = /(?<![\w-])(?:should|recommend(?:ed|s|ation|ations)?|advis(?:able|ed)|suggest(?:ed|ion|ions)?|it(?:'s| is| would be) (?:also )?(?:\w+ )?(?:important|crucial|essential|necessary|advisable|best|better|vital|worth|good|wise|critical|prudent|imperative)|(?:is|are|remains?|may be) (?:\w+ )?(?:crucial|essential|important|necessary|advisable|vital|imperative)|must|needs? to be|need to|ought to|would be (?:better|good|safer|wise|prudent)|could be improved|can be improved|better to|i'd|we'd|you may want|may want to|please|best practice)(?![\w-])/;

export const isHedged = (words: string): boolean => hedges.test(words);
export const isConditional = (words: string): boolean => conditions.test(words);
export const isUniversal = (words: string): boolean => universals.test(words);
export const isAdvice = (words: string): boolean => adviceBegins.test(words) || adviceWords.test(words);

const praises = /(?<![\w-])(?:proper(?:ly)?|appropriate(?:ly)?|correct(?:ly)?|safe(?:ly)?|secure(?:ly)?|well|good practices?|best practices|robust(?:ly)?|sound|adequate(?:ly)?|follows|adheres|conforms|safeguarded|protected|sufficient(?:ly)?|careful(?:ly)?|fine|solid|as expected|clean)(?![\w-])/;

/** Holds for words that say that something is as it should be, and do not deny it. */
export function isPraise(words: string): boolean {
  const match = praises.exec(words);
  return match !== null && !reaches(words, indexesOf(words, denials), Math.max(0, match.index - 40), match.index);
}
