/** What a change does, as JSON. Keys come in the order written here. */
import type { Difference, FindingChanges, GoneFinding, LostReason } from "../../change/index.ts";
import type { LedgerRow } from "../../review/index.ts";
import { visible } from "../escape.ts";
import { findingData, reasonData } from "../json.ts";
import { jsonPieces } from "../json-text.ts";

/** Version of the schema: the major number rises when a key goes away or changes its meaning. */
export const differenceSchemaVersion = "1.0";

/** The text of the JSON form in pieces of bounded size. */
export function* renderDifferenceJson(difference: Difference): Generator<string> {
  yield* jsonPieces(differenceData(difference));
  yield "\n";
}

/** Returns what the JSON form holds, as a value. */
export function differenceData(difference: Difference) {
  const { before, after, names } = difference;
  return {
    schema_version: differenceSchemaVersion,
    kind: "difference",
    tool: { ...after.tool, projectPages: after.tool.projectPages.map(visible) },
    project: { name: after.project.name, ...(after.project.folder === undefined ? {} : { folder: after.project.folder }) },
    base: { name: visible(names.before), revision: before.project.revision, complete: before.complete, incompleteBecause: before.incompleteBecause.map(visible) },
    head: { name: visible(names.after), revision: after.project.revision },
    complete: after.complete,
    incompleteBecause: after.incompleteBecause.map(visible),
    files: difference.files,
    findings: changesData(difference.findings),
    questions: changesData(difference.questions),
    lostProofs: difference.lostProofs.map(lostData),
    wonProofs: difference.wonProofs.map(({ before: was, after: now }) => ({ ...rowPlace(now), was: was.verdict, wasReason: reasonData(was.reason), reason: reasonData(now.reason) })),
    addedSuppressions: difference.addedSuppressions.map((note) => ({ ...note, message: visible(note.message) })),
    suppressed: difference.suppressed.map((each) => ({
      ...findingData(each.finding), suppression: { dialect: each.dialect, line: each.line, blanket: each.blanket, reason: visible(each.reason) },
    })),
    rows: difference.rows,
  };
}

const changesData = (changes: FindingChanges) => ({
  new: changes.fresh.map(({ finding, was, wasReason }) => ({ ...findingData(finding), was, wasReason: visible(wasReason) })),
  fixed: changes.fixed.map(goneData),
  standing: changes.standing.map(({ finding, beforeId }) => ({ ...findingData(finding), beforeId })),
  undecided: changes.undecided.map(goneData),
  notExamined: changes.notExamined.map(goneData),
});

const goneData = ({ finding, is, because }: GoneFinding) => ({ ...findingData(finding), is, because: visible(because) });

const lostData = ({ reason, code, fate, path, line, touched, proofs }: LostReason) => ({
  reason: reasonData(reason),
  code: visible(code),
  fate,
  ...(path === undefined ? {} : { now: { path, line } }),
  touched: touched.map((each) => ({ ...each, code: visible(each.code) })),
  proofs: proofs.map(({ before, after, is, isSinkTouched }) => ({
    ...rowPlace(after), is, sinkTouched: isSinkTouched, beforeId: before.id, beforePath: before.path, beforeLine: before.line, reason: reasonData(after.reason),
  })),
});

const rowPlace = (row: LedgerRow) => ({
  id: row.id, fingerprint: row.fingerprint, detector: row.detector, cwe: row.cwe, path: row.path, line: row.line, column: row.column,
  function: row.function, sink: visible(row.sink), subject: visible(row.subject), verdict: row.verdict, shown: row.shown,
});
