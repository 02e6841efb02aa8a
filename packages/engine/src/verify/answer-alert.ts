/**
 * An alert of a scanner against the code.
 *
 * ```text
 * B608 at db.py:12 "q = 'SELECT …' + name"
 *   file and lines      db.py 12-12 (the quoted code stands there, drift 0)
 *   what it is about    sql-injection (B608 is an alias of it)
 *   rows at the place   none on line 12; what is made there goes into execute() at line 14
 *   the row there       proven: bound as a parameter   ->  refuted, with that proof
 * ```
 * A rule says two things: a fact (an `assert` stands here), and that it is a weakness. The verdict is about the weakness;
 * the fact is told beside it.
 */
import { cweName, isCweWithin, type LedgerRow } from "../findings/index.ts";
import { openWords, plural, provenWords } from "../review/index.ts";
import type { OpenCode, ProvenCode } from "../obligations/index.ts";
import type { Alert } from "./alert.ts";
import { type FactAnswer, factOf, settleByFacts } from "./alert-facts.ts";
import { type AlertSite, siteOf } from "./alert-site.ts";
import type { Anchor, Answer, Citation, Claim, ClaimVerdict, Evidence, VerifyInput } from "./claim.ts";
import type { FileFinder } from "./find-file.ts";
import type { Ledger, RowsAt } from "./ledger-at.ts";
import { conditionalCall } from "./modelled-calls.ts";
import { namesThatDiffer, type RuleMeaning, type RuleWords } from "./rule-words.ts";

/** What the answers of one log share. */
export interface AlertContext {
  readonly input: VerifyInput;
  readonly words: RuleWords;
  readonly files: FileFinder;
  readonly ledger: Ledger;
}

/** Lines of the project under one answer. */
const evidenceMax = 12;

/** Answers an alert. */
export function answerAlert(alert: Alert, context: AlertContext): Answer {
  const claim = claimOf(alert);
  const base = { claim, drift: null, anchors: [] as readonly Anchor[], evidence: [] as readonly Evidence[], notes: notesOf(alert) };
  const site = siteOf(alert, context.input, context.files);
  if (!("lines" in site)) return { ...base, verdict: "unsupported", reason: site.reason, anchors: site.anchors };
  const meaning = context.words.of(alert.rule);
  const fact = factOf(site, alert.message);
  const answer = { ...base, anchors: [site.anchor], drift: site.anchor.drift, ...(fact === undefined ? {} : { fact: fact.text }) };
  const evidence = [site.evidenceAt(fact?.line ?? site.lines.first)];
  if (alert.says === "other") return { ...answer, verdict: "out-of-scope", reason: "The scanner says neither that something is wrong nor that something is fine.", evidence };
  if (site.role === "test" && !hasRows(context, site)) {
    return { ...answer, verdict: "out-of-scope", reason: "The code is test code: it does not run in the product, and is not followed.", evidence };
  }
  const settled = settle({ alert, site, meaning, context });
  const verdict = alert.says === "pass" ? turned(settled.verdict) : settled.verdict;
  return { ...answer, verdict, reason: settled.reason, evidence: unique([...evidence, ...settled.evidence]), notes: [...answer.notes, ...settled.notes] };
}

/** Test code is followed where the product imports it, or when the user asks for it. */
const hasRows = (context: AlertContext, site: AlertSite): boolean => context.ledger.rowsIn(site.path).length > 0 && context.input.report.coverage.files.testNotFollowed === 0;

/** What is claimed to be fine is refuted by what would confirm that it is weak. */
function turned(verdict: ClaimVerdict): ClaimVerdict {
  if (verdict === "confirmed") return "refuted";
  return verdict === "refuted" ? "confirmed" : verdict;
}

/** The alert in the words of a claim. */
export function claimOf(alert: Alert): Claim {
  const { rule, place } = alert;
  const text = `${rule.id === "" ? "" : `${rule.id}: `}${alert.message}`.replace(/\s+/g, " ").trim();
  const cited: Citation[] = place === undefined ? []
    : place.first > 0 ? [{ kind: "lines", start: 0, end: 0, first: place.first, last: place.last, path: place.path }]
    : [{ kind: "file", start: 0, end: 0, path: place.path }];
  return {
    id: alert.id, text, span: { start: 0, end: text.length }, pointer: alert.pointer, kind: "weakness", polarity: alert.says === "pass" ? "fine" : "weak",
    wording: "stated", scope: place === undefined ? "none" : place.first > 0 ? "place" : "file", weaknesses: rule.cwe, cited,
    ...(rule.cwe.length > 0 ? { cwe: rule.cwe[0] } : {}),
    ...(rule.cweNames.length > 0 ? { cweName: rule.cweNames[0].name } : {}),
  };
}

function notesOf(alert: Alert): readonly string[] {
  const suppressed = alert.isSuppressed ? ["the log itself marks this alert as suppressed"] : [];
  return [...suppressed, ...namesThatDiffer(alert.rule)];
}

function settle(given: { alert: Alert; site: AlertSite; meaning: RuleMeaning; context: AlertContext }): FactAnswer {
  const { alert, site, meaning, context } = given;
  const rows = context.ledger.at(site.path, site.lines, site.statements, new Set(meaning.detectors.map((each) => each.id)));
  const byFacts = settleByFacts({ ...given, ledger: context.ledger, program: context.input.program, constructsIn: context.input.constructsOf, rows: rows.rows });
  if (byFacts !== undefined) return byFacts;
  return rows.rows.length > 0 ? byRows(rows, alert, meaning, context) : (byCondition(given) ?? withoutRow(alert, meaning));
}

