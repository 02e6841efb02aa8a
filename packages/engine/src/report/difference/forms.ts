/** The forms of a difference: one table, as for reviews. A form is a file of this folder and a row here. */
import type { Difference } from "../../change/index.ts";
import type { FormOptions } from "../forms.ts";
import { remarkForms } from "../hosts/index.ts";
import { renderSarifPieces } from "../sarif.ts";
import { renderDifferenceJson } from "./json.ts";
import { renderDifferenceMarkdown } from "./markdown.ts";
import { remarksOfDifference } from "./remarks.ts";
import { renderDifferenceText } from "./text.ts";

/** A form that a difference can be put into. */
export interface DifferenceForm {
  /** As `--format` and `--NAME-output` call it. */
  readonly name: string;
  readonly render: (difference: Difference, options: FormOptions) => Iterable<string>;
}

/** In the order in which help lists them. */
export const differenceForms: readonly DifferenceForm[] = [
  { name: "text", render: (difference, options) => [renderDifferenceText(difference, options)] },
  { name: "markdown", render: (difference, options) => [renderDifferenceMarkdown(difference, options)] },
  { name: "json", render: (difference) => renderDifferenceJson(difference) },
  { name: "sarif", render: renderDifferenceSarif },
  ...remarkForms.map(({ name, render }): DifferenceForm => ({ name, render: (difference, { today }) => [render(remarksOfDifference(difference), today)] })),
];

/**
 * The second revision as SARIF, with `baselineState`: what stands, what is new, and what is gone. What was not examined again
 * counts as unchanged, so that no reader closes it.
 */
function renderDifferenceSarif(difference: Difference): Iterable<string> {
  const { findings, after, shown } = difference;
  const states = new Map([
    ...findings.fresh.map(({ finding }) => [finding.id, "new"] as const),
    ...findings.standing.map(({ finding }) => [finding.id, "unchanged"] as const),
  ]);
  const gone = [
    ...[...findings.fixed, ...findings.undecided].map(({ finding }) => ({ finding, state: "absent" as const })),
    ...findings.notExamined.map(({ finding }) => ({ finding, state: "unchanged" as const })),
  ];
  const report = { ...after, findings: shown.filter((finding) => finding.kind === "finding") };
  return renderSarifPieces(report, { full: false, baseline: { states, gone } });
}
