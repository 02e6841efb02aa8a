/** The written review on one page: what there is room for, and a line for whatever is cut. */
import type { Finding, Pillar, Report } from "../../review/index.ts";
import { findingSentences } from "./finding-sentences.ts";
import { itemLines, type Medium, paragraphLines } from "./medium.ts";
import {
  assumptionSentences, blindSentences, headSentences, humanSentences, ledgerSentence, limitSentences, openSentences, provenSentences, shortAssumptions,
} from "./sections.ts";
import { figure, figures, type Part, type Sentence, sentence } from "./sentence.ts";

/** The page: lines, and columns of a line. */
export const pageLinesMax = 80;
export const pageColumnsMax = 120;

/** Where the rest of the review is: a file that was written in the same run, or the command that writes it. */
export interface FullReport {
  /** Link target, relative to the page; "" if the run wrote none. */
  readonly file: string;
}

/** A list of the page with its cut. */
interface Section {
  readonly title: string;
  /** Names the whole list: `E-proven`. */
  readonly id: string;
  readonly noun: string;
  readonly said: readonly Sentence[];
  /** Sentences shown at first, and when the findings need the room. */
  readonly most: number;
  readonly least: number;
  /** What is said when the list is empty. */
  readonly none: string;
}

/** Sets the whole review: no line is filled, nothing is left out. */
export function fullLines(report: Report, medium: Medium): string[] {
  const lines = [...headLines(report, medium, undefined), "", ...pillarLines(report, medium), ...medium.heading(`Findings (${report.findings.length})`)];
  if (report.findings.length === 0) lines.push(...itemLines(medium, noFinding));
  for (const finding of report.findings) lines.push(...findingBlock(report, finding, medium, "full"));
  for (const { title, said, none, id } of sectionsOf(report, Number.MAX_SAFE_INTEGER)) {
    lines.push(...medium.heading(title), ...said.flatMap((each) => itemLines(medium, each)));
    if (said.length === 0) lines.push(...itemLines(medium, sentence(id, [none])));
  }
  lines.push(...medium.heading("Assumptions"), ...assumptionSentences(report).flatMap((each) => itemLines(medium, each)));
  return [...lines, ...medium.heading("Ledger"), ...report.obligations.flatMap((row) => itemLines(medium, ledgerSentence(row)))];
}

/** Sets the page: at most {@link pageLinesMax} lines. */
export function pageLines(report: Report, medium: Medium, full: FullReport): string[] {
  const head = [...headLines(report, medium, full), "", ...pillarLines(report, medium)];
  const foot = [...medium.heading("Assumptions"), ...paragraphLines(medium, shortAssumptions(report), 6)];
  const sections = sectionsOf(report, 3);
  const spare = pageLinesMax - head.length - foot.length;
  const tail = (isTight: boolean): string[] => sections.flatMap((each) => sectionLines(each, medium, isTight ? each.least : each.most));
  const needed = findingLines(report, medium, Number.MAX_SAFE_INTEGER, "brief").length;
  const roomy = tail(false);
  const isTight = spare - roomy.length < needed * 2;
  const rest = isTight ? tail(true) : roomy;
  const findings = fitFindings(report, medium, spare - rest.length);
  return [...head, ...findings, ...widen(sections, medium, isTight, spare - findings.length), ...foot];
}

/** Room that findings leave goes to the other lists, one sentence each in turn. */
function widen(sections: readonly Section[], medium: Medium, isTight: boolean, room: number): string[] {
  const counts = sections.map((each) => (isTight ? each.least : each.most));
  const set = (): string[] => sections.flatMap((each, index) => sectionLines(each, medium, counts[index]));
  let best = set();
  for (let goesOn = true; goesOn; ) {
    goesOn = false;
    for (let index = 0; index < sections.length; index++) {
      if (counts[index] >= sections[index].said.length) continue;
      counts[index]++;
      const wider = set();
      if (wider.length <= room) {
        best = wider;
        goesOn = true;
      } else counts[index]--;
    }
  }
  return best;
}

function sectionsOf(report: Report, blindEach: number): readonly Section[] {
  const list = (title: string, id: string, noun: string, said: readonly Sentence[], size: { most: number; least: number; none: string }): Section =>
    ({ title, id, noun, said, ...size });
  return [
    list("For a human", "E-human", "item", humanSentences(report), { most: 4, least: 2, none: "0 questions, 0 suppressed." }),
    list("Proven", "E-proven", "population", provenSentences(report), { most: 6, least: 3, none: "0 populations with a proven member." }),
    list("Unresolved", "E-unresolved", "blocker", openSentences(report), { most: 4, least: 2, none: "0 open." }),
    list("Blind spots", "E-blind", "line", blindSentences(report, blindEach), { most: 3, least: 1, none: "0 known." }),
    list("Limits", "E-limits", "limit", limitSentences(report), { most: 4, least: 2, none: "0 recorded." }),
  ];
}

