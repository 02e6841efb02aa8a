/**
 * The language of `.gitignore` files, matched in time linear in pattern × name.
 *
 * Ignore files belong to the reviewed project, so they are hostile input: a pattern turned into a regular expression can
 * take longer than the universe to fail. Here a star backtracks to itself only.
 *
 * `*.log` any folder · `/build` this folder · `docs/*.tmp` · `a/**` + `/b` · `cache/` folders only · `!keep.log` again.
 */

/** Longer patterns are not read: no real one is, and the limit bounds the work. */
export const patternLengthMax = 1_000;
/** Most patterns that are taken from one file. */
export const patternsMax = 10_000;

/** The rules of one ignore file. */
export interface IgnoreRules {
  /** Folder that the rules are relative to: "" or `a/b`, relative to the same root as the paths asked about. */
  readonly folder: string;
  readonly rules: readonly IgnoreRule[];
  /** Lines that were not read, because of a limit above. */
  readonly dropped: number;
}

interface IgnoreRule {
  /** Path segments; `**` stands for any number of them. */
  readonly segments: readonly string[];
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
}

/** Reads the text of an ignore file that lies in `folder`. */
export function parseIgnoreRules(text: string, folder: string): IgnoreRules {
  const rules: IgnoreRule[] = [];
  let dropped = 0;
  for (const line of text.replace(/^\ufeff/, "").split(/\r?\n/)) {
    if (line.length > patternLengthMax || rules.length >= patternsMax) {
      dropped++;
      continue;
    }
    const rule = parseRule(line);
    if (rule !== undefined) rules.push(rule);
  }
  return { folder, rules, dropped };
}

function parseRule(line: string): IgnoreRule | undefined {
  if (line.startsWith("#")) return undefined;
  let pattern = trimTrailingSpaces(line);
  const isNegated = pattern.startsWith("!");
  if (isNegated) pattern = pattern.slice(1);
  const isFolderOnly = pattern.endsWith("/");
  if (isFolderOnly) pattern = pattern.replace(/\/+$/, "");
  if (pattern === "") return undefined;
  const isAnchored = pattern.includes("/");
  const segments = pattern.replace(/^\//, "").split("/");
  return { segments: isAnchored ? segments : ["**", ...segments], isNegated, isFolderOnly };
}

/** Trailing spaces do not count, unless the last one is quoted by a backslash. */
function trimTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === " " && line[end - 2] !== "\\") end--;
  return line.slice(0, end);
}

/**
 * Tells whether the rules ignore a path, asked for itself and not for the folders above it. The last rule that matches
 * decides; `files` go from the outermost folder inwards. Returns the folder of the file whose rule decided, if one did.
 */
export function decideIgnored(files: readonly IgnoreRules[], path: string, isFolder: boolean): { readonly ignored: boolean } | undefined {
  for (let f = files.length - 1; f >= 0; f--) {
    const { folder, rules } = files[f];
    if (folder !== "" && !path.startsWith(`${folder}/`)) continue;
    const segments = path.slice(folder === "" ? 0 : folder.length + 1).split("/");
    for (let r = rules.length - 1; r >= 0; r--) {
      const rule = rules[r];
      if (rule.isFolderOnly && !isFolder) continue;
      if (matchesSegments(rule.segments, segments)) return { ignored: !rule.isNegated };
    }
  }
  return undefined;
}

/** Matches path segments; `**` tries to stand for as few as it can, and only the last one is tried again. */
function matchesSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let p = 0;
  let s = 0;
  let starAt = -1;
  let starEnd = 0;
  while (s < path.length) {
    if (pattern[p] === "**") {
      // A closing `**` stands for everything inside, so for at least one segment.
      if (p === pattern.length - 1) return true;
      starAt = p++;
      starEnd = s;
    } else if (p < pattern.length && matchesName(pattern[p], path[s])) {
      p++;
      s++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      s = ++starEnd;
    } else return false;
  }
  return p === pattern.length;
}

/** Matches one name against a pattern of characters, `?`, `*`, `[…]` and `\`. */
export function matchesName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let starAt = -1;
  let starEnd = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      starAt = p++;
      starEnd = n;
      continue;
    }
    const next = p < pattern.length ? matchOne(pattern, p, name[n]) : -1;
    if (next >= 0) {
      p = next;
      n++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      n = ++starEnd;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Matches one character; returns where the pattern goes on, or -1. */
function matchOne(pattern: string, at: number, character: string): number {
  const mark = pattern[at];
  if (mark === "?") return at + 1;
  if (mark === "\\") return pattern[at + 1] === character ? at + 2 : -1;
  if (mark === "[") return matchClass(pattern, at, character);
  return mark === character ? at + 1 : -1;
}

const namedClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/, alpha: /[A-Za-z]/, digit: /[0-9]/, lower: /[a-z]/, upper: /[A-Z]/, space: /\s/, xdigit: /[0-9A-Fa-f]/,
  punct: /[!-/:-@[-`{-~]/, blank: /[ \t]/,
};

/** Matches `[a-z]`, `[!0-9]`, `[]x]`, `[[:digit:]]`. A bracket that never closes matches nothing, as in git. */
function matchClass(pattern: string, open: number, character: string): number {
  let at = open + 1;
  const isNegated = pattern[at] === "!" || pattern[at] === "^";
  if (isNegated) at++;
  let isMember = false;
  for (let first = true; ; first = false) {
    if (at >= pattern.length) return -1;
    if (pattern[at] === "]" && !first) break;
    const named = pattern[at] === "[" ? /^\[:([a-z]+):\]/.exec(pattern.slice(at, at + 12)) : null;
    if (named !== null) {
      isMember ||= namedClasses[named[1]]?.test(character) ?? false;
      at += named[0].length;
      continue;
    }
    if (pattern[at] === "\\") at++;
    const low = pattern[at++];
    let high = low;
    if (pattern[at] === "-" && at + 1 < pattern.length && pattern[at + 1] !== "]") {
      at++;
      if (pattern[at] === "\\") at++;
      high = pattern[at++];
    }
    if (low !== undefined && high !== undefined && low <= character && character <= high) isMember = true;
  }
  return isMember !== isNegated ? at + 1 : -1;
}
