/** JUnit XML: what every build server can show. */
import { visible, visibleLines } from "../escape.ts";
import { headingOf, type Remark, remarkLines, type Remarks } from "./remark.ts";

/**
 * Renders remarks as test cases: a finding failed, a question was skipped. One more case says whether the review is complete, so
 * that the file is never without a case, which some readers take for a mistake.
 */
export function renderJunit(given: Remarks): string {
  const failed = given.remarks.filter((remark) => remark.kind === "finding").length;
  const counts = `tests="${given.remarks.length + 1}" failures="${failed}" errors="${given.incompleteBecause.length > 0 ? 1 : 0}" skipped="${given.remarks.length - failed}"`;
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="warrant" ${counts}>`,
    `  <testsuite name="${xml(`warrant ${given.project}`)}" ${counts}>`,
    ...given.remarks.flatMap(caseLines),
    ...completeLines(given),
    `    <system-out>${xml(given.summary)}</system-out>`,
    `  </testsuite>`,
    `</testsuites>`,
  ];
  return `${lines.join("\n")}\n`;
}

function caseLines(remark: Remark): string[] {
  const name = xml(`${remark.detector} ${remark.path}:${remark.line} [${remark.id}]`);
  const text = xml([`${remark.path}:${remark.line}:${remark.column}`, ...remarkLines(remark)].map(visible).join("\n"));
  const told = remark.kind === "finding"
    ? `<failure type="${xml(remark.detector)}" message="${xml(`${headingOf(remark)}: ${remark.message}`)}">${text}</failure>`
    : `<skipped message="${xml(`${headingOf(remark)}: ${remark.message}`)}"/>`;
  return [
    `    <testcase classname="${xml(classNameOf(remark.path))}" name="${name}" file="${xml(remark.path)}" line="${remark.line}">`,
    `      ${told}`,
    `    </testcase>`,
  ];
}

/** Readers make a tree of the dots. */
const classNameOf = (path: string): string => path.replace(/\.[^./]*$/, "").replace(/\//g, ".");

function completeLines(given: Remarks): string[] {
  if (given.incompleteBecause.length === 0) return [`    <testcase classname="warrant" name="the review is complete"/>`];
  return [
    `    <testcase classname="warrant" name="the review is complete">`,
    `      <error type="incomplete" message="the review is incomplete">${xml(given.incompleteBecause.map(visible).join("\n"))}</error>`,
    `    </testcase>`,
  ];
}

/** XML 1.0 has no way to write most control characters, so they are written out; `>` too, or a text could hold `]]>`. */
const xml = (text: string): string => {
  const entity: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return visibleLines(text).replace(/[&<>"']/g, (char) => entity[char]).replace(/\t/g, "&#9;");
};
