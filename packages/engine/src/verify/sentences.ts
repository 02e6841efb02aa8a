/** Text of a review as sentences and clauses, each a span, and as plain words. */
import type { TextSpan } from "./claim.ts";

/** Longest sentence; what goes on after it is the next one. */
export const sentenceCharactersMax = 2_000;

const endsEarly = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|fig|sec|no|ln|l|ll|pp|p|dr|mr|ms|st|ca|al)|\s[A-Za-z])\.$/i;

/** Cuts a span into sentences: at a full stop, question or exclamation mark before a blank, outside of code. */
export function sentencesOf(text: string, span: TextSpan): readonly TextSpan[] {
  const out: TextSpan[] = [];
  let start = skipBlanks(text, span.start, span.end);
  let isCode = false;
  for (let at = start; at < span.end; at++) {
    const character = text.charAt(at);
    if (character === "`") isCode = !isCode;
    else if (character === "\n" && text.charAt(at + 1) === "\n") isCode = false;
    const isLong = at - start >= sentenceCharactersMax && /\s/.test(character);
    if (!isLong && (isCode || !isSentenceEnd(text, at, start, span.end))) continue;
    let end = at + 1;
    while (end < span.end && /[.!?)"'*_”’]/.test(text.charAt(end))) end++;
    pushSpan(text, out, start, end);
    start = skipBlanks(text, end, span.end);
    at = start - 1;
  }
  pushSpan(text, out, start, span.end);
  return out;
}

function isSentenceEnd(text: string, at: number, start: number, end: number): boolean {
  const character = text.charAt(at);
  if (character === ";") return /\s/.test(text.charAt(at + 1));
  if (character !== "." && character !== "!" && character !== "?") return false;
  let next = at + 1;
  while (next < end && /[)"'*_”’]/.test(text.charAt(next))) next++;
  if (next < end && !/\s/.test(text.charAt(next))) return false;
  while (next < end && /\s/.test(text.charAt(next))) next++;
  if (next >= end) return true;
  if (endsEarly.test(text.slice(Math.max(start, at - 12), at + 1))) return false;
  return !/[a-z]/.test(text.charAt(next));
}

function pushSpan(text: string, out: TextSpan[], start: number, end: number): void {
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  if (/[\p{L}\p{N}`]/u.test(text.slice(start, end))) out.push({ start, end });
}

function skipBlanks(text: string, at: number, end: number): number {
  while (at < end && /\s/.test(text.charAt(at))) at++;
  return at;
}

/** Where a sentence turns: what comes after may say another thing. */
const turns = /(?:,|\s[-–—])?\s(?:but(?! (?:rather|instead|also|only)\b)|however|although|though|whereas|yet)\s|,\swhich\s(?=(?:may|might|could|can)\b)|,\sand\s(?=(?:also|may|might|could|can|does|do|is|are|the|this|it|they)\b)|\s(?:as|because|since)\s(?=(?:it|they|this|these|that)\s(?:may|might|could|can)\b)|,\s(?=while\s)|(?<!\d):\s(?=(?:the|there|it|this|no|an?)\s)/gi;

/** Cuts a sentence at its turns. The cut pieces follow each other without a gap. */
export function clausesOf(text: string, span: TextSpan): readonly TextSpan[] {
  const out: TextSpan[] = [];
  const sentence = text.slice(span.start, span.end);
  let start = 0;
  for (const match of sentence.matchAll(turns)) {
    if (isInCode(sentence, match.index)) continue;
    if (match.index > start) out.push({ start: span.start + start, end: span.start + match.index });
    start = match.index + 1;
  }
  out.push({ start: span.start + start, end: span.end });
  return out;
}

/** Holds for an offset between two backticks. */
function isInCode(sentence: string, at: number): boolean {
  let isCode = false;
  for (let i = sentence.indexOf("`"); i >= 0 && i < at; i = sentence.indexOf("`", i + 1)) isCode = !isCode;
  return isCode;
}

/** The words of a span on one line, without the marks of Markdown and quoted mail. */
export function plainText(text: string, span: TextSpan): string {
  return text.slice(span.start, span.end).replace(/\n[ \t]*>+/g, "\n").replace(/\*\*|(?<=^|\s)\*(?=\S)|(?<=\S)\*(?=\s|$)/g, "").replace(/\s+/g, " ").trim();
}

/** Code that says what it is about. */
const tellingCode = /yaml\.load|pickle\.loads?|shell\s?=\s?True|verify\s?=\s?False|os\.system|eval\(|exec\(|\bmd5\b|\bsha1\b|debug\s?=\s?True|mktemp\b|except:\s?pass/gi;

/** Plain words in lower case for the lexicon: quotes are straight, code is left out unless it is a word. */
export function lexical(text: string): string {
  return text.replace(/[’‘]|â€™/g, "'").replace(/[“”]/g, '"').replace(/`[^`]*`/g, (code) => (/^`[\w ]{1,24}`$/.test(code) ? `'${code.slice(1, -1)}'` : ` ${(code.match(tellingCode) ?? ["`"]).join(" ")} `)).toLowerCase().replace(/\s+/g, " ");
}
