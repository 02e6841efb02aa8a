/**
 * What a stretch of a review points to: lines, files, functions, names, code.
 *
 * ```text
 * Lines 12-15, 20 and 31     three ranges          app.py:12      a file and a line
 * `load_user()`              a function            `user_id`      a name
 * ```
 */
import type { Citation, TextSpan } from "./claim.ts";

/** Most citations of one stretch. */
const citationsMax = 60;
/** Most mentions of files of one review. */
const filesMax = 5_000;
/** Longest range of lines that is taken for one. */
const linesMax = 100_000;

const number = "\\d{1,6}";
const range = `L?${number}(?:[ \\t]?(?:-|–|—|\\.\\.|to|through|until)[ \\t]?L?${number})?`;
const lineWords = new RegExp(`(?<![\\w])(?:(?:line[ \\t]?(?:numbers?|nos?\\.?|ranges?)?s?|lines|loc|ll?\\.|l)(?:\\(s\\))?[*_\`\\]]{0,3}[ \\t]{0,3}[:#]?[*_\` \\t\\[(~≈]{0,6}(?:(?:like|such as|around|about|approx\\.|approximately|near|from|between|e\\.g\\.,?|including|starting (?:at|from)|at)[ \\t]{1,3}(?:lines?[ \\t])?)?(${range}(?:(?:,| and| &|, and|;| or|/)[ \\t]?${range}){0,20})|#?L(${number})(?:[ \\t]?[-–][ \\t]?L?(${number}))?)(?![\\w])`, "gi");
const oneRange = new RegExp(`L?(${number})(?:[ \\t]?(?:-|–|—|\\.\\.|to|through|until)[ \\t]?L?(${number}))?`, "gi");
const filePlace = /(?<![\w/.@-])((?:[\w.@-]{1,80}\/){0,16}[\w.-]{1,80}\.(?:py|pyx|pyi|pyw|html?|jinja2?|j2|cfg|ini|toml|ya?ml|js|ts|sql|sh|conf|json|xml|txt|md))(?![\w/])(?:(?:::|[:#(@ ][ \t]?)(?:L|line[ \t]|lines[ \t])?(\d{1,6})(?:[ \t]?[-–:][ \t]?L?(\d{1,6}))?(?!\w|\.\d))?/gi;
const codeSpan = /(`{1,3})([^`\n]{1,400}|[^`]{1,200})\1(?!`)/g;
const functionWords = /(?<![\w])(?:function|method|handler|view|endpoint|routine|helper|def|class(?:method)?|constructor|procedure)s?[ \t]+[`'"]?([A-Za-z_][\w.]{2,100})[`'"]?/g;
const wordsBeforeFunction = /[`'"]?(?<![\w.])([A-Za-z_][\w.]{2,100})(?:\(\))?[`'"]?[ \t]+(?:function|method|handler|view|endpoint|helper|class)(?![\w])/g;
const callLike = /(?<![\w.`])([A-Za-z_]\w{0,80}(?:\.[A-Za-z_]\w{0,80}){0,6})\(([^()\n]{0,80})\)/g;
const snakeCase = /(?<![\w.`/-])([a-z]\w{0,60}_\w{1,60}|_\w{2,60}|[a-z]+[A-Z]\w{1,60}|[A-Z][a-z0-9]+[A-Z]\w{1,60}|[A-Z]{2,}_[A-Z0-9_]{2,60}|[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{1,60}){1,6})(?![\w/]|\.\w)/g;
const commonWords = new Set(["the", "that", "this", "itself", "which", "does", "and", "with", "should", "must", "where", "when", "for", "not", "has", "may", "could", "can", "are", "was", "will", "its", "level", "call", "calls", "parameters", "names", "name", "here", "above", "below", "definition", "definitions", "decorator", "based", "from", "used", "returns", "handles", "handling", "body", "uses", "methods", "functions", "each", "these", "those", "two", "all", "any", "some", "other", "another", "same", "public", "private", "static", "main", "helper", "first", "second", "new", "called", "in", "of", "to", "documentation", "error", "errors", "exception"]);

/** Returns what a stretch of the review points to, in order of the text. */
export function citationsIn(text: string, span: TextSpan, fences: readonly TextSpan[] = [], max = citationsMax): readonly Citation[] {
  const collector = new Collector(text, span, max);
  collector.readFiles();
  collector.readLines();
  collector.readCode();
  collector.readWords();
  for (const fence of fences) collector.add({ kind: "quote", code: text.slice(fence.start, fence.end), start: fence.start, end: fence.end });
  return collector.done();
}

class Collector {
  private readonly words: string;
  private readonly base: number;
  private readonly found: Citation[] = [];
  private readonly max: number;

  constructor(text: string, span: TextSpan, max: number) {
    this.max = max;
    this.words = text.slice(span.start, span.end);
    this.base = span.start;
  }

  add(citation: Citation): void {
    if (this.found.length < this.max) this.found.push(citation);
  }

  private isTaken(start: number, end: number): boolean {
    return this.found.some((each) => each.start < this.base + end && this.base + start < each.end);
  }

  readFiles(): void {
    for (const match of this.words.matchAll(filePlace)) {
      const [whole, path, first, last] = match as unknown as [string, string, string | undefined, string | undefined];
      const start = this.base + match.index;
      const end = start + whole.length;
      if (/^(?:e\.g|i\.e)\b/i.test(path)) continue;
      if (first === undefined) this.add({ kind: "file", path: cleanPath(path), start, end: start + path.length });
      else this.addLines(first, last !== undefined && Number(last) >= Number(first) ? last : first, cleanPath(path), start, end);
    }
  }

  private addLines(first: string, last: string, path: string, start: number, end: number): void {
    let [from, to] = [Number(first), Number(last)];
    // "1509-16" means 1509-1516.
    if (to < from && last.length < first.length) to = Number(first.slice(0, first.length - last.length) + last);
    if (to < from) [from, to] = [to, from];
    if (from < 1 || to - from > linesMax) return;
    this.add({ kind: "lines", first: from, last: to, path, start, end });
  }

  readLines(): void {
    for (const match of this.words.matchAll(lineWords)) {
      const offset = this.base + match.index;
      if (match[2] !== undefined) {
        if (this.isTaken(match.index, match.index + match[0].length)) continue;
        this.addLines(match[2], match[3] ?? match[2], "", offset, offset + match[0].length);
        continue;
      }
      const ranges = match[1] ?? "";
      const within = match[0].indexOf(ranges);
      for (const each of ranges.matchAll(oneRange)) {
        const start = offset + within + each.index;
        if (this.isTaken(start - this.base, start - this.base + each[0].length)) continue;
        this.addLines(each[1]!, each[2] ?? each[1]!, "", start, start + each[0].length);
      }
    }
  }

  readCode(): void {
    for (const match of this.words.matchAll(codeSpan)) {
      const code = match[2]!.trim();
      const start = this.base + match.index;
      const end = start + match[0].length;
      if (code === "" || (this.isTaken(match.index, match.index + match[0].length))) continue;
      const name = /^@?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(\(\s*\))?$/.exec(code);
      if (name?.[2] !== undefined) this.add({ kind: "function", name: name[1]!, start, end });
      else if (name) this.add(this.isFunctionWord(match.index, match[0].length) ? { kind: "function", name: name[1]!, start, end } : { kind: "identifier", name: name[1]!, start, end });
      else if (/[A-Za-z_]/.test(code)) this.add({ kind: "quote", code, start, end });
    }
  }

  /** Holds if a word beside the code, or before the list that it is part of, says that it is a function. */
  private isFunctionWord(at: number, length: number): boolean {
    const before = this.words.slice(Math.max(0, at - 160), at);
    const after = this.words.slice(at + length, at + length + 24);
    return /(?:^|[^\w])(?:function|method|handler|view|endpoint|helper|routine)s?[ \t]*(?:named |called |such as |like |\()?[ \t]*(?:`[\w.]{1,80}(?:\(\))?`(?:, and |, or |, | and | or |\/)[ \t]*){0,12}$/i.test(before)
      || /^[ \t]*(?:function|method|handler|view|endpoint|helper)\b/i.test(after);
  }

  readWords(): void {
    for (const [pattern, kind] of [[functionWords, "function"], [wordsBeforeFunction, "function"], [callLike, "function"], [snakeCase, "identifier"]] as const) {
      for (const match of this.words.matchAll(pattern)) {
        const name = match[1]!.replace(/\.$/, "");
        const within = match.index + match[0].indexOf(name);
        if (commonWords.has(name.toLowerCase()) || this.isTaken(within, within + name.length) || /^(?:e\.g|i\.e|etc)$/i.test(name)) continue;
        if (kind === "function" && pattern !== callLike && !/[_.A-Z]/.test(name) && pattern !== functionWords) continue;
        if (pattern === functionWords && !/[_.A-Z`]/.test(name) && !/[`'"]/.test(match[0])) continue;
        const start = this.base + within;
        if (pattern === callLike && (match[2] ?? "").trim() !== "") this.add({ kind: "quote", code: match[0], start, end: start + match[0].length });
        else this.add({ kind, name, start, end: start + name.length });
      }
    }
  }

  done(): readonly Citation[] {
    return this.found.sort((a, b) => a.start - b.start || a.end - b.end);
  }
}

const cleanPath = (path: string): string => path.replace(/^(?:\.\/)+/, "").replace(/^[ab]\//, "");

/** Files that a text names, in order; for all of a review. */
export function filesIn(text: string): readonly Extract<Citation, { kind: "file" | "lines" }>[] {
  const collector = new Collector(text, { start: 0, end: text.length }, filesMax);
  collector.readFiles();
  return collector.done().flatMap((each) => (each.kind === "file" || each.kind === "lines" ? [each] : []));
}

/** A CWE id, with the name that stands beside it. */
export interface CweMention extends TextSpan {
  readonly id: number;
  readonly name: string;
}

const cweWords = /(?<![\w])CWE[-\s_#:]{0,3}(\d{1,4})(?![\d])/gi;

/** Returns the CWE ids of a stretch, each with the name that the review gives to it, "" if none. */
export function cwesIn(text: string, span: TextSpan): readonly CweMention[] {
  const words = text.slice(span.start, span.end);
  const out: CweMention[] = [];
  for (const match of words.matchAll(cweWords)) {
    const id = Number(match[1]);
    if (id === 1000 || out.some((each) => each.id === id)) continue;
    const after = words.slice(match.index + match[0].length, match.index + match[0].length + 200);
    const before = words.slice(Math.max(0, match.index - 200), match.index);
    out.push({ id, name: nameAfter(after) || nameBefore(before), start: span.start + match.index, end: span.start + match.index + match[0].length });
  }
  return out;
}

/** `CWE-89 (SQL Injection)`, `CWE-89: SQL Injection`, `[CWE-79] Cross-site Scripting`. */
function nameAfter(after: string): string {
  const line = after.split("\n", 1)[0]!;
  const inBrackets = /^[\]*_`"']*[ \t]*\(([^)]{3,120})\)/.exec(line) ?? /^[\]*_`"']*[ \t]*\(([^()]{0,80}\([^)]{0,60}\)[^()]{0,40})\)/.exec(line);
  if (inBrackets) return asName(inBrackets[1]!);
  const plain = /^[\]*_`]*(?:[ \t]*[:\-–—|,][ \t]*|\][ \t]*)["'“‘*_]*([A-Z][^.;:|*_`\n([]{2,110})/.exec(line);
  // What comes after a dash, or "in file", is about the place.
  return plain ? asName(plain[1]!.split(/ [-–—] | (?:in|at|on) (?:line|lines|file|function|the|[\w-]*[/.])/)[0]!) : "";
}

/** `SQL Injection (CWE-89)`, `Improper Input Validation - CWE-20`. */
function nameBefore(before: string): string {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const match = /(?:^|[.:;|*_)#\]]|\d[.)])[ \t]*["'“‘*_]*([A-Z][^.;:|*_\n]{2,120}?)["'”’*_)]*[ \t]*(?:[(\[–—-]|\bas\b)[ \t]*\[?$/.exec(line.slice(-150));
  return match ? asName(match[1]!) : "";
}

/** A name is no sentence. */
const isSentence = /^(?:the|this|it|there|in|no|none|not|an?|all|n\/a|ok|yes)\b|\s(?:is|are|was|were|does|do|can|could|may|might|has|have|will)\s/i;

const asName = (name: string): string => (isSentence.test(name.replace(/[*_`]/g, "").trim()) ? "" : bareName(name));
const bareName = (name: string): string => name.replace(/[*_`]/g, "").replace(/\s+/g, " ").replace(/[\s,:–—-]+$/, "").trim();
