/** `warrant explain`: the page of a detector, from the same text that the reviewer and the tests use. */
import { loadCatalog } from "../catalog/load.ts";
import { cweName, type Detector, matchesSelector, suggestion } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function runExplain(rule: string, terminal: Terminal): number {
  const { detectors } = loadCatalog();
  const found = detectors.filter((detector) => matchesSelector(detector, rule));
  if (found.length === 0) {
    const words = detectors.flatMap((detector) => [detector.id, ...detector.aliases]);
    throw new UsageError(`no detector goes by "${rule}"${suggestion(rule, words)}\nThere are: ${detectors.map((each) => each.id).sort().join(", ")}`);
  }
  terminal.stdout.write(found.length === 1 ? pageText(found[0]) : listText(rule, found));
  return exitCodes.fine;
}

function pageText(detector: Detector): string {
  const lines = [
    `# ${detector.title}`, "", detector.summary, "",
    `- id: ${detector.id}`,
    `- weakness: ${detector.cwe.map(cweText).join("; ")}`,
  ];
  if (detector.broader.length > 0) lines.push(`- also reported by advisories as: ${detector.broader.map(cweText).join("; ")}`);
  lines.push(`- severity: ${detector.severity}`);
  if (detector.aliases.length > 0) lines.push(`- same rule elsewhere: ${detector.aliases.join(", ")}`);
  lines.push(`- reports: a ${detector.reports}${detector.shown ? "" : ", shown with --all only"}`);
  for (const [heading, text] of Object.entries(detector.sections)) lines.push("", `## ${heading}`, "", text);
  return `${lines.join("\n")}\n`;
}

function listText(rule: string, found: readonly Detector[]): string {
  const width = Math.max(...found.map((detector) => detector.id.length));
  const lines = found.map((detector) => `${detector.id.padEnd(width)}  ${detector.title} (${detector.cwe.map((id) => `CWE-${id}`).join(", ")})`);
  return [`${found.length} detectors go by "${rule}"; warrant explain ID prints one of them`, "", ...lines, ""].join("\n");
}

function cweText(id: number): string {
  const name = cweName(id);
  return name === "" ? `CWE-${id}` : `CWE-${id} ${name}`;
}
