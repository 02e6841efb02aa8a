/**
 * Ties a claim to lines of the project, and tells by how much the lines that it cites are off.
 *
 * ```text
 * cited 26-36 and 39-51, for load() and save()    load stands at 29-39, save at 42-53: drift +3
 * ```
 * Cited lines may be those of another revision. They are moved by a few lines to where ranges begin and end with statements
 * and hold what the claim speaks of. They stay where they are unless another place fits clearly better.
 */
import type { Anchor, Citation, Claim } from "./claim.ts";
import { isSameCode, plainCode, quoteLines } from "./quoted.ts";
import type { FunctionPlace, Project, Region } from "./project.ts";

/** A claim with its places. */
export interface Anchored {
  /** Places that the claim names, none if it names none that the project has. */
  readonly anchors: readonly Anchor[];
  readonly drift: number | null;
  /** Files that the claim is about. */
  readonly files: readonly string[];
  /** Cited places that the project does not have, as text: "line 900 of app.py, which has 40 lines". */
  readonly missing: readonly string[];
}

/** Lines that cited ones may be off. */
const driftMax = 30;
/** How much better another place must fit. */
const gainMin = 2.5;
/** Cost of one line of drift. */
const driftCost = 0.25;
/** What it says for a place that a range there holds what the claim speaks of, and at most for one range. */
const contentsScore = 3;
const contentsMax = 6;
/** Most functions of one name that are taken for the one meant. */
const homonymsMax = 1;

type Lines = Extract<Citation, { kind: "lines" }>;

/**
 * Ties one claim to the project; `targets` are the files that the whole review is about, `companions` the claims that cite the
 * same lines: what any of them speaks of tells by how much the lines are off.
 */
export function anchorClaim(project: Project, claim: Claim, targets: readonly string[], companions: readonly Claim[] = [claim]): Anchored {
  const lines = claim.cited.filter((each): each is Lines => each.kind === "lines");
  const named = [...new Set(claim.cited.flatMap((each) => (each.kind === "file" || (each.kind === "lines" && each.path !== "") ? project.find(each.path, targets) ?? [] : [])))];
  const functions = functionsOf(project, claim, named.length > 0 ? named : targets);
  const files = named.length > 0 ? named : targets.length > 0 ? targets : [...new Set(functions.map((each) => each.path))];
  const missing = claim.cited.flatMap((each) => (each.kind === "file" || (each.kind === "lines" && each.path !== "") ? (project.find(each.path, targets) === undefined ? [`${each.path} is no file of the project`] : []) : []));
  if (lines.length > 0) {
    const byLine = anchorLines(project, companions, lines, files, targets);
    return { ...byLine, files, missing: [...missing, ...byLine.missing] };
  }
  const quoted = anchorQuotes(project, claim, files);
  if (quoted.length > 0) return { anchors: quoted, drift: null, files: files.length > 0 ? files : [quoted[0]!.path], missing };
  const anchors = functions.map((each): Anchor => ({ path: each.path, first: each.first, last: each.last, drift: null, how: "identifier" }));
  const whole = files.map((path): Anchor => ({ path, first: 1, last: project.lineCount(path), drift: null, how: "file" }));
  return { anchors: anchors.length > 0 ? anchors : whole, drift: null, files, missing };
}

/** Functions of the project that a claim names, each once; a name that many bear names none. */
export function functionsOf(project: Project, claim: Claim, files: readonly string[]): readonly FunctionPlace[] {
  const out: FunctionPlace[] = [];
  for (const each of claim.cited) {
    if (each.kind !== "function" && each.kind !== "identifier") continue;
    const all = project.functionsNamed(each.name).map((fn) => project.placeOf(fn));
    const inFiles = all.filter((place) => files.includes(place.path));
    const product = all.filter((place) => project.fileOf(place.path)?.role === "product");
    const meant = inFiles.length > 0 ? inFiles.slice(0, 4) : each.kind === "function" && product.length <= homonymsMax ? product : [];
    for (const place of meant) if (!out.some((other) => other.fn.id === place.fn.id)) out.push(place);
  }
  return out;
}

function anchorLines(
  project: Project, companions: readonly Claim[], lines: readonly Lines[], files: readonly string[], targets: readonly string[],
): Pick<Anchored, "anchors" | "drift" | "missing"> {
  const anchors: Anchor[] = [];
  const missing: string[] = [];
  let drift: number | null = null;
  const paths = [...new Set(lines.map((each) => (each.path === "" ? files[0] : project.find(each.path, targets))))];
  for (const path of paths) {
    if (path === undefined) continue;
    const own = lines.filter((each) => (each.path === "" ? files[0] : project.find(each.path, targets)) === path);
    const off = driftOfAll(project, path, own, companions);
    drift ??= off;
    const count = project.lineCount(path);
    for (const each of own) {
      const [first, last] = [each.first + off, Math.min(each.last + off, count)];
      if (first > count || first < 1) missing.push(`${path} has ${count} lines and no line ${each.first}`);
      else if (!anchors.some((other) => other.path === path && other.first === first && other.last === Math.max(first, last))) anchors.push({ path, first, last: Math.max(first, last), drift: off, how: "line" });
    }
  }
  return { anchors, drift, missing };
}

/** By how much cited lines of a file are off; 0 if nothing else fits clearly better. */
function driftOfAll(project: Project, path: string, lines: readonly Lines[], companions: readonly Claim[]): number {
  let [best, bestGain] = [0, 0];
  for (const claim of companions) {
    const quoted = quoteDrift(project, path, lines, claim);
    if (quoted !== undefined) return quoted;
    const own = functionsOf(project, claim, [path]).filter((each) => each.path === path);
    const { off, gain } = bestFit(new RangeFit(project, path, lines, claim, own));
    if (gain > bestGain) [best, bestGain] = [off, gain];
  }
  return best;
}

