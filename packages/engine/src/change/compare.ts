/** Compares the reviews of two revisions. */
import { byImportance, type Finding, type LedgerRow, type SuppressedFinding, type SuppressionNote } from "../findings/index.ts";
import type { Report } from "../review/index.ts";
import type { Difference, FindingChanges, GoneFinding, NewFinding, StandingFinding, State } from "./difference.ts";
import { changedFiles, LinePlaces, type RevisionFiles } from "./files.ts";
import { lostProofs } from "./lost-proofs.ts";
import { matchRows, type MatchedRows } from "./match.ts";

/** What is compared: two reviews, made with the same catalog, settings and day, and the files that they are of. */
export interface Revisions {
  readonly before: Report;
  readonly after: Report;
  readonly names: { readonly before: string; readonly after: string };
  readonly files: { readonly before: RevisionFiles; readonly after: RevisionFiles };
  /** Take no suppression from the change: what it added silences nothing. */
  readonly judgeSuppressions: boolean;
}

/**
 * Compares two revisions. Pure: the same reviews and files give the same difference.
 *
 * @example
 * ```ts
 * compareRevisions({ before, after, names, files, judgeSuppressions: true }).findings.fresh.length; // => 1
 * ```
 * @public
 */
export function compareRevisions(revisions: Revisions): Difference {
  return new Comparison(revisions).run();
}

class Comparison {
  private readonly before: Report;
  private readonly after: Report;
  private readonly names: Revisions["names"];
  private readonly judges: boolean;
  private readonly files: ReturnType<typeof changedFiles>;
  private readonly forward: LinePlaces;
  private readonly backward: LinePlaces;
  private readonly matched: MatchedRows;
  private readonly beforeStates: FindingStates;
  private readonly afterStates: FindingStates;
  /** Rows of the base revision by the id of the finding of the row that they became, and the other way round. */
  private readonly partnersOfAfter = new Map<string, LedgerRow[]>();
  private readonly partnersOfBefore = new Map<string, LedgerRow[]>();

  constructor({ before, after, names, files, judgeSuppressions }: Revisions) {
    this.names = names;
    this.before = before;
    this.after = after;
    this.judges = judgeSuppressions;
    this.files = changedFiles(files.before, files.after);
    this.forward = new LinePlaces(this.files, files, false);
    this.backward = new LinePlaces(this.files, files, true);
    this.matched = matchRows(before.obligations, after.obligations, this.forward);
    this.beforeStates = new FindingStates(before);
    this.afterStates = new FindingStates(after);
    const [sourcesBefore, sourcesAfter] = [before, after].map((report) => new Map([...report.findings, ...report.questions].map((each) => [each.id, each.source])));
    for (const { before: row, after: now, by } of this.matched.pairs) {
      // Where the sink's own code was changed, it is the same finding only if it has the same source.
      if (by === "function" && row.verdict === "violated" && now.verdict === "violated" && sourcesBefore?.get(row.id) !== sourcesAfter?.get(now.id)) continue;
      if (now.verdict === "violated") addTo(this.partnersOfAfter, now.id, row);
      if (row.verdict === "violated") addTo(this.partnersOfBefore, row.id, now);
    }
  }

  run(): Difference {
    const added = this.judges ? this.after.suppressed.filter((each) => this.isAddedByChange(each)) : [];
    const restored = new Set(added.map((each) => each.finding.id));
    const shown = [...this.after.findings, ...this.after.questions, ...added.map((each) => each.finding)].sort(byImportance);
    const pairs = this.matched.pairs.filter((pair) => pair.before.role === "product");
    const lost = lostProofs(pairs, this.files, this.forward);
    const won = pairs.filter((pair) => pair.before.verdict !== "proven" && pair.after.verdict === "proven");
    return {
      before: this.before,
      after: this.after,
      names: this.names,
      shown,
      files: this.files,
      findings: this.changesOf("finding", shown, restored),
      questions: this.changesOf("question", shown, restored),
      lostProofs: lost,
      wonProofs: won.map(({ before, after }) => ({ before, after })),
      addedSuppressions: added.map((each) => noteOf(each, this.backward.lineOf(each.path, each.line) !== undefined)),
      suppressed: this.after.suppressed.filter((each) => !restored.has(each.finding.id)),
      rows: {
        before: productRows(this.before.obligations), after: productRows(this.after.obligations),
        same: pairs.filter(({ before, after }) => before.verdict === after.verdict).length,
        gone: productRows(this.matched.gone), come: productRows(this.matched.come),
        lost: lost.reduce((sum, { proofs }) => sum + proofs.length, 0), won: won.length,
      },
    };
  }

  /** A comment on an added line silences nothing, nor does any on added code; unless the same finding was silenced before. */
  private isAddedByChange({ finding, path, line, dialect }: SuppressedFinding): boolean {
    // The configuration is the one of the base.
    if (dialect === "configuration") return false;
    const wasSilenced = (this.partnersOfAfter.get(finding.id) ?? []).some((row) => this.beforeStates.of(row) === "suppressed");
    if (wasSilenced) return false;
    return this.backward.lineOf(path, line) === undefined || !this.backward.keepsAll(finding.path, finding.line, finding.endLine);
  }

