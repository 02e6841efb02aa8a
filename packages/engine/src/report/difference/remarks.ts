/** A change as remarks: what it brings, and the proofs that it takes away. What was there before is not said again. */
import type { Difference, LostProof, LostReason } from "../../change/index.ts";
import { plural } from "../../review/index.ts";
import { inRepository, type Remark, remarkOf, type Remarks } from "../hosts/remark.ts";
import { fateText, lostText, sumText } from "./words.ts";

/** Sinks of one lost reason that are named. */
const sinksMax = 5;

/** Returns what hosts of changes are told. */
export function remarksOfDifference(difference: Difference): Remarks {
  const { after, findings, questions } = difference;
  const folder = after.project.folder ?? "";
  const fresh = [...findings.fresh, ...questions.fresh].map(({ finding }) => finding);
  const told = new Set(fresh.map((finding) => finding.id));
  const lost = difference.lostProofs.flatMap((reason) => lostRemark(difference, reason, told, folder) ?? []);
  return {
    version: after.tool.version, project: after.project.name, revision: after.project.revision,
    remarks: [...findings.fresh.map(({ finding }) => remarkOf(finding, folder)), ...lost, ...questions.fresh.map(({ finding }) => remarkOf(finding, folder))],
    summary: sumText(difference),
    incompleteBecause: [...difference.before.incompleteBecause.map((reason) => `before the change: ${reason}`), ...after.incompleteBecause],
  };
}

/** One remark for all that hung on one reason: at the line that holds no more, else at the first sink. */
function lostRemark({ after }: Difference, lost: LostReason, told: ReadonlySet<string>, folder: string): Remark | undefined {
  const proofs = lost.proofs.filter((proof) => proof.is !== "weaker" && !told.has(proof.after.id));
  const [first] = proofs;
  if (first === undefined) return undefined;
  const row = first.after;
  const rule = after.rules.find((each) => each.id === row.detector);
  const stands = lost.fate === "stands" && lost.path !== undefined && lost.line !== undefined;
  const place = stands
    ? { path: lost.path ?? row.path, line: lost.line ?? row.line, column: 1, endLine: lost.line ?? row.line, endColumn: 1 }
    : { path: row.path, line: row.line, column: row.column, endLine: row.endLine, endColumn: row.endColumn };
  return {
    ...place, path: inRepository(place.path, folder),
    id: row.id, fingerprint: row.fingerprint, kind: "lost-proof", detector: row.detector, title: rule?.title ?? row.detector, cwe: row.cwe,
    severity: rule?.severity ?? "medium", function: row.function, message: messageOf(lost, proofs, folder), fix: "", steps: [], suggestions: [],
  };
}

function messageOf(lost: LostReason, proofs: readonly LostProof[], folder: string): string {
  const { reason, code } = lost;
  const where = reason.path === undefined ? "" : ` (before: ${inRepository(reason.path, folder)}:${reason.line}${code === "" ? "" : `, ${code}`})`;
  const sinks = proofs.slice(0, sinksMax).map((proof) => `${inRepository(proof.after.path, folder)}:${proof.after.line} ${proof.after.sink} is ${lostText(proof)}`);
  const more = proofs.length > sinks.length ? `; and ${plural(proofs.length - sinks.length, "sink")} more` : "";
  return `${fateText(lost)}${where}. ${plural(proofs.length, "sink")} hung on it: ${sinks.join("; ")}${more}`;
}
