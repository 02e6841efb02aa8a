/**
 * `warrant suppress`: silences one finding, with a reason.
 *
 * The comment goes above the statement. Before anything is written the project is reviewed once more with the comment in place:
 * only if just the finding is silenced, and nothing else has changed, is the file written. Where a comment cannot do that, an entry
 * goes into the configuration.
 */
import { join, relative } from "node:path";
import { type Finding, type Report, reviewProject, suggestion, type Workspace } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import { readFileSync } from "node:fs";
import { writeOutput } from "../files/write-output.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { configurationWith } from "./configuration-entry.ts";
import { type Prepared, prepareReview } from "./prepare.ts";
import { today } from "./request.ts";
import type { ReviewFlags } from "./review-flags.ts";

export interface SuppressFlags extends ReviewFlags {
  readonly reason: string;
  readonly until?: string;
  readonly inConfiguration?: boolean;
}

/** Longest reason: a comment of more is not read. */
const reasonCharactersMax = 500;

export function runSuppress(id: string, paths: readonly string[], flags: SuppressFlags, terminal: Terminal): number {
  const words = { reason: readReason(flags.reason), until: readUntil(flags.until) };
  const progress = new Progress(terminal, flags.quiet === true);
  // What is below the precision floor can be silenced too, so that it does not come up with --all.
  const prepared = prepareReview(paths.length > 0 ? paths : ["."], { ...flags, all: true, given: new Set([...flags.given, "all"]) }, [], { progress, terminal });
  const { report } = prepared.review();
  const finding = findById(report, id);
  const edit = flags.inConfiguration === true ? undefined : commentEdit(prepared, report, finding, words);
  progress.end();
  if (edit !== undefined) {
    writeOutput(join(prepared.targets.root, finding.path), [edit.bytes]);
    say(terminal, `warrant: ${finding.path}:${edit.line}: ${edit.comment}`);
    for (const other of edit.others) say(terminal, `warrant: the comment also silences ${other}`);
    return exitCodes.fine;
  }
  const entry = configurationWith({ path: prepared.configuration.path, base: prepared.targets.base }, { id: finding.id, ...words, about: `${finding.detector} at ${finding.path}` });
  writeOutput(entry.path, [entry.text]);
  const why = flags.inConfiguration === true ? "" : "; no comment can stand there";
  say(terminal, `warrant: ${finding.id} is silenced in ${relative(process.cwd(), entry.path) || entry.path}${why}`);
  return exitCodes.fine;
}

function readReason(text: string): string {
  const reason = text.trim();
  if (reason === "") throw new UsageError("--reason: say why it is fine; a finding is not silenced without a reason");
  if (reason.length > reasonCharactersMax) throw new UsageError(`--reason: at most ${reasonCharactersMax} characters`);
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/u.test(reason)) throw new UsageError("--reason: it must be one line of printable characters");
  if (/\(\s*until\s*=/i.test(reason)) throw new UsageError("--reason: name the day with --until");
  return reason;
}

function readUntil(day: string | undefined): string {
  if (day === undefined) return "";
  const date = new Date(`${day}T00:00:00Z`);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) || Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== day) {
    throw new UsageError(`--until ${day}: it must be a day, YYYY-MM-DD`);
  }
  if (day < today()) throw new UsageError(`--until ${day}: this day is over`);
  return day;
}

function findById(report: Report, id: string): Finding {
  const all = [...report.findings, ...report.questions];
  const found = all.find((finding) => finding.id.toLowerCase() === id.toLowerCase());
  if (found !== undefined) return found;
  const silenced = report.suppressed.find((each) => each.finding.id.toLowerCase() === id.toLowerCase());
  if (silenced !== undefined) throw new UsageError(`${id}: it is silenced already, at ${silenced.path}:${silenced.line}`);
  throw new UsageError(`${id}: this review has no such finding${suggestion(id, all.map((finding) => finding.id))}`);
}

interface CommentEdit {
  readonly bytes: Uint8Array;
  readonly comment: string;
  readonly line: number;
  /** Other findings that the comment silences: same statement, same detector. */
  readonly others: readonly string[];
}

/** Returns the file with the comment in it, or undefined if no comment does what is asked. */
function commentEdit(prepared: Prepared, report: Report, finding: Finding, { reason, until }: { readonly reason: string; readonly until: string }): CommentEdit | undefined {
  const comment = `# warrant: ignore[${finding.detector}] -- ${reason}${until === "" ? "" : ` (until=${until})`}`;
  const before = readFileSync(join(prepared.targets.root, finding.path));
  const line = finding.statementLine;
  const bytes = withLine(before, line, comment);
  if (bytes === undefined) return undefined;
  const after = reviewProject({ ...prepared.request, workspace: withFile(prepared.request.workspace, finding.path, bytes) });
  const silenced = after.suppressed.filter((each) => each.path === finding.path && each.line === line && each.dialect === "warrant").map((each) => each.finding.id);
  const told = (each: Report): string => [...each.findings, ...each.questions, ...each.suppressed.map((one) => one.finding)].map((one) => one.id).sort().join();
  if (!silenced.includes(finding.id) || told(after) !== told(report)) return undefined;
  return { bytes, comment, line, others: silenced.filter((id) => id !== finding.id) };
}

/** The same files with one of them changed. */
const withFile = (workspace: Workspace, path: string, bytes: Uint8Array): Workspace => ({
  ...workspace,
  list: () => workspace.list(),
  read: (name) => (name === path ? bytes : workspace.read(name)),
});

/** Returns a file with a comment on a line of its own above a line, as deep as that one; bytes are kept, whatever their encoding. */
function withLine(bytes: Uint8Array, line: number, comment: string): Uint8Array | undefined {
  const start = startOfLine(bytes, line);
  if (start === undefined) return undefined;
  let depth = start;
  while (bytes[depth] === 0x20 || bytes[depth] === 0x09) depth++;
  const isAscii = /^[\x20-\x7e]*$/.test(comment);
  if (!isAscii && !isUtf8(bytes)) return undefined;
  const added = Buffer.concat([bytes.subarray(start, depth), Buffer.from(comment), Buffer.from(lineEnd(bytes))]);
  return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start)]);
}

function startOfLine(bytes: Uint8Array, line: number): number | undefined {
  let at = 0;
  // A byte order mark stays the first thing of a file.
  if (line === 1) return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let number = 1; number < line; number++) {
    while (at < bytes.length && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++;
    if (at >= bytes.length) return undefined;
    at += bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? 2 : 1;
  }
  return at;
}

/** The line end that the file uses first. */
function lineEnd(bytes: Uint8Array): string {
  const at = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  if (at < 0 || bytes[at] === 0x0a) return "\n";
  return bytes[at + 1] === 0x0a ? "\r\n" : "\r";
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