function bestFit(fit: RangeFit): { readonly off: number; readonly gain: number } {
  const here = fit.at(0);
  let [best, bestScore] = [0, here + gainMin];
  for (let distance = 1; distance <= driftMax; distance++) {
    for (const off of [distance, -distance]) {
      const score = fit.at(off) - driftCost * distance;
      if (score > bestScore) [best, bestScore] = [off, score];
    }
  }
  return { off: best, gain: best === 0 ? 0 : bestScore - here };
}

/** Quoted code settles where the lines are: the place of the first line that is found, nearest to the cited ones. */
function quoteDrift(project: Project, path: string, lines: readonly Lines[], claim: Claim): number | undefined {
  const first = lines[0];
  if (first === undefined) return undefined;
  const text = project.plainLinesOf(path);
  for (const each of claim.cited) {
    if (each.kind !== "quote") continue;
    const [begin] = quoteLines(each.code).map(plainCode);
    if (begin === undefined) continue;
    const found = text.flatMap((line, index) => (isSameCode(line, begin) ? [index + 1] : []));
    if (found.length === 0) continue;
    const inside = found.find((line) => lines.some((range) => range.first <= line && line <= range.last));
    if (inside !== undefined && lines.some((range) => range.first === inside)) return 0;
    const nearest = found.reduce((a, b) => (Math.abs(b - first.first) < Math.abs(a - first.first) ? b : a));
    if (inside !== undefined && first.last - first.first > 3) return 0;
    return nearest - first.first;
  }
  return undefined;
}

/** How well cited ranges fit a file when they are moved. */
class RangeFit {
  private readonly project: Project;
  private readonly path: string;
  private readonly lines: readonly Lines[];
  private readonly functions: readonly FunctionPlace[];
  private readonly contents: readonly Region[];
  private readonly isOneLine: boolean;

  constructor(project: Project, path: string, lines: readonly Lines[], claim: Claim, functions: readonly FunctionPlace[]) {
    this.project = project;
    this.path = path;
    this.lines = lines;
    this.functions = functions;
    this.contents = contentsOf(project, path, claim);
    this.isOneLine = lines.every((each) => each.first === each.last);
  }

  at(off: number): number {
    const { begins, ends } = this.project.shape(this.path);
    let score = 0;
    for (const { first, last } of this.lines) {
      if (first + off < 1 || first + off >= begins.length) return -100;
      // Where one line is cited, nearly every line begins something: only what stands there counts.
      if (!this.isOneLine) score += begins[first + off]! + (ends[Math.min(last + off, ends.length - 1)] ?? 0);
      else if (begins[first + off] === 0) score -= 1;
    }
    const covers = (each: Region): boolean => this.lines.some(({ first, last }) => first + off <= each.first && each.last <= last + off);
    const begins2 = (each: Region): boolean => this.lines.some(({ first, last }) => first + off <= each.first && each.first <= last + off);
    for (const each of this.functions) score += covers(each) ? 3 : begins2(each) ? 1.5 : 0;
    const held = this.contents.filter((each) => (this.isOneLine ? begins2(each) : covers(each))).length;
    return score + Math.min(contentsMax * this.lines.length, contentsScore * held);
  }
}

/** Places of a file that are of the kind that a claim speaks of. */
function contentsOf(project: Project, path: string, claim: Claim): readonly Region[] {
  return claim.kind === "comment-marker" ? markedComments(project, path) : [];
}

const marker = /\b(?:TODO|FIXME|XXX|HACK)\b/i;

/** Runs of comment lines that hold a marker. */
export function markedComments(project: Project, path: string): readonly Region[] {
  const out: { path: string; first: number; last: number; isMarked: boolean }[] = [];
  for (const { line, text } of project.shape(path).comments) {
    const last = out.at(-1);
    const isMarked = marker.test(text);
    if (last !== undefined && last.last === line - 1 && !isMarked) out[out.length - 1] = { ...last, last: line };
    else out.push({ path, first: line, last: line, isMarked });
  }
  return out.filter((each) => each.isMarked);
}

/** Where quoted code stands in the given files, else in any file if only one has it. */
function anchorQuotes(project: Project, claim: Claim, files: readonly string[]): readonly Anchor[] {
  const out: Anchor[] = [];
  for (const each of claim.cited) {
    if (each.kind !== "quote") continue;
    const lines = quoteLines(each.code);
    if (lines.length === 0) continue;
    const places = files.length > 0 ? files.flatMap((path) => placesOfQuote(project, path, lines)) : onlyPlace(project, lines);
    out.push(...places.slice(0, 3));
  }
  return out;
}

function placesOfQuote(project: Project, path: string, lines: readonly string[]): readonly Anchor[] {
  const text = project.plainLinesOf(path);
  const wanted = lines.map(plainCode);
  const out: Anchor[] = [];
  for (let line = 0; line < text.length; line++) {
    if (!isSameCode(text[line]!, wanted[0]!)) continue;
    let last = line;
    for (let i = 1; i < wanted.length && isSameCode(text[line + i] ?? "", wanted[i]!); i++) last = line + i;
    out.push({ path, first: line + 1, last: last + 1, drift: null, how: "quote" });
  }
  return out;
}

function onlyPlace(project: Project, lines: readonly string[]): readonly Anchor[] {
  const whole = lines[0]!;
  const found = project.input.program.files.filter((file) => file.role === "product" && (project.input.sourceText(file.path) ?? "").includes(whole));
  return found.length === 1 ? placesOfQuote(project, found[0]!.path, lines) : [];
}