  private changesOf(kind: Finding["kind"], shown: readonly Finding[], restored: ReadonlySet<string>): FindingChanges {
    const fresh: NewFinding[] = [];
    const standing: StandingFinding[] = [];
    const isStanding = new Set<string>();
    for (const finding of shown) {
      if (finding.kind !== kind) continue;
      const partners = this.partnersOfAfter.get(finding.id) ?? [];
      const same = partners.find((row) => this.beforeStates.of(row) === "violated");
      if (same === undefined) fresh.push(this.newFinding(finding, partners));
      else standing.push({ finding, beforeId: same.id });
      for (const row of partners) if (row.verdict === "violated") isStanding.add(row.id);
    }
    const changes: { readonly [Key in "fixed" | "undecided" | "notExamined"]: GoneFinding[] } = { fixed: [], undecided: [], notExamined: [] };
    for (const finding of kind === "finding" ? this.before.findings : this.before.questions) {
      if (isStanding.has(finding.id)) continue;
      const gone = this.goneFinding(finding, restored);
      if (gone.is === "none" || gone.is === "proven") changes.fixed.push(gone);
      else if (gone.is === "not examined") changes.notExamined.push(gone);
      else changes.undecided.push(gone);
    }
    return { fresh, standing, ...changes };
  }

  private newFinding(finding: Finding, partners: readonly LedgerRow[]): NewFinding {
    const was = partners.map((row) => ({ state: this.beforeStates.of(row), row })).sort((left, right) => stateRank[left.state] - stateRank[right.state])[0];
    if (was !== undefined) return { finding, was: was.state, wasReason: was.row.verdict === "violated" ? was.row.notShown : was.row.reason.text };
    const path = this.backward.pathOf(finding.path);
    const why = path === "" ? "" : notAnalysed(this.before, path);
    return why === "" ? { finding, was: "none", wasReason: "" } : { finding, was: "not examined", wasReason: why };
  }

  private goneFinding(finding: Finding, restored: ReadonlySet<string>): GoneFinding {
    const partners = this.partnersOfBefore.get(finding.id) ?? [];
    const is = partners.filter((row) => !restored.has(row.id)).map((row) => ({ state: this.afterStates.of(row), row }))
      .sort((left, right) => stateRank[left.state] - stateRank[right.state])[0];
    if (is !== undefined) return { finding, is: is.state, because: is.row.verdict === "violated" ? is.row.notShown : is.row.reason.text };
    const path = this.forward.pathOf(finding.path);
    if (path === "") return { finding, is: "none", because: "the file is gone" };
    const why = notAnalysed(this.after, path);
    if (why !== "") return { finding, is: "not examined", because: why };
    const isKept = this.forward.keepsAll(finding.path, finding.line, finding.endLine);
    return { finding, is: "none", because: isKept ? "the code is there, and nothing is asked of it any more" : "the code is gone or another" };
  }
}

/** The state that tells most of a finding with several rows comes first. */
const stateRank: Readonly<Record<State, number>> = {
  violated: 0, "kept back": 1, suppressed: 2, open: 3, "not examined": 4, proven: 5, none: 6,
};

/** Tells states of rows apart that the table alone does not: violated ones that are shown, kept back, silenced. */
class FindingStates {
  private readonly shown: ReadonlySet<string>;
  private readonly suppressed: ReadonlySet<string>;

  constructor(report: Report) {
    this.shown = new Set([...report.findings, ...report.questions].map((finding) => finding.id));
    this.suppressed = new Set(report.suppressed.map((each) => each.finding.id));
  }

  of(row: LedgerRow): State {
    if (row.verdict !== "violated") return row.verdict;
    if (this.shown.has(row.id)) return "violated";
    return this.suppressed.has(row.id) ? "suppressed" : "kept back";
  }
}

/** Why nothing can be said of a file, "" if it was analysed in full. */
function notAnalysed(report: Report, path: string): string {
  const { skipped, partialPaths } = report.coverage.files;
  if (partialPaths.includes(path)) return "a part of the file was not understood";
  const reason = skipped.find((each) => each.path === path)?.reason;
  if (reason !== undefined) return reason;
  return report.problems.find((problem) => problem.path === path && !isRead.has(problem.kind))?.message ?? "";
}

/** Problems of files that were read in full all the same. */
const isRead: ReadonlySet<string> = new Set(["bad-encoding", "python2"]);

const productRows = (rows: readonly LedgerRow[]): number => rows.filter((row) => row.role === "product").length;

function noteOf({ finding, path, line, dialect }: SuppressedFinding, wasThere: boolean): SuppressionNote {
  const what = wasThere ? "the comment was there, the code that it would silence was not" : "the comment was added by the change";
  return { path, line, dialect, state: "added", message: `${what}; it does not silence ${finding.detector}` };
}

function addTo(lists: Map<string, LedgerRow[]>, key: string, row: LedgerRow): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [row]);
  else list.push(row);
}
