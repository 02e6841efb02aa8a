/**
 * An import that a scanner warns of. An import runs nothing of what it is warned for: the alert is about what the file
 * does with the module, so that is what is looked at.
 */
import { isCweWithin, type LedgerRow } from "../findings/index.ts";
import type { Construct } from "../ir/index.ts";
import { plural } from "../review/index.ts";
import type { FactAnswer, FactQuestion } from "./alert-facts.ts";
import { overlaps } from "./alert-site.ts";
import type { Evidence } from "./claim.ts";

type Import = Construct & { readonly kind: "import" };

/** Evidence lines of one answer. */
const linesMax = 8;

export function settleImport(question: FactQuestion): FactAnswer | undefined {
  const { site, alert } = question;
  const on = site.constructs.filter((each) => overlaps(each, site.lines) && each.kind !== "comment");
  const imports = on.filter((each): each is Import => each.kind === "import");
  if (imports.length === 0 || on.some((each) => each.kind !== "import") || alert.rule.cwe.length + question.meaning.detectors.length === 0) return undefined;
  const meant = imports.length === 1 ? imports : imports.filter((each) => namesIn(each).some((name) => alert.message.includes(name)));
  const names = (meant.length > 0 ? meant : imports).flatMap(namesIn);
  const bound = (meant.length > 0 ? meant : imports).flatMap((each) => each.bound);
  const rows = question.ledger.rowsIn(site.path).filter((row) => isOf(row.sink, names) && isAbout(question, row));
  return rows.length > 0 ? byRows(rows, names) : withoutRow(question, names, bound);
}

const namesIn = (each: Import): readonly string[] => (each.names.length === 0 ? [each.module] : each.names.map((name) => `${each.module}.${name}`));

const isOf = (sink: string, names: readonly string[]): boolean => names.some((name) => sink === name || sink.startsWith(`${name}.`));

/** Rows of the weaknesses that the rule gives, or that it is an alias of. */
function isAbout({ alert, meaning, ledger }: FactQuestion, row: LedgerRow): boolean {
  if (meaning.detectors.some((each) => each.id === row.detector)) return true;
  const detector = ledger.ruleOf(row.detector);
  return alert.rule.cwe.some((id) => row.cwe.some((own) => isCweWithin(own, id)) || detector?.broader.includes(id) === true);
}

function byRows(rows: readonly LedgerRow[], names: readonly string[]): FactAnswer {
  const what = `An import by itself runs nothing. Of what this file does with ${names.join(", ")}, `;
  const evidence = rows.slice(0, linesMax).map((row): Evidence => ({ path: row.path, line: row.line, text: row.sink }));
  const count = (verdict: LedgerRow["verdict"]): number => rows.filter((row) => row.verdict === verdict).length;
  const shown = rows.filter((row) => row.verdict === "violated" && row.notShown === "");
  const figures = `${plural(rows.length, "obligation")}: ${count("proven")} proven, ${count("open")} open, ${count("violated")} violated`;
  if (shown.length > 0) {
    return { verdict: "confirmed", reason: `${what}${plural(shown.length, "obligation")} of ${rows.length} is violated: ${shown[0].detector} [${shown[0].id}].`, evidence: evidenceOf(shown), notes: [] };
  }
  if (count("proven") === rows.length) return { verdict: "refuted", reason: `${what}all is proven (${figures}) [${rows[0].id}].`, evidence, notes: [] };
  const blocker = rows.find((row) => row.verdict === "open") ?? rows.find((row) => row.verdict === "violated")!;
  return { verdict: "unsupported", reason: `${what}not all is settled (${figures}): ${blocker.reason.text} [${blocker.id}].`, evidence: evidenceOf([blocker]), notes: [] };
}

const evidenceOf = (rows: readonly LedgerRow[]): readonly Evidence[] => rows.slice(0, linesMax).map((row) => ({ path: row.path, line: row.line, text: row.sink }));

/** No obligation stands on what is imported: either nothing of it is called, or nothing that the pages of the library name as a weak place. */
function withoutRow({ site, program, constructsIn }: FactQuestion, names: readonly string[], bound: readonly string[]): FactAnswer {
  const calls = constructsIn(site.path).filter((each) => each.kind === "call" && bound.some((name) => each.callee === name || each.callee.startsWith(`${name}.`)));
  const evidence = [...new Set(calls.map((each) => each.first))].slice(0, linesMax).map(site.evidenceAt);
  const what = names.join(", ");
  if (calls.length === 0) return { verdict: "refuted", reason: `An import by itself runs nothing, and this file calls nothing of ${what}.`, evidence, notes: [] };
  const isKnown = names.every((name) => {
    const first = program.api.step(0, name.split(".")[0]);
    return first >= 0;
  });
  const called = plural(calls.length, "call");
  if (!isKnown) return { verdict: "unsupported", reason: `This file has ${called} of ${what}, which no model page speaks about.`, evidence, notes: [] };
  return { verdict: "refuted", reason: `An import by itself runs nothing, and ${calls.length === 1 ? "the one call" : `each of the ${called}`} of ${what} in this file is of a function that is no place of this weakness.`, evidence, notes: [] };
}