function sectionLines(section: Section, medium: Medium, most: number): string[] {
  const { title, id, noun, said, none } = section;
  const shown = said.slice(0, most);
  const lines = shown.flatMap((each) => itemLines(medium, each));
  const rest = said.length - shown.length;
  if (said.length === 0) lines.push(...itemLines(medium, sentence(id, [none])));
  if (rest > 0) lines.push(...itemLines(medium, sentence(id, [`${figure(rest)} of ${figures(said.length, noun)} left out here, all in the full report.`])));
  return [...medium.heading(title), ...lines];
}

function headLines(report: Report, medium: Medium, full: FullReport | undefined): string[] {
  const { name, revision } = report.project;
  const title: Part[] = ["Security review of ", { code: name, most: 24 }];
  if (revision !== "") title.push(" at ", { code: revision, most: 64 });
  const lines = [medium.title(title), ...paragraphLines(medium, headSentences(report), 6)];
  if (full === undefined) return lines;
  const where: Part[] = full.file === "" ? [{ prose: "what `--html-output FILE` writes" }] : [{ link: full.file }];
  return [...lines, ...paragraphLines(medium, [sentence("E-full", ["the full report is ", ...where, "; ", { prose: "`warrant show ID`" }, " prints the facts behind an id."])], 2)];
}

const noFinding = sentence("E-findings", ["0 shown; the table above gives what was examined."]);

type Depth = "brief" | "what" | "path" | "six" | "full";

/** Deepens from the top what fits: a line each, then what it is, then the path, then the six lines. */
function fitFindings(report: Report, medium: Medium, room: number): string[] {
  const brief = findingLines(report, medium, Number.MAX_SAFE_INTEGER, "brief");
  if (brief.length > room) return cutFindings(report, medium, room);
  let best = brief;
  const depths = ["brief", "what", "path", "six"] as const;
  for (let at = 1; at < depths.length; at++) {
    for (let count = 1; count <= report.findings.length; count++) {
      const deeper = findingLines(report, medium, count, depths[at], depths[at - 1]);
      if (deeper.length > room) return best;
      best = deeper;
    }
  }
  return best;
}

function cutFindings(report: Report, medium: Medium, room: number): string[] {
  const { findings } = report;
  const count = Math.max(0, room - medium.heading("").length - 1);
  const rest = findings.length - count;
  return [
    ...medium.heading(`Findings (${figure(findings.length)})`),
    ...findings.slice(0, count).flatMap((finding) => findingBlock(report, finding, medium, "brief")),
    ...itemLines(medium, sentence("E-findings", [`${figure(rest)} of ${figures(findings.length, "finding")} left out here, all in the full report.`], 1)),
  ];
}

/** The first `count` findings in one depth, the rest in another. */
function findingLines(report: Report, medium: Medium, count: number, depth: Depth, others: Depth = "brief"): string[] {
  const { findings } = report;
  const lines = [...medium.heading(`Findings (${figure(findings.length)})`)];
  if (findings.length === 0) lines.push(...itemLines(medium, noFinding));
  findings.forEach((finding, index) => lines.push(...findingBlock(report, finding, medium, index < count ? depth : others)));
  return lines;
}

function findingBlock(report: Report, finding: Finding, medium: Medium, depth: Depth): string[] {
  const said = findingSentences(finding, report.rules.find((rule) => rule.id === finding.detector), depth === "full");
  if (depth === "brief") return itemLines(medium, said.brief);
  if (depth === "what") return itemLines(medium, said.what);
  const told = depth === "path" ? [said.path] : [said.path, said.reach, said.fix, said.change];
  const inner = told.flatMap((each) => itemLines(medium, each, "  - "));
  const lines = [...itemLines(medium, said.what), ...inner];
  if (depth !== "full") return lines;
  const steps = finding.steps.flatMap((step, index) => itemLines(medium, sentence(`E${finding.id.slice(1)}.${index + 1}`, [
    { code: `${step.path}:${step.line}:${step.column}` }, " ", { code: step.text }, ` (${step.kind}: `, { prose: step.why }, ").",
  ]), "  - "));
  return [...lines, ...steps];
}

function pillarLines(report: Report, medium: Medium): readonly string[] {
  const header = ["pillar", "verdict", "sites", "find", "quest", "open", "proven", "because"];
  const isPage = Number.isFinite(medium.columns);
  return medium.table(header, report.pillars.map((pillar) => [
    `${pillar.id} ${isPage ? cutName(pillar.name) : pillar.name}`, pillar.verdict, ...[pillar.examined, pillar.findings, pillar.questions, pillar.open, pillar.proven].map(String),
    pillarBecause(pillar),
  ]));
}

/** Longest name of a pillar on the page; one of the ten is longer. */
const pillarNameMax = 38;
const cutName = (name: string): string => (name.length <= pillarNameMax ? name : `${name.slice(0, pillarNameMax - 1)}…`);

/** Why a pillar has its verdict, beside the figures of its row. */
export function pillarBecause(pillar: Pillar): string {
  if (pillar.verdict === "not covered" || pillar.verdict === "not run") return pillar.because;
  const kept = pillar.notShown > 0 ? `, ${pillar.notShown} kept back` : "";
  const silenced = pillar.suppressed > 0 ? `, ${pillar.suppressed} silenced` : "";
  return `${figures(pillar.detectors, "detector")}${kept}${silenced}`;
}
