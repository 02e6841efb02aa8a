/**
 * Checked claims beside the facts, as one page: no script, no network, no address of anything outside.
 *
 * Text of the review and of the project passes `htmlText`. The policy allows this one style sheet, by its digest.
 */
import type { Answer, Evidence, Missed, Verification } from "../../verify/index.ts";
import { htmlText } from "../escape.ts";
import { driftText, figures, verdictWords } from "./groups.ts";
import { pageStyle, pageStyleDigest } from "./page-style.ts";
import { placeOf } from "./text.ts";

/** Renders a verification as one HTML page, in pieces. */
export function* verificationHtml(verification: Verification): Generator<string> {
  const { review, target, tool, counts, missed, answers } = verification;
  const title = `${review.name} against ${target.project}`;
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${pageStyleDigest}'; base-uri 'none'; form-action 'none'">\n`;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n`;
  yield `<title>${htmlText(title)}</title>\n<style>${pageStyle}</style>\n</head>\n<body>\n<header>\n<h1>${htmlText(title)}</h1>\n`;
  yield `<p>${htmlText(`warrant ${tool.version}, catalog ${tool.catalog.slice(0, 12)}${target.revision === "" ? "" : `, revision ${target.revision}`}${review.by.length === 0 ? "" : `; written by ${review.by.join(", ")}`}.`)}</p>\n`;
  yield `<p>${htmlText(`${figures(counts, missed.length)}.`)}</p>\n`;
  for (const reason of verification.incompleteBecause) yield `<p>Incomplete: ${htmlText(reason)}.</p>\n`;
  if (!target.identification.isIdentified) yield `<p>Not identified: ${htmlText(target.identification.what)}.</p>\n`;
  yield `</header>\n<main>\n<h2>Claims and facts</h2>\n`;
  yield `<table>\n<thead><tr><th scope="col">Claim</th><th scope="col">What it says</th><th scope="col">Verdict</th><th scope="col">What the code says</th></tr></thead>\n<tbody>\n`;
  for (const answer of answers) yield rowOf(answer);
  yield `</tbody>\n</table>\n`;
  yield* missedPart(missed);
  yield `</main>\n</body>\n</html>\n`;
}

function rowOf(answer: Answer): string {
  const { claim, verdict } = answer;
  const place = placeOf(answer);
  const drift = driftText(answer);
  const facts = [
    `<p>${htmlText(answer.reason)}</p>`,
    ...(answer.fact === undefined ? [] : [`<p>Fact: ${htmlText(answer.fact)}.</p>`]),
    ...(drift === "" ? [] : [`<p>Drift: ${htmlText(drift)}.</p>`]),
    ...answer.notes.map((note) => `<p>Note: ${htmlText(note)}.</p>`),
    ...(answer.evidence.length === 0 ? [] : [`<ul>${answer.evidence.map(evidenceItem).join("")}</ul>`]),
  ];
  const cited = place === "" ? "" : `<p><code>${htmlText(place)}</code></p>`;
  return `<tr id="claim-${htmlText(claim.id)}"><th scope="row">${htmlText(claim.id)}</th><td><p>${htmlText(claim.text)}</p>${cited}</td>` +
    `<td><strong class="${verdict}">${verdictWords[verdict]}</strong></td><td>${facts.join("")}</td></tr>\n`;
}

const evidenceItem = ({ path, line, text }: Evidence): string => `<li><code>${htmlText(`${path}:${line}`)}</code> <code>${htmlText(text)}</code></li>`;

function* missedPart(missed: readonly Missed[]): Generator<string> {
  if (missed.length === 0) return;
  yield `<h2>Missed in the same files</h2>\n<ul>\n`;
  for (const each of missed) {
    yield `<li><code>${htmlText(`${each.path}:${each.line}`)}</code> ${htmlText(`${each.severity}, CWE-${each.cwe[0]} ${each.title}: ${each.message} [${each.id}]`)}` +
      `<ul>${each.steps.map(evidenceItem).join("")}</ul></li>\n`;
  }
  yield `</ul>\n`;
}
