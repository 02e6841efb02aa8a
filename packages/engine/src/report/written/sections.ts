/** The sentences of every section but the findings, the ones that tell most first. */
import { compareText, severityRank } from "../../findings/index.ts";
import { openWords, provenWords, type LedgerRow, type Proof, type Report } from "../../review/index.ts";
import { blindSpotLines } from "../blind-spots.ts";
import { unfollowedText } from "../phrases.ts";
import { messageParts } from "./finding-sentences.ts";
import { figure, figures, middleCut, type Part, type Sentence, sentence } from "./sentence.ts";

const blockerMax = 50;
const subjectMax = 50;

/** What was read, called and entered: the denominators of the whole review. */
export function headSentences(report: Report): readonly Sentence[] {
  const { files, calls, entries } = report.coverage;
  const state = report.complete ? "complete" : `incomplete for ${figures(report.incompleteBecause.length, "reason")}, under Limits`;
  const { projectPages } = report.tool;
  return [
    sentence("E-tool", [`warrant ${report.tool.version}, catalog ${report.tool.catalog.slice(0, 12)}.`]),
    sentence("E-files", [
      `${figures(files.analysed, "file")}, ${figures(files.lines, "line")} examined, ${files.partial} in part, ${files.skipped.length} skipped` +
        `${unfollowedText(files)}; ${state}.`,
    ]),
    sentence("E-calls", [
      `${figure(calls.project)} into the project, ${figure(calls.external)} into libraries, ${figure(calls.builtin)} builtin, ` +
        `${figure(calls.derived)} on their results, ${figure(calls.unresolved)} unresolved.`,
    ]),
    sentence("E-entries", [`${Object.entries(entries).map(([kind, count]) => `${kind} ${figure(count ?? 0)}`).join(", ") || "0"}.`]),
    ...(projectPages.length === 0 ? [] : [pagesSentence(projectPages)]),
  ];
}

/** Pages of the project decide with the catalog, so a reader must see that they were there. */
function pagesSentence(pages: readonly string[]): Sentence {
  const named = pages.slice(0, 3).flatMap((path, index): Part[] => [index === 0 ? "" : ", ", { code: middleCut(path, subjectMax) }]);
  const rest = pages.length > 3 ? ` and ${pages.length - 3} more` : "";
  return sentence("E-pages", [`${figures(pages.length, "catalog page")} of this project in force: `, ...named, `${rest}.`]);
}

/** Questions, what comments silence, and what the precision floor keeps back. */
export function humanSentences(report: Report): readonly Sentence[] {
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const all = report.questions.map((question) => sentence(question.id, [
    `${question.severity}, CWE-${question.cwe[0]} at `, { code: `${question.path}:${question.line}` }, ": ",
    ...messageParts(question, rules.get(question.detector), (text) => ({ code: middleCut(text, subjectMax) })),
  ]));
  if (report.notShown > 0) {
    all.push(sentence("E-floor", [`${figures(report.notShown, "finding")} kept back below the precision floor; `, { prose: "`--all` shows them" }, "."]));
  }
  if (report.baseline !== undefined) {
    const { name, known, gone } = report.baseline;
    all.push(sentence("E-baseline", [`${figures(known.length, "finding")} held by the baseline `, { code: middleCut(name, 60) }, `, ${gone} of it not met any more.`]));
  }
  for (const { finding, dialect, path, line, reason } of report.suppressed) {
    const given: Part[] = reason === "" ? ["no reason given"] : ["reason: ", { code: middleCut(reason, 60) }];
    all.push(sentence(finding.id, [`${finding.detector} silenced by ${dialect} at `, { code: `${path}:${line}` }, "; ", ...given, "."]));
  }
  report.suppressionNotes.forEach((note, index) => {
    all.push(sentence(`E-suppression.${index + 1}`, [{ code: `${note.path}:${note.line}` }, ` ${note.state}: `, { prose: note.message }, "."]));
  });
  return all;
}

