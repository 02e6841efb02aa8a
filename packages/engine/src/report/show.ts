/** The facts behind an id of a review: what `warrant show` prints. */
import type { Finding } from "../findings/index.ts";
import { CodeReader, type Ledger, toldRow } from "../ledger/index.ts";
import type { Workspace } from "../source/index.ts";
import { plural, provenWords } from "../review/index.ts";
import { blindSpotLines } from "./blind-spots.ts";
import { visible } from "./escape.ts";
import { entryText } from "./phrases.ts";
import type { Style } from "./style.ts";
import { rowLines, weaknessText } from "./why.ts";
import {
  assumptionSentences, factId, findingSentences, headSentences, humanSentences, itemLines, limitSentences, openSentences, plainMedium, provenSentences, type Sentence,
} from "./written/index.ts";

/** Rows that are listed of a population or a blocker. */
const listedMax = 40;

/** Renders the facts behind an id; undefined if the review has none of that id. */
export function renderShown(ledger: Ledger, workspace: Workspace, id: string, style: Style): string | undefined {
  const lines = new Shown(ledger, workspace, style).of(id);
  return lines === undefined ? undefined : `${lines.join("\n")}\n`;
}

class Shown {
  private readonly ledger: Ledger;
  private readonly style: Style;
  private readonly reader: CodeReader;
  private readonly medium = plainMedium(Number.POSITIVE_INFINITY);

  constructor(ledger: Ledger, workspace: Workspace, style: Style) {
    this.ledger = ledger;
    this.style = style;
    this.reader = new CodeReader(ledger, workspace);
  }

  of(id: string): readonly string[] | undefined {
    const name = id.trim();
    return this.finding(name) ?? this.fact(name) ?? this.rows(name) ?? this.population(name) ?? this.pillar(name) ?? this.listed(name);
  }

  private findingOf(id: string): Finding | undefined {
    const { report } = this.ledger;
    return [...report.findings, ...report.questions, ...report.suppressed.map((each) => each.finding)].find((finding) => finding.id === id);
  }

  private finding(id: string): readonly string[] | undefined {
    const finding = this.findingOf(id);
    if (finding === undefined) return undefined;
    const { style } = this;
    const rows = this.ledger.rowsOfId(id).map((row) => toldRow(this.ledger, this.reader, row));
    const silenced = this.ledger.report.suppressed.find((each) => each.finding.id === id);
    return [
      `${style("path", visible(`${finding.path}:${finding.line}:${finding.column}`))} ${style(finding.severity, finding.severity)} ${finding.cwe.map(weaknessText).join("; ")}`,
      `${style("id", id)} ${visible(finding.message)}`, "",
      ...(silenced === undefined ? [] : [`silenced by ${silenced.dialect}${silenced.reason === "" ? ", no reason given" : `: ${visible(silenced.reason)}`}`, ""]),
      ...rows.flatMap((told) => [...rowLines(told, this.ledger.report, style), ""]),
      `severity: ${visible(finding.severityRow.text)}`,
      ...finding.reachedFrom.map((entry) => `reached from: ${entryText(entry)} at ${style("path", visible(`${entry.path}:${entry.line}`))}`),
      `fix (advice): ${visible(finding.fix)}`,
      ...(finding.otherFlows.length === 0 ? [] : [`${plural(finding.otherFlows.length, "further way")} to the same place, in the JSON report`]),
    ];
  }

  /** `E-1a2b3c4d.path`, `.reach`, `.fix`, `.change`, `.3`: one fact of a finding. */
  private fact(id: string): readonly string[] | undefined {
    const found = /^E-([0-9a-f]{8,}(?:-\d+)?)\.([a-z]+|\d+)$/.exec(id);
    if (found === null) return undefined;
    const finding = this.findingOf(`F-${found[1]}`) ?? this.findingOf(`Q-${found[1]}`);
    if (finding === undefined) return undefined;
    if (/^\d+$/.test(found[2])) {
      const step = finding.steps[Number(found[2]) - 1];
      if (step === undefined) return undefined;
      return [`${this.style("path", visible(`${step.path}:${step.line}:${step.column}`))}  ${this.style("code", visible(step.text))}`, `${step.kind}: ${visible(step.why)}`];
    }
    const rule = this.ledger.report.rules.find((each) => each.id === finding.detector);
    const said = Object.values(findingSentences(finding, rule, true)).find((each: Sentence) => each.id === factId(finding.id, found[2]));
    if (said === undefined) return undefined;
    const steps = found[2] !== "path" ? [] : finding.steps.map((step, index) =>
      `  ${index + 1} ${this.style("path", visible(`${step.path}:${step.line}:${step.column}`))}  ${this.style("code", visible(step.text))}\n    ${step.kind}: ${visible(step.why)}`);
    const entries = found[2] !== "reach" ? [] : finding.reachedFrom.map((entry) => `  ${entryText(entry)} at ${this.style("path", visible(`${entry.path}:${entry.line}`))}`);
    return [...this.said(said), ...steps, ...entries];
  }

  private rows(id: string): readonly string[] | undefined {
    const rows = this.ledger.rowsOfId(id);
    if (rows.length === 0) return undefined;
    const lines = rows.flatMap((row) => rowLines(toldRow(this.ledger, this.reader, row), this.ledger.report, this.style));
    const group = this.ledger.report.openGroups.find((each) => each.id === id);
    if (group === undefined || group.count < 2) return lines;
    const same = this.matching((row) => row.verdict === "open" && row.reasons[0]?.code === group.code && row.reasons[0]?.text === group.blocker);
    return [...lines, "", `${plural(group.count, "open row")} of product code with this blocker; closed by ${group.close}:`, ...same];
  }

