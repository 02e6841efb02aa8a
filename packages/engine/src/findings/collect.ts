/** From the obligation table to findings, questions and ledger rows. */
import { callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, Op, opOf } from "../ir/index.ts";
import type { Catalog, Detector } from "../knowledge/index.ts";
import type { Obligation, Reason } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { excerptsOf } from "./excerpt.ts";
import type { Finding, FindingStep, LedgerRow, RowReason } from "./finding.ts";
import { hashIdentity, IdentityRegister } from "./identity.ts";
import { fillMessage } from "./message.ts";
import { normaliseCode } from "./normalise.ts";
import { codeOf, columnBytes, fileOf, functionNameOf, onOneLine, placeOf, placeStep } from "./place.ts";
import { EntrySearch } from "./reach.ts";
import { lookUpSeverity, severityRank } from "./severity.ts";

/** What {@link collect} gives back. */
export interface Collected {
  /** Findings and questions, in the order they are told. */
  readonly findings: readonly Finding[];
  /** Every obligation, in the order of the table. */
  readonly rows: readonly LedgerRow[];
}

/** Flows kept beside the best one; more say nothing new about the sink. */
export const otherFlowsMax = 4;

const inTestCode = "the code is test code";

/** An obligation with what the rest of this module asks of it. */
interface Item {
  readonly obligation: Obligation;
  readonly detector: Detector;
  readonly index: number;
  readonly subject: string;
  readonly shown: boolean;
  readonly notShown: string;
  readonly hash: string;
}

/**
 * Turns obligations into findings and rows. Violated obligations of one detector at one sink are one finding.
 * `all` also shows what is below the precision floor and what is in test code.
 */
