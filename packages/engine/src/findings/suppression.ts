/**
 * Comments that ask for silence: ours, and those of the tools people come from.
 *
 * Read from comment tokens only. Which statement a comment speaks of is the business of `suppress.ts`.
 */

/** Who speaks: ours, another tool, or the configuration of the project. */
export type SuppressionDialect = "warrant" | "configuration" | "nosec" | "noqa" | "ruff" | "nosemgrep" | "lgtm" | "codeql" | "nosonar" | "skipcq";

/** What a comment speaks of: a statement, the whole file, or what lies between it and the comment that ends it. */
export type SuppressionScope = "statement" | "file" | "begin" | "end";

/** A comment that asks for silence. */
export interface SuppressionComment {
  readonly dialect: SuppressionDialect;
  readonly scope: SuppressionScope;
  /** What it names; empty if it names nothing and means everything ("blanket"). */
  readonly selectors: readonly string[];
  /** The reason the comment gives, "" if none. */
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`, "" if it does not end. */
  readonly until: string;
  /** What is wrong with it, "" if nothing is. A malformed one silences nothing. */
  readonly malformed: string;
}

/** Longer comments are not read: no suppression needs more, and the patterns below stay cheap. */
export const commentCharactersMax = 2_000;

/** Most comments are none of these; one look tells. */
const anyDialect = /nosec|noqa|nosem|lgtm|codeql|ruff|warrant|nosonar|skipcq/i;

const listOf = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((each) => each.trim())
    .filter((each) => each !== "");

/**
 * Reads one comment, with or without its `#`.
 *
 * @example
 * ```ts
 * readSuppressions("# nosec B608 - ids are constants")[0].selectors; // => ["B608"]
 * ```
 */
export function readSuppressions(comment: string): readonly SuppressionComment[] {
  if (comment.length > commentCharactersMax || !anyDialect.test(comment)) return [];
  // One comment may speak several dialects: `# noqa: S608  # nosec B608`.
  const parts = comment
    .split("#")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.flatMap((part, index) => {
    const read = isOurs(part) ? readWarrant(withMarks(parts, index)) : readPart(part);
    if (read === undefined) return [];
    // Bandit users put the reason after a second mark: `# nosec B608 # reason`.
    const next = parts[index + 1];
    const hasOwnReason = read.reason !== "" || next === undefined || readPart(next) !== undefined;
    return [hasOwnReason ? read : { ...read, reason: next }];
  });
}

const isOurs = (part: string): boolean => /^warrant\s*:/i.test(part);

/** A reason of ours may hold a mark, "see #12": what follows it belongs to the reason until another dialect begins. */
function withMarks(parts: readonly string[], from: number): string {
  let end = from + 1;
  while (end < parts.length && !isOurs(parts[end]) && readPart(parts[end]) === undefined) end++;
  return parts.slice(from, end).join(" #");
}

type Reader = (part: string) => SuppressionComment | undefined;

const readPart: Reader = (part) => {
  for (const read of [readWarrant, readNosec, readNoqa, readRuff, readNosemgrep, readBracketed, readNosonar, readSkipcq]) {
    const found = read(part);
    if (found !== undefined) return found;
  }
  return undefined;
};

const plain = (dialect: SuppressionDialect, selectors: readonly string[], reason: string, scope: SuppressionScope = "statement"): SuppressionComment => ({
  dialect,
  scope,
  selectors,
  reason: cleanReason(reason),
  until: "",
  malformed: "",
});

const cleanReason = (text: string): string =>
  text
    .trim()
    .replace(/^(?:--|-|:|–|—)\s*/, "")
    .trim();

const warrantForm = /^warrant:\s*ignore\s*\[([^\]]*)\]\s*(.*)$/i;
const untilForm = /\(\s*until\s*=\s*([^)]*)\)\s*$/i;
const dayForm = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;

const readWarrant: Reader = (part) => {
  if (!/^warrant\s*:/i.test(part)) return undefined;
  const match = warrantForm.exec(part);
  if (match === null) return malformed([], "", "it reads `warrant: ignore[ID] -- reason (until=YYYY-MM-DD)`");
  const selectors = listOf(match[1]);
  const until = untilForm.exec(match[2])?.[1].trim() ?? "";
  const tail = match[2].replace(untilForm, "").trim();
  const reason = cleanReason(tail);
  if (selectors.length === 0) return malformed(selectors, reason, "it names no rule between the brackets");
  if (reason === "" || !tail.startsWith("--")) return malformed(selectors, reason, "it gives no reason after `--`");
  if (until !== "" && !dayForm.test(until)) return malformed(selectors, reason, "its `until` is not a day YYYY-MM-DD");
  return { dialect: "warrant", scope: "statement", selectors, reason, until, malformed: "" };
};

