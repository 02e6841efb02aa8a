/**
 * The files of two revisions, and where a place of one is in the other.
 *
 * A file that is gone and one that is there are the same file, renamed, if half of their lines are the same.
 */
import { decodeUtf8 } from "../base/index.ts";
import { compareText } from "../findings/index.ts";
import { type LineMap, matchLines, splitLines } from "./line-match.ts";

/** The files of a revision. */
export interface RevisionFiles {
  /** Digest of the bytes, by path. Files with equal digests are equal. */
  readonly digests: ReadonlyMap<string, string>;
  readonly read: (path: string) => Uint8Array | undefined;
}

/** A file that is not the same in both revisions. */
export interface FileChange {
  readonly kind: "added" | "deleted" | "changed" | "renamed";
  /** "" if it was not there. */
  readonly before: string;
  /** "" if it is not there any more. */
  readonly after: string;
}

/** Share of equal lines from which on two files are one that was renamed. */
export const renameShareLeast = 0.5;
/** A line that more files than this hold tells nothing about where a file went. */
const holdersMax = 40;

/** Lists what differs, in the order of paths. */
export function changedFiles(before: RevisionFiles, after: RevisionFiles): readonly FileChange[] {
  const changes: FileChange[] = [];
  const gone: string[] = [];
  for (const [path, digest] of before.digests) {
    const now = after.digests.get(path);
    if (now === undefined) gone.push(path);
    else if (now !== digest) changes.push({ kind: "changed", before: path, after: path });
  }
  const come = [...after.digests.keys()].filter((path) => !before.digests.has(path));
  const renamed = findRenames({ before, after, gone: gone.sort(compareText), come: come.sort(compareText) });
  const isTaken = new Set(renamed.values());
  for (const path of gone) {
    const to = renamed.get(path);
    changes.push(to === undefined ? { kind: "deleted", before: path, after: "" } : { kind: "renamed", before: path, after: to });
  }
  for (const path of come) if (!isTaken.has(path)) changes.push({ kind: "added", before: "", after: path });
  return changes.sort((left, right) => compareText(left.after || left.before, right.after || right.before));
}

interface Candidates {
  readonly before: RevisionFiles;
  readonly after: RevisionFiles;
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

/** Pairs files that went with files that came: equal ones first, then the most alike. */
function findRenames(given: Candidates): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  if (given.gone.length === 0 || given.come.length === 0) return pairs;
  const isTaken = new Set<string>();
  for (const { from, to } of [...equalFiles(given), ...alikeFiles(given)].sort(byLikeness)) {
    if (pairs.has(from) || isTaken.has(to)) continue;
    pairs.set(from, to);
    isTaken.add(to);
  }
  return pairs;
}

interface Likeness {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}

const byLikeness = (left: Likeness, right: Likeness): number =>
  right.share - left.share || Number(nameOf(right.from) === nameOf(right.to)) - Number(nameOf(left.from) === nameOf(left.to))
  || compareText(left.from, right.from) || compareText(left.to, right.to);

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function equalFiles({ before, after, gone, come }: Candidates): readonly Likeness[] {
  const byDigest = new Map<string, string[]>();
  for (const to of come) {
    const digest = after.digests.get(to) as string;
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), to]);
  }
  return gone.flatMap((from) => (byDigest.get(before.digests.get(from) as string) ?? []).slice(0, holdersMax).map((to) => ({ from, to, share: 2 })));
}

/** Files of one kind that share lines, by an index from lines to files. */
function alikeFiles({ before, after, gone, come }: Candidates): readonly Likeness[] {
  const holders = new Map<string, number[]>();
  const sizes = come.map((path, id) => {
    const lines = tellingLines(textAt(after, path));
    for (const line of lines) holders.set(line, [...(holders.get(line) ?? []), id]);
    return lines.size;
  });
  return gone.flatMap((from) => {
    const lines = tellingLines(textAt(before, from));
    const shared = new Map<number, number>();
    for (const line of lines) {
      const ids = holders.get(line) ?? [];
      if (ids.length <= holdersMax) for (const id of ids) shared.set(id, (shared.get(id) ?? 0) + 1);
    }
    return [...shared]
      .map(([id, count]): Likeness => ({ from, to: come[id]!, share: (2 * count) / (lines.size + sizes[id]!) }))
      .filter(({ to, share }) => share >= renameShareLeast && endingOf(to) === endingOf(from));
  });
}

const endingOf = (path: string): string => /\.[^./]*$/.exec(path)?.[0] ?? "";

const tellingLines = (lines: readonly string[]): ReadonlySet<string> => new Set(lines.map((line) => line.trim()).filter((line) => line.length > 3));

function textAt(files: RevisionFiles, path: string): readonly string[] {
  const bytes = files.read(path);
  return bytes === undefined ? [] : splitLines(decodeUtf8(bytes, 0, bytes.length));
}

/** A line of a file. */
export interface Line {
  readonly path: string;
  readonly line: number;
}

interface ChangedText {
  readonly to: string;
  readonly lines: LineMap;
}

/** Where lines of one revision are in another. */
export class LinePlaces {
  private readonly texts = new Map<string, ChangedText>();
  private readonly changes: ReadonlyMap<string, FileChange>;
  private readonly from: RevisionFiles;
  private readonly to: RevisionFiles;
  private readonly isBackward: boolean;

  /** `changes` are those from the first revision to the second; `isBackward` if the lines asked for are of the second. */
  constructor(changes: readonly FileChange[], revisions: { readonly before: RevisionFiles; readonly after: RevisionFiles }, isBackward: boolean) {
    this.isBackward = isBackward;
    this.from = isBackward ? revisions.after : revisions.before;
    this.to = isBackward ? revisions.before : revisions.after;
    this.changes = new Map(changes.map((change) => [isBackward ? change.after : change.before, change]));
  }

  /** Holds if the file is the same in both revisions. */
  isSame(path: string): boolean {
    return !this.changes.has(path);
  }

  /** The path of the same file in the other revision, "" if there is none. */
  pathOf(path: string): string {
    const change = this.changes.get(path);
    if (change === undefined) return path;
    return this.isBackward ? change.before : change.after;
  }

  /** The line in the other revision, if the change left it alone. */
  lineOf(path: string, line: number): Line | undefined {
    const change = this.changes.get(path);
    if (change === undefined) return { path, line };
    const { to, lines } = this.textOf(path);
    const found = lines[line] ?? 0;
    return to === "" || found === 0 ? undefined : { path: to, line: found };
  }

  /** Holds if the change left all lines of a span alone, in their order and with nothing between them. */
  keepsAll(path: string, first: number, last: number): boolean {
    if (this.isSame(path)) return true;
    const start = this.lineOf(path, first);
    if (start === undefined) return false;
    for (let line = first + 1; line <= last; line++) if (this.lineOf(path, line)?.line !== start.line + line - first) return false;
    return true;
  }

  /** The text of a line of the first revision, without the blanks around it. */
  textOfLine(path: string, line: number): string {
    return this.linesOf(path)[line - 1]?.trim() ?? "";
  }

  /** The lines of a file of the first revision. */
  linesOf(path: string): readonly string[] {
    return textAt(this.from, path);
  }

  private textOf(path: string): ChangedText {
    const known = this.texts.get(path);
    if (known !== undefined) return known;
    const to = this.pathOf(path);
    const made = { to, lines: to === "" ? new Int32Array(0) : matchLines(textAt(this.from, path), textAt(this.to, to)) };
    this.texts.set(path, made);
    return made;
  }
}
