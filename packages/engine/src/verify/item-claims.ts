/** What one item of a review claims: its clauses, which of them say something of their own, what they cite. */
import { cweName, cweOf, isCweWithin } from "../findings/index.ts";
import { assess, type Assessed, topicOfCwe } from "./assess.ts";
import { type CweMention, citationsIn, cwesIn } from "./citations.ts";
import type { Citation, Claim, ClaimKind, ClaimScope, Polarity, TextSpan, Wording } from "./claim.ts";
import { clausesOf, lexical, plainText, sentencesOf } from "./sentences.ts";
import type { Topic } from "./topics.ts";
import type { Part, Unit } from "./units.ts";

/** One thing said, before it has an id. */
interface Draft {
  start: number;
  end: number;
  kind: ClaimKind;
  polarity: Polarity;
  wording: Wording;
  readonly topic: Topic | undefined;
  /** What its own words point to. */
  readonly cited: Citation[];
  /** Its words do not say whether it is right or wrong: it is the lead-in of what comes after it, if that does. */
  readonly isLeadIn: boolean;
}

interface Piece extends TextSpan {
  readonly part: Part;
  readonly words: string;
  readonly isFirstClause: boolean;
}

const follows = /^\W*(?:and |so |but )?(?:this|these|it|that|they|which|such|as a result|consequently|therefore|thus|hence|an attacker|attackers|a malicious|malicious|leading|if exploited|if an attacker|the impact|in the worst case|for example|for instance|e\.g\.)(?![\w-])/;
const checksBefore = /(?:\bnot|n't|without)\s(?:\w+\s){0,2}?(?:check(?:ing)?|verify(?:ing)?|test(?:ing)?|confirm(?:ing)?|look(?:ing)? (?:up|for))\b.{0,80}\b(?:before|prior to|first)\b/;
const supposes = /\b(?:assumed|assuming|presumably|elsewhere|externally|it's possible|is possible that|likely (?:handled|managed|done)|other (?:layers?|parts?))\b/;
const givesReason = /^\W*(?:as|because|since) (?:it|they|this|these|that) (?:may|might|could|can)\b/;
const concedes = /^\W*(?:while|although|though)\b/;
const meta = /\b(?:not exhaustive|rule out|ruled out|thorough|comprehensive|further (?:review|analysis|testing)|limited context|beyond the scope|(?:these|the above|those|following) (?:points|observations|are|findings|items|suggestions)|without (?:seeing|more context|access)|more context|here are|as follows|provided snippet only|elsewhere in the codebase)\b/;

/** The claims of one item of a review. */
export class ItemClaims {
  private readonly text: string;
  private readonly unit: Unit;
  private readonly clausesLeft: number;
  /** Clauses that were read. */
  clauseCount = 0;
  private readonly drafts: Draft[] = [];
  private readonly advice: TextSpan[] = [];
  /** Places that were named before anything was claimed. */
  private readonly lead: Citation[] = [];
  private readonly cwe: CweMention | undefined;
  private readonly titleTopic: Topic | undefined;
  /** The title, or the CWE id given, names something that is wrong. */
  private readonly isDefectTitle: boolean;
  /** Only a CWE id says what is wrong, and it covers much: the words may say which. */
  private readonly isBroadTitle: boolean;
  /** What the title and the place named in the item point to. */
  private readonly shared: readonly Citation[];
  /** Words about the place. */
  private readonly placeWords: string;

  constructor(text: string, unit: Unit, clausesLeft: number) {
    this.text = text;
    this.unit = unit;
    this.clausesLeft = clausesLeft;
    const { title } = unit;
    const named = unit.parts.filter((part) => part.role === "weakness");
    this.cwe = [...(title ? cwesIn(text, title) : []), ...named.flatMap((part) => cwesIn(text, part)), ...unit.parts.flatMap((part) => (part.role === "advice" ? [] : cwesIn(text, part)))][0];
    const titled = [...(title ? [title] : []), ...named].map((span) => assess(lexical(text.slice(span.start, span.end)))).find((each) => each.topic !== undefined);
    this.titleTopic = topicMeant(this.cwe, titled);
    this.isDefectTitle = this.cwe !== undefined || titled?.hasDefect === true || titled?.hasDeniedProtection === true;
    this.isBroadTitle = this.cwe !== undefined && titled?.hasDefect !== true && ["pillar", "class"].includes(cweOf(this.cwe.id)?.abstraction ?? "");
    const places = unit.parts.filter((part) => part.role === "location" || part.role === "lines" || part.role === "evidence");
    this.shared = [...(title ? citationsIn(text, title) : []), ...places.flatMap((part) => this.citedIn(part)), ...unit.code.flatMap((code) => citationsIn(text, { start: code.start, end: code.start }, [code]))];
    this.placeWords = places.map((part) => lexical(text.slice(part.start, part.end))).join(" ");
  }

  /** Citations of a part; bare numbers of one that is about lines are lines. */
  private citedIn(part: Part): readonly Citation[] {
    const found = citationsIn(this.text, part);
    if (part.role !== "lines" || found.some((each) => each.kind === "lines")) return found;
    const numbers = [...this.text.slice(part.start, part.end).matchAll(/(\d{1,6})(?:\s?[-–]\s?(\d{1,6}))?/g)].slice(0, 20);
    return [...found, ...numbers.map((match): Citation => {
      const start = part.start + match.index;
      return { kind: "lines", first: Math.max(1, Number(match[1])), last: Math.max(Number(match[1]), Number(match[2] ?? match[1]), 1), path: "", start, end: start + match[0].length };
    })];
  }

  /** Reads the item; false if it claims nothing. */
  read(): boolean {
    for (const piece of this.pieces()) this.take(piece);
    this.joinLeadIns();
    if (this.drafts.length === 0 && this.unit.number !== "0") this.fromTitle();
    this.placeClaims();
    return this.drafts.length > 0 || this.advice.length > 0;
  }

  private pieces(): readonly Piece[] {
    const spoken = this.unit.parts.filter((part) => part.role === "text" || part.role === "effect" || part.role === "advice" || part.role === "evidence" || part.role === "location");
    const out: Piece[] = [];
    for (const part of spoken) {
      for (const sentence of sentencesOf(this.text, part)) {
        if (out.length >= this.clausesLeft) break;
        out.push(...this.clauses(sentence, part));
      }
    }
    this.clauseCount = out.length;
    return out;
  }

  /** Clauses of a sentence; those that say nothing of their own stay with the one before. */
  private clauses(sentence: TextSpan, part: Part): readonly Piece[] {
    const out: Piece[] = [];
    for (const clause of clausesOf(this.text, sentence)) {
      const words = lexical(this.text.slice(clause.start, clause.end));
      const previous = out.at(-1);
      const said = assess(words, this.titleTopic);
      const isOfAdvice = previous !== undefined && /^\W*which\b/.test(words) && assess(previous.words).isAdvice;
      if (previous !== undefined && (isOfAdvice || !isOwn(said, words))) out[out.length - 1] = { ...previous, end: clause.end, words: `${previous.words}${words}` };
      else out.push({ ...clause, part, words, isFirstClause: previous === undefined });
    }
    return out;
  }

  // ---- what each piece adds

  private take(piece: Piece): void {
    const { part, words } = piece;
    if (part.role === "advice") return void this.advice.push(piece);
    // The place was read already; what it says beside is a claim only if the item says nothing else.
    if (part.role === "location" || part.role === "evidence") return;
    if (words.trim().endsWith(":") && this.unit.number === "0") return;
    const said = assess(words, this.titleTopic);
    const last = this.drafts.at(-1);
    if (this.unit.number === "0" && last === undefined && !said.isGeneralDenied && !this.hasPlace(this.ownCited(piece))) return;
    if (this.unit.number === "0" && said.isAdvice) return;
    if (concedes.test(words) && said.topic === undefined && said.isGeneralDenied) return;
    if (meta.test(words) && said.topic === undefined && !said.isGeneralDenied) return;
    if (/\b(?:these|those|the above|they)\b.{0,40}\bnot\b.{0,40}\bdefects?\b/.test(words)) return;
    if (givesReason.test(words)) return this.add(piece, kindOf(said.topic, "weak", said), "weak", said.topic);
    const isMarker = said.topic?.kind === "comment-marker" && said.isWeak;
    if (isMarker && last === undefined) return this.add(piece, "comment-marker", "weak", said.topic);
    if (said.isAdvice && this.isConcern(words, said)) return this.add(piece, said.topic!.kind, "weak", said.topic, "conditional");
    if (said.isAdvice) return void this.advice.push(piece);
    if (checksBefore.test(words) && !this.isDefectTitle) return this.add(piece, "structure", "weak", undefined);
    if (last !== undefined && supposes.test(words)) return this.extend(last, piece, said);
    if (last !== undefined && this.extends(piece, said, last)) return this.extend(last, piece, said);
    if (said.topic === undefined && !said.isGeneral) return this.untyped(piece, said, last);
    const isNarrower = this.isBroadTitle && said.topic !== undefined && said.isWeak;
    const topic = this.isDefectTitle && last === undefined && !isNarrower ? this.titleTopic ?? said.topic : said.topic ?? (said.isGeneral && !meta.test(words) ? this.titleTopic : undefined);
    const polarity = this.unit.section === "fine" && !said.isWeak ? "fine" : said.polarity ?? (this.isDefectTitle ? "weak" : "weak");
    this.add(piece, kindOf(topic, polarity, said), polarity, topic);
  }

  /** Advice that voices a fear about the code at hand: "ensuring that these do not expose secrets is crucial". */
  private isConcern(words: string, said: Assessed): boolean {
    if (said.topic === undefined) return false;
    return /\bensur(?:e|ing)\s(?:that\s)?(?:these|this|it|they|the)\b.{0,40}\b(?:not|never)\b/.test(words) || (said.hasDeniedProtection && /\b(?:is|are|does|do) (?:not|n't)|n't\b/.test(words) && !/^\W*(?:ensure|consider|use|add|implement)/.test(words));
  }

  /** Holds for what goes on about the claim before: its consequence, its reason, or the same again. */
  private extends(piece: Piece, said: Assessed, last: Draft): boolean {
    const { part, words } = piece;
    if (part.role === "effect") return true;
    const cites = this.ownLines(piece);
    const polarity = said.polarity ?? last.polarity;
    if (polarity === "fine" && last.polarity === "fine") return this.unit.number === "0" || said.topic === undefined || said.topic === last.topic;
    if (said.topic === undefined && !said.isGeneral) return last.kind !== "structure" || !hasFunction(this.ownCited(piece));
    if (polarity !== last.polarity) return said.polarity === undefined;
    if (said.topic !== undefined && said.topic === last.topic) return cites.length === 0 || last.cited.every((each) => each.kind !== "lines");
    if (follows.test(words) && piece.isFirstClause && said.isHedged) return true;
    if (this.isDefectTitle && last.topic === this.titleTopic && cites.length === 0) return true;
    return false;
  }

  private extend(last: Draft, piece: Piece, said: Assessed): void {
    last.end = Math.max(last.end, piece.end);
    last.cited.push(...this.ownCited(piece));
    // "Exceptions are handled. No issues were found": the absence is what is claimed.
    if (last.polarity === "fine" && said.polarity === "fine" && said.isGeneralDenied && last.kind === "handled") last.kind = "absence";
    if (last.kind === "absence" && said.topic?.fine === "parameterised" && said.hasProtection && last.topic === said.topic) last.kind = "parameterised";
  }

  /** Words without a weakness: they claim something only if they name a part of the code. */
  private untyped(piece: Piece, said: Assessed, last: Draft | undefined): void {
    const cited = this.ownCited(piece);
    if (last === undefined && this.isDefectTitle) return this.add(piece, kindOf(this.titleTopic, said.polarity ?? "weak", said), said.polarity ?? "weak", this.titleTopic, undefined, said.polarity === undefined);
    if (last === undefined && this.titleTopic !== undefined && said.polarity === "fine") return this.add(piece, kindOf(this.titleTopic, "fine", { ...said, hasProtection: true }), "fine", this.titleTopic);
    if (last === undefined) this.lead.push(...cited.filter((each) => each.kind === "lines" || each.kind === "file"));
    const isPlaced = last === undefined && this.shared.some((each) => each.kind === "lines") && !said.isAdvice;
    if (isPlaced || hasFunction(cited) || (cited.some((each) => (each.kind === "identifier" ? /[_(.]/.test(each.name) : each.kind !== "file")) && this.unit.number !== "0")) {
      this.add(piece, hasFunction(cited) || cited.some((each) => each.kind === "quote") ? "structure" : "free", said.polarity ?? "fine", undefined);
    }
  }

  private add(piece: Piece, kind: ClaimKind, polarity: Polarity, topic: Topic | undefined, given?: Wording, isLeadIn = false): void {
    const wording = given ?? wordingOf(`${piece.words} ${this.drafts.length === 0 ? this.placeWords : ""}`, kind);
    this.drafts.push({ start: piece.start, end: piece.end, kind, polarity, wording, topic, cited: [...this.lead.splice(0), ...this.ownCited(piece)], isLeadIn });
  }

  /** "The module talks to a database. It binds all values": the second sentence says which of both it is. */
  private joinLeadIns(): void {
    const [first, second] = this.drafts;
    if (first === undefined || second === undefined) return;
    const isPointed = first.kind === "free" && (follows.test(lexical(this.text.slice(second.start, second.end))) || second.cited.every((each) => each.kind !== "lines"));
    if (!isPointed && (!first.isLeadIn || first.topic !== (second.topic ?? first.topic))) return;
    this.drafts.splice(0, 2, { ...second, start: first.start, cited: [...first.cited, ...second.cited] });
  }

  private ownCited(piece: TextSpan): readonly Citation[] {
    return citationsIn(this.text, piece);
  }

  private ownLines(piece: TextSpan): readonly Citation[] {
    return this.ownCited(piece).filter((each) => each.kind === "lines");
  }

  /** An item of which only the title, or the place, says something. */
  private fromTitle(): void {
    const { title, parts } = this.unit;
    const span = title ?? parts.find((part) => part.role !== "advice" && part.role !== "severity");
    if (span === undefined || this.unit.section === "advice") return;
    const words = lexical(this.text.slice(span.start, span.end));
    const said = assess(words);
    const topic = this.titleTopic ?? said.topic;
    if (topic === undefined && this.cwe === undefined && !said.isGeneral) {
      if (title !== undefined && this.shared.length > 0 && this.advice.length === 0 && this.unit.parts.length > 0) this.drafts.push({ ...span, kind: "free", polarity: "weak", wording: wordingOf(words, "free"), topic: undefined, cited: [], isLeadIn: false });
      return;
    }
    if (topic !== undefined && !this.isDefectTitle && !said.hasDeniedProtection && !said.isGeneralDenied) return;
    const polarity = said.polarity ?? "weak";
    if (topic === undefined && this.cwe === undefined && (polarity === "weak" || meta.test(words))) return;
    const location = parts.find((part) => part.role === "location");
    const end = location !== undefined && !this.hasPlace(this.shared) ? location.end : span.end;
    this.drafts.push({ start: span.start, end: Math.max(end, span.end), kind: kindOf(topic, polarity, said), polarity, wording: wordingOf(`${words} ${this.placeWords}`, "weakness"), topic, cited: [], isLeadIn: false });
  }

  private hasPlace(cited: readonly Citation[]): boolean {
    return cited.some((each) => each.kind === "lines" || each.kind === "function" || each.kind === "quote");
  }

  // ---- places that are claims of their own

  /** A title that names lines and no weakness claims that what the item is about stands there; so does quoted code with a line. */
  private placeClaims(): void {
    const { title, code } = this.unit;
    const first = this.drafts[0];
    if (first === undefined) return;
    const titleLines = title ? citationsIn(this.text, title).filter((each) => each.kind === "lines") : [];
    if (title && titleLines.length > 0 && this.titleTopic === undefined && first.kind === "structure" && hasFunction(first.cited)) {
      const functions = first.cited.filter((each) => each.kind === "function" || each.kind === "identifier");
      this.drafts.unshift({ ...title, kind: "structure", polarity: "fine", wording: "stated", topic: undefined, cited: [...functions], isLeadIn: false });
    }
    const lines = this.shared.filter((each) => each.kind === "lines");
    if (code.length > 0 && lines.length > 0 && first.wording !== "stated") {
      const quotes = this.shared.filter((each) => each.kind === "quote");
      this.drafts.push({ start: code[0]!.start, end: code[0]!.end, kind: "quote", polarity: "fine", wording: "stated", topic: undefined, cited: quotes, isLeadIn: false });
    }
  }

  // ---- ids

  /** The claims of the item under its number. */
  named(number: string): readonly Claim[] {
    const isOne = this.drafts.length === 1;
    const claims = this.drafts.map((draft, index) => this.claimOf(draft, isOne ? number : `${number}${letterOf(index)}`, index));
    this.runsOfAdvice().forEach((span, index) => {
      claims.push({
        id: `${number}-advice${index === 0 ? "" : `-${index + 1}`}`, text: plainText(this.text, span), span: { start: span.start, end: span.end }, kind: "advice", polarity: "weak",
        wording: "advice", scope: "none", weaknesses: [], cited: this.ownCited(span),
      });
    });
    return claims.sort((a, b) => Number(a.kind === "advice") - Number(b.kind === "advice") || 0);
  }

  private runsOfAdvice(): readonly TextSpan[] {
    const out: TextSpan[] = [];
    for (const span of this.advice) {
      const last = out.at(-1);
      const gap = last === undefined ? "" : this.text.slice(last.end, span.start);
      if (last !== undefined && span.start >= last.end && !/[\p{L}\p{N}]/u.test(gap)) out[out.length - 1] = { start: last.start, end: span.end };
      else out.push({ start: span.start, end: span.end });
    }
    return out;
  }

  private claimOf(draft: Draft, id: string, index: number): Claim {
    const { title } = this.unit;
    const isTitled = index === 0 && title !== undefined && title.end <= draft.start;
    const start = isTitled ? title.start : draft.start;
    const isTyped = draft.topic !== undefined || draft.kind === "absence" || draft.kind === "weakness";
    const cwe = (isTyped || index === 0) && this.cwe !== undefined && (draft.topic === undefined || draft.topic === this.titleTopic || index === 0) ? this.cwe : cwesIn(this.text, draft)[0];
    const cited = this.citedBy(draft);
    const said = plainText(this.text, draft);
    const text = isTitled ? [plainText(this.text, title).replace(/[:\s]+$/, ""), ...this.placeSentences(title.end, draft.start), said].join(": ") : said;
    return {
      id, text, span: { start, end: draft.end }, kind: draft.kind, polarity: draft.polarity, wording: draft.wording, scope: this.scopeOf(draft, cited),
      ...(cwe ? { cwe: cwe.id } : {}), ...(cwe && cwe.name !== "" ? { cweName: cwe.name } : {}), weaknesses: weaknessesOf(draft, cwe), cited,
    };
  }

  /** What stands between title and claim about the place and is no line: "Not present here, but common". */
  private placeSentences(from: number, to: number): readonly string[] {
    return this.unit.parts
      .filter((part) => part.role === "location" && part.start >= from && part.end <= to && !citationsIn(this.text, part).some((each) => each.kind === "lines"))
      .map((part) => plainText(this.text, part).replace(/[.\s]+$/, ""));
  }

  /** What a claim points to: its own words, and the place that the item names for all that it says. */
  private citedBy(draft: Draft): readonly Citation[] {
    const own = draft.cited.filter((each, index) => draft.cited.findIndex((other) => other.start === each.start && other.end === each.end) === index);
    const hasLines = own.some((each) => each.kind === "lines");
    const isSame = (a: Citation, b: Citation): boolean => a.start === b.start && a.end === b.end;
    const shared = this.shared.filter((each) => !(each.kind === "lines" && hasLines) && !own.some((other) => isSame(each, other)));
    return [...own, ...shared].sort((a, b) => a.start - b.start || a.end - b.end);
  }

  private scopeOf(draft: Draft, cited: readonly Citation[]): ClaimScope {
    const words = `${lexical(this.text.slice(draft.start, draft.end))} ${this.placeWords}`;
    if (this.hasPlace(cited) && !/\bthroughout\b/.test(words)) return "place";
    if (/\b(?:code ?base|project|application|system|repository|entire code)\b/.test(words)) return "project";
    if (/\b(?:code|file|module|snippet|class|script|throughout|source)\b/.test(words) || cited.some((each) => each.kind === "file")) return "file";
    return "none";
  }
}

/** What an item is about: its CWE id says so, unless its words name another weakness that the id has nothing to do with. */
function topicMeant(cwe: CweMention | undefined, titled: Assessed | undefined): Topic | undefined {
  const byId = cwe ? topicOfCwe(cwe.id) : undefined;
  const byWords = titled?.topic;
  if (cwe === undefined || byWords === undefined || !titled!.hasDefect) return byId ?? byWords;
  const isRelated = byWords.cwe.length === 0 || byWords.cwe.some((id) => isCweWithin(id, cwe.id) || isCweWithin(cwe.id, id));
  return isRelated ? byId ?? byWords : byWords;
}

/** Holds for a clause that says something of its own. */
function isOwn(said: Assessed, words: string): boolean {
  return said.topic !== undefined || said.isGeneral || said.isAdvice || (said.isHedged && /\b(?:lead|cause|result|technical debt|problem)/.test(words));
}

const hasFunction = (cited: readonly Citation[]): boolean => cited.some((each) => each.kind === "function");

function kindOf(topic: Topic | undefined, polarity: Polarity, said: Assessed): ClaimKind {
  if (topic === undefined) return polarity === "fine" && said.isGeneralDenied ? "absence" : "free";
  if (polarity === "weak") return topic.kind;
  if (topic.kind === "comment-marker") return "comment-marker";
  if (!said.hasProtection || said.isGeneralDenied) return "absence";
  return said.hasDeniedDefect && topic.fine !== "parameterised" ? "absence" : topic.fine;
}

function wordingOf(words: string, kind: ClaimKind): Wording {
  const { isConditional, isHedged, isUniversal } = assess(words);
  if (kind === "advice") return "advice";
  if (isConditional) return "conditional";
  if (isUniversal) return "universal";
  return isHedged ? "hedged" : "stated";
}

/** The id that the review gives, else those that the words mean: the ones below the given id come first. */
function weaknessesOf(draft: Draft, cwe: CweMention | undefined): readonly number[] {
  const ofWords = draft.topic?.cwe ?? [];
  if (cwe === undefined || cweName(cwe.id) === "") return ofWords;
  const isRelated = ofWords.length === 0 || ofWords.some((id) => isCweWithin(id, cwe.id) || isCweWithin(cwe.id, id));
  // A number that has nothing to do with the words is a slip: the words say what is meant.
  if (!isRelated) return ofWords;
  const within = ofWords.filter((id) => id !== cwe.id && (isCweWithin(id, cwe.id) || ofWords.includes(cwe.id)));
  return [cwe.id, ...within];
}

const letterOf = (index: number): string => (index < 26 ? String.fromCharCode(97 + index) : `z${index - 24}`);