const malformed = (selectors: readonly string[], reason: string, what: string): SuppressionComment => ({
  dialect: "warrant",
  scope: "statement",
  selectors,
  reason,
  until: "",
  malformed: what,
});

const nosecForm = /^nosec\b\s*:?\s*(.*)$/i;
const nosecId = /^(?:B[0-9]{3}|[a-z]+(?:_[a-z0-9]+)+)$/i;

/** Ids come first and end at the first word that is none; the rest is the reason, never more ids. */
const readNosec: Reader = (part) => {
  const match = nosecForm.exec(part);
  if (match === null) return undefined;
  const selectors: string[] = [];
  let rest = match[1];
  for (;;) {
    const word = /^[\s,]*([^\s,]+)/.exec(rest);
    if (word === null || !nosecId.test(word[1])) break;
    selectors.push(word[1]);
    rest = rest.slice(word[0].length);
  }
  return plain("nosec", selectors, rest);
};

const noqaForm = /^(ruff\s*:\s*|flake8\s*[:=]\s*)?noqa\b\s*(?::\s*(.*))?$/i;
const noqaCode = /^[A-Z]+[0-9]+/i;

/** Only security codes count; a bare `noqa` is not about security and is no suppression at all. */
const readNoqa: Reader = (part) => {
  const match = noqaForm.exec(part);
  if (match === null) return undefined;
  const codes: string[] = [];
  let rest = match[2] ?? "";
  for (;;) {
    const word = /^[\s,]*([A-Za-z]+[0-9]+)(?![A-Za-z0-9])/.exec(rest);
    if (word === null || !noqaCode.test(word[1])) break;
    codes.push(word[1]);
    rest = rest.slice(word[0].length);
  }
  const security = codes.filter((code) => /^(?:S|B)[0-9]+$/i.test(code));
  if (security.length === 0) return undefined;
  // With the name of the tool before it, it speaks of the whole file.
  return plain("noqa", security, rest, match[1] === undefined ? "statement" : "file");
};

const ruffScopes: Readonly<Record<string, SuppressionScope>> = { ignore: "statement", "file-ignore": "file", disable: "begin", enable: "end" };

const readRuff: Reader = (part) => {
  const match = /^ruff\s*:\s*(ignore|file-ignore|disable|enable)\s*\[([^\]]*)\]\s*(.*)$/i.exec(part);
  if (match === null) return undefined;
  const security = listOf(match[2]).filter((code) => /^S[0-9]+$/i.test(code));
  return security.length === 0 ? undefined : plain("ruff", security, match[3], ruffScopes[match[1].toLowerCase()]);
};

const readNosemgrep: Reader = (part) => {
  const match = /^(?:nosemgrep|nosem)\b(?:\s*:\s*([\w.:/-]+(?:\s*,\s*[\w.:/-]+)*))?\s*(.*)$/i.exec(part);
  return match === null ? undefined : plain("nosemgrep", listOf(match[1] ?? ""), match[2]);
};

/** `lgtm[py/sql-injection]` and `codeql[py/sql-injection]`; without brackets they name nothing and count for nothing. */
const readBracketed: Reader = (part) => {
  const match = /^(lgtm|codeql)\s*\[([^\]]*)\]\s*(.*)$/i.exec(part);
  if (match === null) return undefined;
  const selectors = listOf(match[2]);
  if (selectors.length === 0) return undefined;
  return plain(match[1].toLowerCase() === "lgtm" ? "lgtm" : "codeql", selectors, match[3]);
};

/** Sonar's mark: bare, or with rules in parentheses. */
const readNosonar: Reader = (part) => {
  const match = /^NOSONAR\b(?:\s*\(([^)]*)\))?\s*(.*)$/.exec(part);
  return match === null ? undefined : plain("nosonar", listOf(match[1] ?? ""), match[2]);
};

/** DeepSource's mark: `skipcq: BAN-B608` names the rule of Bandit that it runs; those of its other tools are not about security. */
const readSkipcq: Reader = (part) => {
  const match = /^skipcq\b(?:\s*:\s*((?:[A-Z]+-[A-Z]*[0-9]+)(?:\s*,\s*[A-Z]+-[A-Z]*[0-9]+)*))?\s*(.*)$/i.exec(part);
  if (match === null) return undefined;
  if (match[1] === undefined) return plain("skipcq", [], match[2]);
  const security = listOf(match[1]).flatMap((id) => /^BAN-(B[0-9]{3})$/i.exec(id)?.[1] ?? []);
  return security.length === 0 ? undefined : plain("skipcq", security, match[2]);
};
