/** Claims about values that go where they must not: injection, bound parameters, validation, secrets, resources, any weakness by its id. */
import { cweName, cweOf, type LedgerRow, pillarIds } from "../findings/index.ts";
import { type Case, caseWhere, confirmed, fineByRows, placesOf, provenText, refuted, rowsThere, scopeOf, type Settled, unsupported, weakByRows } from "./case.ts";
import type { Region } from "./project.ts";
import { RegionFacts } from "./region-facts.ts";
import { isPlaceholder, isSecretName } from "../values/index.ts";
import { plural } from "../review/index.ts";

/** Words of a claim that say that a text is put together. */
const builds = /concatenat|interpolat|f-string|format|construct|build|built|dynamic|assembl|string-built|raw sql|direct(?:ly)? (?:insert|embed|includ)/i;
/** Names of calls that may read a text as a program, whatever they are called on. */
const interpreting = /(?:^|[._])(?:execute\w*|exec|exec_driver_sql|raw|text|query|system|popen|run|call|check_output|spawn\w*|eval|compile|render\w*|loads?|open|urlopen|request|get|post|send\w*|find|aggregate|search\w*)$/i;
const sqlText = /^\s*(?:select\s.+\sfrom|insert\s+into|update\s.+\sset|delete\s+from|create\s+table|drop\s+table|alter\s+table)\s/is;

/** "The query at line 4 is put together from user input." */
export function checkInjection(given: Case): Settled {
  const byRows = weakByRows(given, rowsThere(given));
  if (byRows !== undefined) return byRows;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  return emptyPopulation(given);
}

/** Query texts of the places that are literals and go into calls as they are. */
function handedQueries(given: Case, facts: RegionFacts): readonly { readonly path: string; readonly line: number }[] {
  return given.places.flatMap((place) => facts.handedOver(place)).filter((literal) => sqlText.test(literal.text));
}

/** No row stands there. What is put together, and what reads texts, is counted instead. */
function emptyPopulation(given: Case): Settled {
  const { project, claim } = given;
  const facts = new RegionFacts(project);
  const regions = scopeOf(given);
  const built = regions.flatMap((region) => facts.builtTexts(region));
  const where = caseWhere(given);
  if (built.length > 0) {
    return unsupported(`${plural(built.length, "text")} ${built.length === 1 ? "is" : "are"} put together in ${where}; nothing that reads one as ${meaning(given)} is known there.`, project.evidenceOf(built));
  }
  const unknown = regions.flatMap((region) => facts.unresolvedCalls(region)).filter((call) => interpreting.test(call.name));
  const literals = regions.flatMap((region) => facts.literals(region)).filter((literal) => sqlText.test(literal.text));
  const handed = handedQueries(given, facts);
  const calls = regions.flatMap((region) => facts.calls(region));
  if (given.places.length > 0 && handed.length > 0 && handed.length === literals.length) {
    return refuted(`No value becomes part of a text in ${where}: ${plural(handed.length, "query text")} there ${handed.length === 1 ? "is a literal" : "are literals"} that a call takes as ${handed.length === 1 ? "it is" : "they are"}.`, project.evidenceOf(handed));
  }
  if (unknown.length > 0 || literals.length > 0) {
    return unsupported(`No text is put together in ${where}, but what ${unknown.length > 0 ? `the call of ${unknown[0]!.name} does` : "becomes of the SQL text"} is not known.`, project.evidenceOf([...unknown, ...literals]));
  }
  const other = otherThere(given);
  if (other !== undefined) return other;
  const nowhere = noneThere(given);
  if (nowhere !== undefined) return nowhere;
  if (given.places.length > 0 && !builds.test(claim.text) && calls.length > 0) {
    return unsupported(`No obligation of ${meaning(given)} stands in ${where}, and no text is put together there.`, project.evidenceOf(calls));
  }
  return refuted(`The population is empty: 0 texts are put together in ${where}, and 0 places there read a text as ${meaning(given)}.${boundNearby(given)}`, project.evidenceOf(calls.length > 0 ? calls : firstLines(given)));
}

/** What the rest of the file says of the same weakness. */
function boundNearby(given: Case): string {
  const rows = given.files.flatMap((file) => given.project.rowsIn(file, given.claim.weaknesses));
  const proven = rows.filter((row) => row.verdict === "proven").length;
  return rows.length === 0 ? "" : ` In the whole file ${proven} of ${plural(rows.length, "such place")} ${rows.length === 1 ? "is" : "are"} proven.`;
}

const firstLines = (given: Case): readonly { path: string; line: number }[] => scopeOf(given).map(({ path, first }) => ({ path, line: first }));

