/** Checked claims as JSON. Keys come in the order written here; text is escaped, paths and spans stay exact. */
import type { Answer, Citation, Missed, Verification } from "../../verify/index.ts";
import { visible } from "../escape.ts";
import { jsonPieces } from "../json-text.ts";

/** Version of the form: the major number rises when a key goes away or changes its meaning. */
export const verificationSchemaVersion = "1.0";

/** Renders a verification as JSON, in pieces. */
export function* verificationJson(verification: Verification): Generator<string> {
  yield* jsonPieces(verificationData(verification));
  yield "\n";
}

/** Returns what {@link verificationJson} prints, as a value. */
export function verificationData({ tool, review, target, counts, answers, missed, problems, incompleteBecause }: Verification) {
  const { identification } = target;
  return {
    schema_version: verificationSchemaVersion,
    tool,
    review: { name: visible(review.name), form: review.form, by: review.by.map(visible) },
    target: {
      project: visible(target.project), revision: target.revision, paths: target.paths, identified: identification.isIdentified,
      ...(identification.isIdentified ? {} : { because: { what: visible(identification.what), why: identification.why, todo: identification.todo } }),
    },
    counts,
    claims: answers.map(claimData),
    missed: missed.map(missedData),
    problems: problems.map((problem) => ({ pointer: visible(problem.pointer), message: visible(problem.message) })),
    incompleteBecause: incompleteBecause.map(visible),
  };
}

const claimData = ({ claim, verdict, reason, fact, drift, anchors, evidence, notes }: Answer) => ({
  id: claim.id,
  text: visible(claim.text),
  span: claim.pointer === undefined ? claim.span : null,
  ...(claim.pointer === undefined ? {} : { pointer: visible(claim.pointer) }),
  cwe: claim.cwe ?? null,
  ...(claim.cweName === undefined ? {} : { cweName: visible(claim.cweName) }),
  kind: claim.kind,
  polarity: claim.polarity,
  cited: claim.cited.map(citedData),
  verdict,
  reason: visible(reason),
  ...(fact === undefined ? {} : { fact: visible(fact) }),
  drift,
  anchors: anchors.map(({ path, first, last, drift: off, how }) => ({ path, first, last, drift: off, how })),
  evidence: evidence.map(({ path, line, text }) => ({ path, line, text: visible(text) })),
  notes: notes.map(visible),
});

function citedData(cited: Citation) {
  switch (cited.kind) {
    case "lines": return { kind: cited.kind, path: visible(cited.path), first: cited.first, last: cited.last };
    case "file": return { kind: cited.kind, path: visible(cited.path) };
    case "quote": return { kind: cited.kind, code: visible(cited.code) };
    default: return { kind: cited.kind, name: visible(cited.name) };
  }
}

const missedData = (missed: Missed) => ({
  id: missed.id,
  kind: missed.kind,
  detector: missed.detector,
  title: missed.title,
  cwe: missed.cwe,
  severity: missed.severity,
  path: missed.path,
  line: missed.line,
  function: visible(missed.function),
  message: visible(missed.message),
  evidence: missed.steps.map((step) => ({ path: step.path, line: step.line, text: visible(step.text), why: visible(step.why) })),
});