/** What the rows at a place say: one that is shown confirms, all proven refute, anything else leaves the alert unsupported. */
function byRows({ rows, tie }: RowsAt, alert: Alert, meaning: RuleMeaning, context: AlertContext): FactAnswer {
  const how = tie === "flow" ? "What is made there goes on. " : "";
  const notes = classNotes(rows, alert.rule.cwe, meaning);
  const confirming = rows.find((row) => confirms(row, meaning));
  if (confirming !== undefined) return { verdict: "confirmed", ...violated(confirming, context, how), notes };
  const weak = rows.find((row) => row.verdict === "violated");
  if (weak !== undefined) {
    const { reason, evidence } = violated(weak, context, how);
    const judgement = weak.notShown === "" ? "The fact holds; whether it matters is for a person to say." : `It is below the precision floor: ${weak.notShown}.`;
    return { verdict: "unsupported", reason: `${reason} ${judgement}`, evidence, notes };
  }
  const open = rows.find((row) => row.verdict === "open");
  if (open !== undefined) return { verdict: "unsupported", reason: `${how}${openReason(open, rows)}`, evidence: placesOf([open]), notes };
  return { verdict: "refuted", reason: `${how}${provenReason(rows)}`, evidence: placesOf(rows), notes };
}

/**
 * Holds if a violated row shows the weakness: it is above the floor, or what is wrong is the setting itself, which is a
 * fact, and only its importance is in question. What a person has to judge confirms nothing.
 */
function confirms(row: LedgerRow, meaning: RuleMeaning): boolean {
  if (row.verdict !== "violated") return false;
  const detector = meaning.detectors.find((each) => each.id === row.detector);
  if (detector?.reports === "question") return false;
  return row.notShown === "" || (detector?.constant !== undefined && !detector.shown && row.notShown === "the detector is not shown by default");
}

function violated(row: LedgerRow, context: AlertContext, how: string): { reason: string; evidence: readonly Evidence[] } {
  const finding = context.ledger.findingOf(row.id);
  const steps = (finding?.steps ?? []).map((step): Evidence => ({ path: step.path, line: step.line, text: step.text }));
  const reason = finding === undefined ? `${how}${row.detector} is violated: ${row.reason.text} [${row.id}].` : `${how}${row.detector}: ${finding.message} [${row.id}].`;
  return { reason, evidence: steps.length > 0 ? steps : placesOf([row]) };
}

function openReason(row: LedgerRow, rows: readonly LedgerRow[]): string {
  const words = openWords[row.reason.code as OpenCode];
  const proven = rows.filter((each) => each.verdict === "proven").length;
  const rest = proven > 0 ? ` ${proven} of ${rows.length} obligations here are proven.` : "";
  return `Neither shown nor refuted: ${words?.blocker ?? row.reason.code}: ${row.reason.text} [${row.id}]. It takes ${words?.close ?? "more facts"}.${rest}`;
}

function provenReason(rows: readonly LedgerRow[]): string {
  const first = rows[0];
  const ways = [...new Set(rows.map((row) => `${provenWords[row.reason.code as ProvenCode] ?? row.reason.code} (${row.reason.text})`))];
  const shown = ways.slice(0, 3).join("; ");
  const names = [...new Set(rows.map((row) => row.detector))].join(", ");
  return `${plural(rows.length, "obligation")} of ${names} ${rows.length === 1 ? "stands" : "stand"} here, all proven: ${shown} [${first.id}].`;
}

/** The tool files the alert under one weakness, and the rows are of another. */
function classNotes(rows: readonly LedgerRow[], given: readonly number[], meaning: RuleMeaning): readonly string[] {
  if (meaning.match !== "rule") return [];
  const own = rows[0].cwe[0];
  const ids = new Set(meaning.detectors.flatMap((each) => [...each.cwe, ...each.broader]));
  return given.length === 0 || given.some((id) => ids.has(id) || isCweWithin(own, id)) ? []
    : [`the rule gives CWE-${given[0]}; what it looks for here is CWE-${own} (${cweName(own)})`];
}

/** A call that is weak with other arguments has no row with these. */
function byCondition({ site, meaning, context }: { site: AlertSite; meaning: RuleMeaning; context: AlertContext }): FactAnswer | undefined {
  const call = meaning.match === "broader" ? undefined : conditionalCall(context.input.program, site.path, site.lines, meaning.detectors);
  if (call === undefined) return undefined;
  return { verdict: "refuted", reason: `${call.name}() is such a place under a condition on its arguments only, which this call does not meet.`, evidence: [site.evidenceAt(call.line)], notes: [] };
}

function withoutRow(alert: Alert, meaning: RuleMeaning): FactAnswer {
  const none = { evidence: [], notes: [] };
  if (meaning.match === "none") {
    const of = alert.rule.cwe.length > 0 ? `CWE-${alert.rule.cwe.join(", CWE-")}` : alert.rule.id === "" ? "it" : alert.rule.id;
    return { verdict: "unsupported", reason: `No detector speaks about ${of}: nothing in the ledger supports or refutes it.`, ...none };
  }
  const names = meaning.detectors.slice(0, 4).map((each) => each.id).join(", ");
  return { verdict: "unsupported", reason: `The ledger has no obligation of ${names} in this statement: nothing known to be such a place stands there.`, ...none };
}

const placesOf = (rows: readonly LedgerRow[]): readonly Evidence[] => rows.slice(0, evidenceMax).flatMap((row) => {
  const site: Evidence = { path: row.path, line: row.line, text: `${row.sink}${row.subject === "" ? "" : `: ${row.subject}`}` };
  const { path, line } = row.reason;
  return path === undefined || line === undefined || (path === row.path && line === row.line) ? [site] : [site, { path, line, text: row.reason.text }];
});

function unique(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter(({ path, line }) => {
    const key = `${path}:${line}`;
    return seen.has(key) ? false : (seen.add(key), true);
  }).slice(0, evidenceMax);
}
