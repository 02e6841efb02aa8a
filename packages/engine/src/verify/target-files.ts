/**
 * Which files of the project a review is about.
 *
 * Files that it names come first. Else names and quoted code are looked for in all files: what few files hold says most, and
 * what stands near the cited lines says more. No file is taken where two fit about as well.
 */
import { citationsIn, filesIn } from "./citations.ts";
import type { Claim, Citation } from "./claim.ts";
import type { Project } from "./project.ts";
import { quoteLines } from "./quoted.ts";

/** A file and how well it fits. */
export interface FileFit {
  readonly path: string;
  readonly score: number;
}

/** Most names of one review that are looked for. */
const namesMax = 200;
/** Characters of a review in which names are looked for. */
const charactersMax = 200_000;
/** Lines around a cited range in which a name counts as near. */
const nearLines = 12;
/** The best file must fit this much better than the next. */
const marginMin = 1.25;
/** Less than this is found in many files by chance. */
const scoreMin = 6;

/** Returns the files that a review is about, the best first; empty if that cannot be told. */
export function targetFiles(project: Project, claims: readonly Claim[], review: string): readonly string[] {
  const { paths } = project.input.target;
  const given = paths.flatMap((path) => project.find(path) ?? []);
  if (given.length > 0) return given;
  const cited = claims.flatMap((claim) => claim.cited);
  const named = [...new Set([...cited, ...filesIn(review)].flatMap((each) => (pathIn(each) === "" ? [] : project.find(pathIn(each)) ?? [])))];
  if (named.length > 0) return named;
  const product = project.input.program.files.filter((file) => file.role === "product");
  if (product.length === 1) return [product[0]!.path];
  const fits = fitsOf(project, claims, review);
  const [best, second] = fits;
  return best !== undefined && best.score >= scoreMin && best.score >= (second?.score ?? 0) * marginMin ? [best.path] : [];
}

const pathIn = (citation: Citation): string => (citation.kind === "file" || citation.kind === "lines" ? citation.path : "");

/**
 * The files that a claim is about if it names none itself: the one that was named last before it, where the review is about
 * several ("## app.py", then "Line 4: …").
 */
export function filesBefore(project: Project, review: string, targets: readonly string[]): (claim: Claim) => readonly string[] {
  if (targets.length < 2) return () => targets;
  const mentions = filesIn(review).flatMap((each) => {
    const path = pathIn(each) === "" ? undefined : project.find(pathIn(each));
    return path === undefined ? [] : [{ at: each.start, path }];
  });
  return (claim) => {
    const isPlaced = claim.cited.some((each) => each.kind !== "identifier");
    const last = mentions.filter((each) => each.at < claim.span.end).at(-1);
    return isPlaced && last !== undefined ? [last.path] : targets;
  };
}

/** Files by how well they fit, the best first. */
export function fitsOf(project: Project, claims: readonly Claim[], review: string): readonly FileFit[] {
  const own = claims.flatMap((claim) => (claim.kind === "advice" ? [] : claim.cited));
  // What claims name says most; where they name nothing, the rest of the review may.
  const cited = own.some((each) => each.kind !== "lines") ? own : [...own, ...citationsIn(review, { start: 0, end: Math.min(review.length, charactersMax) }, [], namesMax)];
  const names = [...new Set(cited.flatMap(nameIn))].slice(0, namesMax);
  const quotes = [...new Set(cited.flatMap((each) => (each.kind === "quote" ? quoteLines(each.code) : [])))].slice(0, namesMax);
  const lastLine = Math.max(0, ...cited.map((each) => (each.kind === "lines" ? each.last : 0)));
  if (names.length === 0 && quotes.length === 0) return [];
  const holders = namesByFile(project, names);
  const fits: FileFit[] = [];
  const files = project.input.program.files.filter((file) => file.role === "product" && file.lineStarts.length >= lastLine);
  const rarity = names.map((name) => Math.log((files.length + 1) / (1 + files.filter((file) => holders.get(file.path)!.has(name)).length)));
  for (const file of files) {
    const own = holders.get(file.path)!;
    let score = 0;
    names.forEach((name, index) => { if (own.has(name)) score += rarity[index]!; });
    if (score > 0) score += 2 * nearScore(project, file.path, claims);
    score += 4 * quotes.filter((quote) => project.linesOf(file.path).some((line) => line.trim() === quote)).length;
    if (review.includes(file.path)) score += 10;
    if (score > 0) fits.push({ path: file.path, score });
  }
  return fits.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

/** How many of the names stand near the lines that are cited. */
function nearScore(project: Project, path: string, claims: readonly Claim[]): number {
  const lines = project.linesOf(path);
  const names = new Set(claims.flatMap((claim) => claim.cited.flatMap(nameIn)));
  const near = new Set<string>();
  for (const claim of claims) {
    for (const each of claim.cited) {
      if (each.kind !== "lines" || each.path !== "") continue;
      const text = lines.slice(Math.max(0, each.first - nearLines - 1), Math.min(each.last, each.first + 200) + nearLines).join("\n");
      for (const [word] of text.matchAll(/[A-Za-z_]\w*/g)) if (names.has(word)) near.add(word);
    }
  }
  return near.size;
}

/** Names that could be ones of the code; of a dotted one the last part. */
function nameIn(citation: Citation): readonly string[] {
  if (citation.kind !== "function" && citation.kind !== "identifier") return [];
  const name = citation.name.slice(citation.name.lastIndexOf(".") + 1);
  return name.length > 2 ? [name] : [];
}

function namesByFile(project: Project, names: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const wanted = new Set(names);
  const out = new Map<string, Set<string>>();
  for (const file of project.input.program.files) {
    const own = new Set<string>();
    out.set(file.path, own);
    if (file.role !== "product" || wanted.size === 0) continue;
    for (const [word] of (project.input.sourceText(file.path) ?? "").matchAll(/[A-Za-z_]\w*/g)) if (wanted.has(word)) own.add(word);
  }
  return out;
}