export function collect(input: {
  readonly program: Program;
  readonly catalog: Catalog;
  readonly obligations: readonly Obligation[];
  readonly all: boolean;
}): Collected {
  const detectors = new Map(input.catalog.detectors.map((each) => [each.id, each]));
  const statements = new StatementCache(input.program);
  const search = new EntrySearch(input.program);
  const items: Item[] = [];
  const groups = new Map<string, Item[]>();
  input.obligations.forEach((obligation, index) => {
    const detector = detectors.get(obligation.detector);
    if (detector === undefined) return;
    const item = itemOf(input.program, statements, { obligation, detector, index, all: input.all });
    items.push(item);
    if (obligation.verdict !== "violated") return;
    const key = `${obligation.detector} ${obligation.site}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  });
  const names = new IdentityRegister();
  const idOfItem = new Map<number, string>();
  const findings: Finding[] = [];
  for (const group of groups.values()) {
    const finding = findingOf(input.program, statements, search, names, group);
    findings.push(finding);
    for (const item of group) idOfItem.set(item.index, finding.id);
  }
  const rowNames = new IdentityRegister();
  const rows = items.map((item) => rowOf(input.program, rowNames, item, idOfItem.get(item.index)));
  return { findings: findings.sort(byImportance), rows };
}

/** Most severe first, then by place; the id decides between the same places. */
export function byImportance(left: Finding, right: Finding): number {
  return (
    severityRank(left.severity) - severityRank(right.severity) ||
    compareText(left.path, right.path) ||
    left.offset - right.offset ||
    compareText(left.detector, right.detector) ||
    compareText(left.id, right.id)
  );
}

/** Order by UTF-16 code unit, the same on every machine. */
export const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Sinks carry several obligations each; their statement is read once. */
class StatementCache {
  private readonly program: Program;
  private readonly statements = new Map<number, string>();

  constructor(program: Program) {
    this.program = program;
  }

  of(instr: number): string {
    let text = this.statements.get(instr);
    if (text === undefined) {
      text = normaliseCode(codeOf(this.program, instr));
      this.statements.set(instr, text);
    }
    return text;
  }
}

function itemOf(
  program: Program,
  statements: StatementCache,
  given: { obligation: Obligation; detector: Detector; index: number; all: boolean },
): Item {
  const { obligation, detector } = given;
  const isTest = fileOf(program, obligation.site).role === "test";
  const notShown = obligation.shown ? (isTest ? inTestCode : "") : obligation.notShown || "below the precision floor";
  return {
    obligation,
    detector,
    index: given.index,
    subject: obligation.subject < 0 ? "" : onOneLine(codeOf(program, obligation.subject)),
    shown: given.all || notShown === "",
    notShown,
    hash: hashIdentity({
      detector: detector.id,
      symbol: functionNameOf(program.ir, obligation.site),
      statement: statements.of(obligation.site),
      roles: ["row", roleOfSubject(program, obligation)],
    }),
  };
}

/** The part that the subject plays in the sink: which argument it is. Where its code stands may change without the sink changing. */
function roleOfSubject(program: Program, obligation: Obligation): string {
  const ir = program.ir;
  const { site, subject } = obligation;
  if (subject < 0) return "subject absent";
  if (opOf(ir, site) !== Op.Call) return "subject";
  for (let i = 0; i < callArgCount(ir, site); i++) if (callArg(ir, site, i) === subject) return `argument ${i}`;
  for (let i = 0; i < callKeywordCount(ir, site); i++) {
    if (callKeywordValue(ir, site, i) !== subject) continue;
    const name = callKeywordName(ir, site, i);
    return name < 0 ? "keywords" : `argument ${ir.strings.text(name)}`;
  }
  return "subject";
}

function findingOf(program: Program, statements: StatementCache, search: EntrySearch, names: IdentityRegister, group: readonly Item[]): Finding {
  const ranked = [...group].sort(byEvidence);
  const best = ranked[0];
  const { obligation, detector } = best;
  const symbol = functionNameOf(program.ir, obligation.site);
  const hash = hashIdentity({
    detector: detector.id,
    symbol,
    statement: statements.of(obligation.site),
    roles: ["finding"],
  });
  const kind = detector.reports;
  const severityRow = lookUpSeverity({
    cwe: detector.cwe[0] ?? 0,
    level: detector.severity,
    sourceKind: obligation.sourceKind,
  });
  // Nobody sees the way of a finding that is not shown; most are not, and telling it costs more than all else here.
  const steps = best.shown ? stepsOf(program, obligation) : [];
  const values = { source: obligation.source, sink: obligation.sink, subject: best.subject, function: symbol };
  return {
    ...names.take(kind === "question" ? "Q" : "F", hash),
    kind,
    detector: detector.id,
    title: detector.title,
    cwe: detector.cwe,
    severity: severityRow.severity,
    severityRow,
    ...placeOf(program, obligation.site),
    function: symbol,
    message: fillMessage(detector.message, values, (text) => onOneLine(text, 100)),
    source: obligation.source,
    sourceKind: obligation.sourceKind,
    sink: obligation.sink,
    subject: best.subject,
    steps,
    excerpts: best.shown ? excerptsOf(program, steps) : [],
    otherFlows: best.shown ? ranked.slice(1, 1 + otherFlowsMax).map((item) => stepsOf(program, item.obligation)) : [],
    reachedFrom: best.shown ? search.above([obligation.site, ...obligation.steps.map((step) => step.instr)]) : [],
    fix: firstParagraph(detector.sections["What to do"] ?? ""),
    wouldChange: wouldChange(detector, obligation),
    assumptions: [...new Set(group.flatMap((item) => item.obligation.assumptions))].sort(),
    shown: best.shown,
    notShown: best.notShown,
    role: fileOf(program, obligation.site).role,
    statementLine: placeOf(program, obligation.site).line,
    offset: program.ir.src.data[obligation.site],
    columnBytes: columnBytes(fileOf(program, obligation.site), program.ir.src.data[obligation.site]),
    endColumnBytes: columnBytes(fileOf(program, obligation.site), program.ir.end.data[obligation.site]),
  };
}

/** Shown before not shown, the most severe source first, short paths before long ones. */
function byEvidence(left: Item, right: Item): number {
  return (
    Number(right.shown) - Number(left.shown) ||
    severityRank(severityOf(left)) - severityRank(severityOf(right)) ||
    left.obligation.steps.length - right.obligation.steps.length ||
    left.index - right.index
  );
}

const severityOf = (item: Item) =>
  lookUpSeverity({
    cwe: item.detector.cwe[0] ?? 0,
    level: item.detector.severity,
    sourceKind: item.obligation.sourceKind,
  }).severity;

/** Never empty: without steps the sink itself is the evidence. */
function stepsOf(program: Program, obligation: Obligation): readonly FindingStep[] {
  const steps = obligation.steps.filter((step) => step.instr >= 0);
  if (steps.length > 0) return steps.map((step) => placeStep(program, step));
  const why = obligation.reasons[0]?.text ?? `call of ${obligation.sink}`;
  return [placeStep(program, { kind: "sink", instr: obligation.site, why })];
}

function rowOf(program: Program, names: IdentityRegister, item: Item, findingId: string | undefined): LedgerRow {
  const { obligation, detector } = item;
  const name = names.take(obligation.verdict === "proven" ? "P" : "O", item.hash);
  const reasons = reasonsOf(program, obligation);
  return {
    id: findingId ?? name.id,
    fingerprint: name.fingerprint,
    detector: detector.id,
    cwe: detector.cwe,
    ...placeOf(program, obligation.site),
    function: functionNameOf(program.ir, obligation.site),
    verdict: obligation.verdict,
    sink: obligation.sink,
    subject: item.subject,
    reason: reasons[0],
    reasons,
    role: fileOf(program, obligation.site).role,
    shown: item.shown,
    notShown: item.notShown,
    assumptions: obligation.assumptions,
  };
}

/** Never empty. */
function reasonsOf(program: Program, obligation: Obligation): readonly RowReason[] {
  if (obligation.reasons.length > 0) return obligation.reasons.map((reason) => placeReason(program, reason));
  const code = obligation.verdict === "violated" ? "source-reaches-sink" : "unknown-value";
  return [{ code, text: "no reason was recorded" }];
}

function placeReason(program: Program, reason: Reason): RowReason {
  if (reason.at < 0) return { code: reason.code, text: reason.text };
  const place = placeOf(program, reason.at);
  return { code: reason.code, text: reason.text, path: place.path, line: place.line };
}

/** The first paragraph of a section, on one line. */
const firstParagraph = (section: string): string => onOneLine(section.trim().split(/\n\s*\n/)[0] ?? "", 300);

/** The observation that would turn a violated obligation into a proven one. */
function wouldChange(detector: Detector, obligation: Obligation): string {
  if (detector.flow !== undefined) {
    const both = detector.flow.stoppedByBoth;
    const guards = [...detector.flow.stoppedBy, ...(both ? [both.join(" and ")] : [])];
    const guard = guards.length === 0 ? "" : `one of these on every path: ${guards.join(", ")}; or `;
    return `${guard}a value that does not come from ${obligation.source === "" ? "the source" : obligation.source}`;
  }
  if (detector.constant !== undefined) {
    const isAbsent = obligation.subject < 0 && detector.constant.absent === "bad";
    return isAbsent ? "the argument is given, with a value that is not listed as bad" : "a value that is not listed as bad";
  }
  if (detector.call !== undefined) {
    const data = detector.call.data;
    return data.length === 0 ? "another call" : `no ${data.join(" or ")} in what the call works on`;
  }
  return "the condition that the page names under 'Not reported'";
}