/** Populations of which members hold: whole ones of high severity first. */
export function provenSentences(report: Report): readonly Sentence[] {
  const severityOf = new Map(report.rules.map((rule) => [rule.id, severityRank(rule.severity)]));
  const rank = (proof: Proof): number => severityOf.get(proof.detector) ?? 9;
  return report.proofs
    .filter((proof) => proof.proven > 0)
    .sort((left, right) =>
      Number(right.proven === right.examined) - Number(left.proven === left.examined) || rank(left) - rank(right)
      || right.proven - left.proven || compareText(left.id, right.id))
    .map(provenSentence);
}

function provenSentence(proof: Proof): Sentence {
  const reasons = proof.byReason.map(({ code, count }) => `${figure(count)} ${provenWords[code] ?? code}`).join(", ");
  const rest = [proof.violated > 0 ? `${figure(proof.violated)} violated` : "", proof.open > 0 ? `${figure(proof.open)} open` : ""]
    .filter((part) => part !== "").map((part) => `; ${part}`).join("");
  return sentence(proof.id, [{ prose: proof.population }, `: ${figure(proof.proven)} of ${figures(proof.examined, "site")} hold: ${reasons}${rest}.`], 1);
}

/** Open rows by what would close them, the one that closes most first. */
export function openSentences(report: Report): readonly Sentence[] {
  return report.openGroups.map((group) => {
    const others = group.count === 1 ? "" : ` and ${figure(group.count - 1)} more`;
    const detail: Part[] = group.blocker === "" ? [] : [" (", { code: middleCut(group.blocker, blockerMax) }, ")"];
    const what = openWords[group.code]?.blocker ?? group.code;
    return sentence(group.id, [`${others === "" ? "" : `${others.trimStart()}, first `}at `, { code: `${group.path}:${group.line}` }, `: ${what}`, ...detail, `; closed by ${group.close}.`]);
  });
}

/** What the review cannot see, `most` of each kind. */
export function blindSentences(report: Report, most: number): readonly Sentence[] {
  return blindSpotLines(report, most).map(({ id, subject, place, text }) => {
    const about: Part[] = subject === "" ? [] : [{ code: middleCut(subject, subjectMax) }];
    const where: Part[] = place === "" ? [] : [" at ", { code: place }];
    const parts = [...about, ...where];
    return sentence(id, [...parts, parts.length === 0 ? "" : ": ", { prose: text }, "."]);
  });
}

/** What every verdict rests on. */
export const assumptionSentences = (report: Report): readonly Sentence[] => report.assumptions.map((each) => sentence(each.id, [{ prose: each.text }]));

/** The same in a few words each. */
export const shortAssumptions = (report: Report): readonly Sentence[] =>
  report.assumptions.map((each, index) => sentence(each.id, [`${each.short}${index < report.assumptions.length - 1 ? ";" : "."}`]));

/** What was not looked at, or not in full; the reasons that make the review incomplete first. */
export function limitSentences(report: Report): readonly Sentence[] {
  const reasons = report.incompleteBecause.map((reason, index) => sentence(`E-incomplete.${index + 1}`, [{ code: middleCut(reason, 150) }], 2));
  const limits = report.limits.map((limit) => {
    const place: Part[] = limit.path === "" ? [] : [" ", { code: limit.line === undefined ? limit.path : `${limit.path}:${limit.line}` }];
    return sentence(limit.id, [limit.kind, ...place, ": ", { code: middleCut(limit.text, 80) }, "."], 2);
  });
  return [...reasons, ...limits];
}

/** One row of the ledger, for the full report. */
export const ledgerSentence = (row: LedgerRow): Sentence =>
  sentence(row.id, [
    `${row.detector} at `, { code: `${row.path}:${row.line}` }, " in ", { code: row.function }, `: ${row.verdict} (${row.reason.code}: `, { prose: row.reason.text }, ").",
  ]);