export const meaning = (given: Case): string => {
  const [id] = given.claim.weaknesses;
  return id === undefined ? "a program" : `CWE-${id} (${cweName(id)})`;
};

export function noPlace(given: Case): Settled {
  const [missing] = given.anchored.missing;
  return unsupported(missing === undefined ? "It names no place, and which file is meant cannot be told from the review." : `Its place is not in the project: ${missing}.`);
}

/** "The queries are parameterised." */
export function checkParameterised(given: Case): Settled {
  const { claim, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const there = rowsThere(given);
  const settled = fineByRows(given, there);
  if (settled?.verdict === "confirmed") {
    const rows = project.rowsIn(given.files[0] ?? scopeOf(given)[0]!, claim.weaknesses);
    const proven = rows.filter((row) => row.verdict === "proven").length;
    return { ...settled, reason: `${there.rows.length === 1 ? "The only statement there is" : `All ${there.rows.length} statements there are`} proven: ${provenText(there.rows)}. In the whole file it is ${proven} of ${rows.length}.` };
  }
  if (settled !== undefined) return settled;
  const facts = new RegionFacts(project);
  const handed = handedQueries(given, facts);
  const built = given.places.flatMap((place) => facts.builtTexts(place));
  if (handed.length > 0 && built.length === 0) return confirmed(`No value becomes part of a text in ${caseWhere(given)}: ${plural(handed.length, "query text")} there ${handed.length === 1 ? "is a literal" : "are literals"}.`, project.evidenceOf(handed));
  return unsupported(`No statement that a database reads is known in ${caseWhere(given)}.`, project.evidenceOf(built));
}

/** "Input is used without validation." A lack of checks is a weakness where an unchecked value does harm. */
export function checkMissingValidation(given: Case): Settled {
  const { claim, project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const own = rowsThere(given);
  const byOwn = weakByRows(given, own);
  if (byOwn?.verdict === "confirmed") return byOwn;
  const flows = flowRows(given);
  const violated = flows.filter((row) => row.verdict === "violated" && row.shown);
  if (violated.length > 0 && given.places.length > 0) {
    return confirmed(`An unchecked value does harm there: ${violated[0]!.detector}: ${violated[0]!.reason.text} [${violated[0]!.id}].`, project.evidenceOf(placesOf(violated)));
  }
  if (violated.length > 0) return unsupported(`It names no place; ${plural(violated.length, "value")} ${violated.length === 1 ? "does" : "do"} harm in ${caseWhere(given)}: ${violated[0]!.detector}.`, project.evidenceOf(placesOf(violated)));
  const open = flows.filter((row) => row.verdict === "open");
  const proven = flows.filter((row) => row.verdict === "proven");
  // A lack of checks as such is no fact that the ledger holds; the harm that is said to come of it is one.
  const isSanitised = given.places.length > 0 && proven.length > 0 && open.length === 0 && proven.every((row) => checking.has(row.reason.code));
  if (isSanitised) return refuted(`What goes there is checked: ${provenText(proven)}.`, project.evidenceOf(placesOf(proven)));
  const harm = /inject|xss|traversal|malicious|attack|exploit/i.test(claim.text);
  if (!harm) return unsupported(`Whether ${caseWhere(given)} should check its input is not settled by the ledger; ${plural(flows.length, "place")} where an unchecked value could do harm: ${proven.length} proven, ${open.length} open.`, project.evidenceOf(placesOf([...open, ...proven])));
  const named = namedValues(given);
  const relevant = open.filter((row) => named.length === 0 || wordsOf(`${row.subject} ${row.reason.text}`).some((word) => named.includes(word)));
  if (relevant.length > 0) return unsupported(`${relevant.length} of ${plural(flows.length, "place")} in ${caseWhere(given)} where an injected value could do harm ${relevant.length === 1 ? "is" : "are"} open.`, project.evidenceOf(placesOf(relevant)));
  const used = usesOf(given, named);
  const about = named.length === 0 ? "" : `; ${named.join(", ")} ${named.length === 1 ? "is" : "are"} used at ${plural(used.length, "line")} and in no text that is read as a program`;
  if (flows.length === 0 && used.length === 0) return unsupported(`No place is known in ${caseWhere(given)} where an unchecked value could do harm.`, []);
  return refuted(`The harm that is claimed is not there: of ${plural(flows.length, "place")} that an injected value could harm, 0 are violated and ${proven.length} are proven${proven.length > 0 ? ` (${provenText(proven)})` : ""}${about}.`, project.evidenceOf([...placesOf(proven.filter((row) => row.cwe.includes(89))), ...placesOf(proven), ...used]));
}

/** Reasons of proofs by which a value was checked or changed on its way. */
const checking: ReadonlySet<string> = new Set(["sanitizer", "guard", "schema", "charset", "numeric", "enum"]);

/** Weaknesses that a missing check of input leads to: what is interpreted, opened, fetched or loaded. */
const harmful = [74, 22, 502, 601, 918, 611];

function flowRows(given: Case): readonly LedgerRow[] {
  return rowsThere(given, harmful).rows;
}

/** Names that a claim gives as examples of input. */
function namedValues(given: Case): readonly string[] {
  return [...new Set(given.claim.cited.flatMap((each) => (each.kind === "identifier" && /^\w{2,60}$/.test(each.name) ? [each.name] : [])))].slice(0, 12);
}

function usesOf(given: Case, names: readonly string[]): readonly { path: string; line: number }[] {
  if (names.length === 0) return [];
  return scopeOf(given).flatMap((region) => {
    const lines = given.project.linesOf(region.path);
    const out: { path: string; line: number }[] = [];
    for (let line = region.first; line <= Math.min(region.last, lines.length); line++) {
      const text = lines[line - 1]!.slice(0, 400);
      if (/[(=]/.test(text) && !/^\s*#/.test(text) && wordsOf(text).some((word) => names.includes(word))) out.push({ path: region.path, line });
    }
    return out;
  });
}

const wordsOf = (text: string): readonly string[] => text.match(/[A-Za-z_]\w*/g) ?? [];

const notPresent = /\bnot (?:explicitly |directly |actually )?(?:present|visible|shown|seen|found|included|in the)\b|\bnot explicitly\b|\bdoes not (?:explicitly |directly )?(?:contain|show|appear)|\bno (?:explicit|direct) (?:evidence|instance|example)/i;

/** "Credentials are hard-coded." The population are the literals of the code. */
export function checkHardCodedSecret(given: Case): Settled {
  const { claim, project } = given;
  const contradicts = notPresent.test(claim.text);
  if (given.files.length === 0 && given.places.length === 0) {
    return contradicts ? unsupported("It says itself that what it claims is not in the code; which file is meant cannot be told.") : noPlace(given);
  }
  const there = rowsThere(given, [798, 259, 321]);
  const byRows = weakByRows(given, there);
  if (byRows !== undefined && !(byRows.verdict === "refuted" && contradicts)) return byRows;
  const found = secretsIn(given);
  const unbound = contradicts ? [] : namesWithoutLiteral(given, found.secrets.map((secret) => secret.name));
  if (unbound.length > 0) return refuted(`No literal stands under the name ${unbound.map((each) => each.name).join(", ")} there.`, project.evidenceOf(unbound));
  const self = contradicts ? "It contradicts itself: it says that this is not in the code. " : "";
  const where = caseWhere(given);
  const used = found.secrets.flatMap((secret) => usesOfSecret(given, secret.name));
  if (used.length > 0) return confirmed(`The literal under the name ${found.secrets[0]!.name} is used as a credential: ${used[0]!.detector} is violated [${used[0]!.id}].`, project.evidenceOf([...found.secrets, ...placesOf(used)]));
  if (found.secrets.length > 0) return unsupported(`${self}${plural(found.secrets.length, "literal")} in ${where} ${found.secrets.length === 1 ? "stands" : "stand"} under a name of a secret; whether one is a secret is not known.`, project.evidenceOf(found.secrets));
  return refuted(`${self}The population is empty: of ${plural(found.count, "literal text")} in ${where} 0 stand under the name of a secret, and no obligation of hard-coded credentials is violated or open.`, project.evidenceOf(firstLines(given)));
}

/** Secrets that a claim names, none of which is bound to a literal: where they are bound. */
function namesWithoutLiteral(given: Case, bound: readonly string[]): readonly { path: string; line: number; name: string }[] {
  const names = namedValues(given).filter((name) => isSecretName(name));
  if (names.length === 0 || names.some((name) => bound.includes(name))) return [];
  return names.flatMap((name) => scopeOf(given).flatMap((region) => {
    const lines = given.project.linesOf(region.path);
    const index = lines.findIndex((text, at) => at + 1 >= region.first && at < region.last && !text.trimStart().startsWith("#") && wordsOf(text.slice(0, 400)).includes(name));
    return index < 0 ? [] : [{ path: region.path, line: index + 1, name }];
  }));
}

/** Violated rows of hard-coded credentials that read a name. */
function usesOfSecret(given: Case, name: string): readonly LedgerRow[] {
  const isRead = (row: LedgerRow): boolean => wordsOf(row.subject).at(-1) === name;
  return given.project.input.report.obligations.filter((row) => row.verdict === "violated" && row.shown && row.cwe.includes(798) && isRead(row));
}

/** Literals of the code, and those that are bound to a name of a secret and are no stand-in for one. */
function secretsIn(given: Case): { readonly count: number; readonly secrets: readonly { path: string; line: number; name: string }[] } {
  const secrets: { path: string; line: number; name: string }[] = [];
  let count = 0;
  for (const { path, first, last } of scopeOf(given)) {
    for (const each of given.project.input.constructsOf(path)) {
      if (each.kind !== "text" || each.text === undefined || each.role === "alone" || each.last < first || each.first > last) continue;
      count++;
      const name = each.bound.slice(each.bound.lastIndexOf(".") + 1);
      const isBound = each.role === "assigned" || each.role === "keyword" || each.role === "item" || each.role === "default" || each.role === "compared";
      if (isBound && each.text.length >= 3 && isSecretName(name) && !isPlaceholder(each.text)) secrets.push({ path, line: each.first, name });
    }
  }
  return { count, secrets };
}

/** Names of calls that hand out what must be given back. */
const acquiring = /(?:^|[._])(?:open|fdopen|socket|connect|create_connection|cursor|session|acquire|Popen|urlopen|mkstemp|TemporaryFile|NamedTemporaryFile|ThreadPoolExecutor|Pool)$/;

/** "Resources are not closed." */
export function checkMissingRelease(given: Case): Settled {
  const { project } = given;
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const settled = weakByRows(given, rowsThere(given, [...given.claim.weaknesses, 772, 775, 404]));
  if (settled !== undefined) return settled;
  const facts = new RegionFacts(project);
  const regions = scopeOf(given);
  const calls = regions.flatMap((region) => facts.calls(region));
  const acquires = calls.filter((call) => acquiring.test(call.name));
  const unheld = acquires.filter((call) => !/^\s*(?:async\s+)?with\b|return\b/.test(project.linesOf(call.path)[call.line - 1] ?? ""));
  const where = caseWhere(given);
  if (unheld.length > 0) return unsupported(`Whether ${unheld[0]!.name} in ${where} hands out something that must be released is not known.`, project.evidenceOf(unheld));
  const held = acquires.length > 0 ? ` ${acquires.length} stand in a with statement.` : "";
  return refuted(`The population is empty: of ${plural(calls.length, "call")} in ${where} 0 acquire a resource that is left to the code to release.${held}`, project.evidenceOf(acquires.length > 0 ? acquires : calls.length > 0 ? calls : firstLines(given), 4));
}

/** Any weakness, by its id. */
export function checkWeakness(given: Case): Settled {
  if (given.claim.weaknesses.length === 0) return unsupported("It names no weakness that could be looked for.", []);
  if (given.files.length === 0 && given.places.length === 0) return noPlace(given);
  const settled = weakByRows(given, rowsThere(given));
  if (settled !== undefined) return settled;
  const nowhere = otherThere(given) ?? noneThere(given);
  if (nowhere !== undefined) return nowhere;
  const { catalog } = given.project.input;
  const isCovered = catalog.detectors.some((detector) => given.claim.weaknesses.some((id) => detector.cwe.includes(id) || detector.broader.includes(id)));
  return unsupported(isCovered ? `The ledger has no obligation of ${meaning(given)} in ${caseWhere(given)}.` : `No detector speaks about ${meaning(given)}.`, []);
}

/** Another weakness stands at the place: then the claim may mean that one by the wrong name. */
function otherThere(given: Case): Settled | undefined {
  const shown = rowsThere({ ...given, files: [] }, pillarIds).rows.filter((row) => row.verdict === "violated" && row.shown);
  const [first] = given.places.length === 0 ? [] : shown;
  if (first === undefined) return undefined;
  return unsupported(`No obligation of ${meaning(given)} stands there. What is violated there is ${first.detector}, CWE-${first.cwe[0]} [${first.id}].`, given.project.evidenceOf(placesOf(shown)));
}

/**
 * A place whose calls are all known, none of which is a place of the weakness: then there is nothing there that could be weak
 * in this way. A call of the project may be weak inside, and one without a model anywhere.
 */
function noneThere(given: Case): Settled | undefined {
  const { project, claim, places } = given;
  const [id] = claim.weaknesses;
  const { catalog, program } = project.input;
  if (places.length === 0 || id === undefined || !isNarrow(id) || !catalog.detectors.some((detector) => detector.cwe[0] === id && detector.flow !== undefined)) return undefined;
  const facts = new RegionFacts(project);
  const calls = places.flatMap((place) => facts.calls(place));
  const isKnown = (row: number): boolean => program.classOfCall(row) === "builtin" || (program.targetsOf(row).length > 0 && program.targetsOf(row).every((target) => target.kind === "api"));
  if (calls.length === 0 || !calls.every((call) => isKnown(call.row))) return undefined;
  return refuted(`${calls.length === 1 ? "The only call" : `All ${calls.length} calls`} at ${caseWhere(given)} ${calls.length === 1 ? "is" : "are"} known, and no place of ${meaning(given)}.`, project.evidenceOf(calls));
}

/** Words that deny a weakness, and do not only praise. */
const deniesWeakness = /\b(?:no|not|none|never|without|free|n't|cannot|nothing|safe|secure|prevent\w*|eliminat\w*|avoid\w*|mitigat\w*|protect\w*|guard\w*)\b|n't\b/i;

/** "No issue of this kind was found." */
export function checkAbsence(given: Case): Settled {
  const { claim, project, files } = given;
  if (files.length === 0 && given.places.length === 0) return noPlace(given);
  if (claim.weaknesses.length === 0) return generalAbsence(given);
  const there = rowsThere(given);
  const settled = fineByRows(given, there);
  // That a protection is used says nothing of the places where it is not.
  if (settled?.verdict === "refuted" && !deniesWeakness.test(claim.text)) return unsupported(`It says what is done, and not that nothing is wrong. ${settled.reason}`, settled.evidence);
  const isPillar = claim.cwe !== undefined && pillarIds.includes(claim.cwe);
  const isSmall = isNarrow(claim.weaknesses[0]!) || (given.places.length > 0 && !isPillar);
  if (settled?.verdict === "confirmed" && !isSmall) {
    return unsupported(`It speaks of all that falls under ${meaning(given)}. The ${plural(there.rows.length, "obligation")} of it in ${caseWhere(given)} ${there.rows.length === 1 ? "is" : "are"} proven; that is not all of it.`, project.evidenceOf(placesOf(there.rows), 4));
  }
  if (settled?.verdict === "confirmed") return { ...settled, reason: `${plural(there.rows.length, "obligation")} of this ${isPillar ? "pillar" : "kind"} ${there.rows.length === 1 ? "stands" : "stand"} in ${caseWhere(given)}, all proven: ${provenText(there.rows)}.` };
  if (settled !== undefined) return settled;
  if (claim.weaknesses.includes(89) && given.places.length > 0) return checkParameterised(given);
  const nowhere = noneThere(given);
  if (nowhere !== undefined) return { ...nowhere, verdict: "confirmed" };
  if (claim.weaknesses.includes(798)) {
    const found = secretsIn(given);
    if (found.secrets.length === 0) return confirmed(`Of ${plural(found.count, "literal text")} in ${caseWhere(given)} 0 stand under the name of a secret, and no obligation of hard-coded credentials is violated or open.`, project.evidenceOf(firstLines(given)));
  }
  return unsupported(`Nothing in ${caseWhere(given)} is known to be of this kind: the population is empty, and what is claimed holds of nothing.`, []);
}

/** Holds for a weakness that is narrow enough for its obligations to be all there is to it. */
const isNarrow = (id: number): boolean => ["base", "variant"].includes(cweOf(id)?.abstraction ?? "");

/** "The code has no defects": one finding in it is enough. */
function generalAbsence(given: Case): Settled {
  const { project } = given;
  const regions = scopeOf(given);
  const holds = ({ path, line, endLine }: { path: string; line: number; endLine: number }): boolean => regions.some((each: Region) => each.path === path && line <= each.last && endLine >= each.first);
  const { report } = project.input;
  const findings = [...report.findings, ...report.questions].filter((finding) => finding.shown && finding.role === "product" && holds(finding));
  if (findings.length > 0) {
    const first = findings[0]!;
    return refuted(`There ${findings.length === 1 ? "is 1 finding" : `are ${findings.length} findings`} in ${caseWhere(given)}; the first is CWE-${first.cwe[0]}: ${first.message.replace(/\.$/, "")} [${first.id}].`, project.evidenceOf(findings.flatMap((finding) => [finding, ...finding.steps.slice(0, 2)])));
  }
  const rows = regions.flatMap((region) => project.rowsOfFile(region.path).filter((row) => row.line <= region.last && row.endLine >= region.first));
  const count = (verdict: LedgerRow["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
  return unsupported(`It speaks of every weakness at once. There ${rows.length === 1 ? "is" : "are"} ${plural(rows.length, "obligation")} in ${caseWhere(given)}: ${count("proven")} proven, ${count("open")} open, ${count("violated")} below what is shown.`, []);
}