  private population(id: string): readonly string[] | undefined {
    const proof = this.ledger.report.proofs.find((each) => each.id === id);
    if (proof === undefined) return undefined;
    const said = provenSentences({ ...this.ledger.report, obligations: [] }).find((each) => each.id === id);
    return [
      ...(said === undefined ? [`${id}: ${visible(proof.population)}, none proven`] : this.said(said)),
      ...proof.byReason.map(({ code, count }) => `  ${count} ${provenWords[code] ?? code}`), "",
      ...this.matching((row) => row.detector === proof.detector && !this.ledger.files[row.file].isTest),
    ];
  }

  private pillar(id: string): readonly string[] | undefined {
    const { report } = this.ledger;
    const pillar = report.pillars.find((each) => each.id === id);
    if (pillar === undefined) return undefined;
    const all = [...report.findings, ...report.questions];
    const rules = report.rules.filter((rule) => rule.active);
    const of = new Map(rules.map((rule) => [rule.id, report.proofs.find((proof) => proof.detector === rule.id)]));
    const inPillar = rules.filter((rule) => this.pillarOf(rule.id) === pillar.cwe);
    return [
      `${weaknessText(pillar.cwe)}: ${pillar.verdict}; ${pillar.because}`,
      `${pillar.findings} findings, ${pillar.questions} questions, ${pillar.open} open (${pillar.notShown} of them violated and kept back), ${pillar.proven} proven`, "",
      ...inPillar.map((rule) => {
        const proof = of.get(rule.id);
        const figures = proof === undefined ? "0 sites" : `${proof.id} ${plural(proof.examined, "site")}: ${proof.violated} violated, ${proof.proven} proven, ${proof.open} open`;
        return `  ${rule.id} (${rule.cwe.map((cwe) => `CWE-${cwe}`).join(", ")}): ${figures}`;
      }),
      ...all.filter((finding) => this.pillarOf(finding.detector) === pillar.cwe).map((finding) => `  ${finding.id} ${finding.severity} ${this.style("path", visible(`${finding.path}:${finding.line}`))} ${visible(finding.message)}`),
    ];
  }

  private pillarOf(detector: string): number {
    return this.ledger.report.rules.find((rule) => rule.id === detector)?.pillar ?? -1;
  }

  /** Sentences of the review that stand for themselves, and lists that it cuts. */
  private listed(id: string): readonly string[] | undefined {
    const report = { ...this.ledger.report, obligations: [] };
    const blind = blindSpotLines(report, Number.MAX_SAFE_INTEGER);
    const spot = blind.find((line) => line.id === id);
    if (spot !== undefined) return [`${spot.id}: ${visible([spot.subject, spot.place].filter((part) => part !== "").join(" at "))}: ${visible(spot.text)}`];
    const lists: Readonly<Record<string, readonly string[]>> = {
      "E-proven": provenSentences(report).flatMap((said) => this.said(said)),
      "E-unresolved": openSentences(report).flatMap((said) => this.said(said)),
      "E-human": humanSentences(report).flatMap((said) => this.said(said)),
      "E-limits": limitSentences(report).flatMap((said) => this.said(said)),
      "E-blind": blind.map((line) => `- ${line.id}: ${visible(line.subject)} ${visible(line.text)}`),
      "E-findings": report.findings.map((finding) => `- ${finding.id} ${finding.severity} ${visible(`${finding.path}:${finding.line}`)} ${visible(finding.message)}`),
      "E-floor": this.matching((row) => row.verdict === "violated" && !row.shown && !this.ledger.files[row.file].isTest),
    };
    if (Object.hasOwn(lists, id)) return lists[id].length === 0 ? ["0 recorded"] : lists[id];
    const said = [...headSentences(report), ...assumptionSentences(report), ...limitSentences(report), ...humanSentences(report)].find((each) => each.id === id);
    if (said === undefined) return undefined;
    return [...this.said(said), ...this.details(id)];
  }

  private details(id: string): readonly string[] {
    const { coverage, tool } = this.ledger.report;
    switch (id) {
      case "E-tool": return [`  version ${tool.version}`, `  catalog ${tool.catalog}`];
      case "E-files": return coverage.files.skipped.slice(0, listedMax).map((each) => `  skipped ${visible(each.path)}: ${visible(each.reason)}`);
      case "E-calls": return Object.entries(coverage.calls.byReason).map(([reason, count]) => `  unresolved, ${reason}: ${count}`);
      case "E-pages": return tool.projectPages.map((path) => `  ${visible(path)}`);
      default: return [];
    }
  }

  private said(said: Sentence): string[] {
    return itemLines(this.medium, { ...said, linesMax: Number.MAX_SAFE_INTEGER }, "");
  }

  /** Rows that something holds for, one line each, at most {@link listedMax}. */
  private matching(holds: (row: ReturnType<Ledger["row"]>) => boolean): string[] {
    const lines: string[] = [];
    let total = 0;
    for (let index = 0; index < this.ledger.rowCount; index++) {
      const row = this.ledger.row(index);
      if (!holds(row)) continue;
      total++;
      if (lines.length >= listedMax) continue;
      const at = this.reader.at(row);
      const reason = row.verdict === "violated" && !row.shown ? row.notShown : (row.reasons[0]?.text ?? "");
      lines.push(`  ${row.id} ${row.verdict} ${this.style("path", visible(`${at?.path ?? ""}:${at?.line ?? 0}`))} ${row.detector}: ${visible(reason)}`);
    }
    return total > lines.length ? [...lines, `  … ${total - lines.length} of ${total} left out here; the JSON report has all`] : lines;
  }
}

