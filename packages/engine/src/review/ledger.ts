/** Views of the ledger for people: what was proven of each population, and what would close the open rows. */
import { compareText, hashIdentity, type LedgerRow } from "../findings/index.ts";
import type { Detector } from "../knowledge/index.ts";
import type { OpenCode, ProvenCode } from "../obligations/index.ts";
import { openWords } from "./words.ts";

/** An enumerated population, and how many of its members hold. */
export interface Proof {
  /** `P-…`: of the population, not of one row. */
  readonly id: string;
  readonly detector: string;
  /** What was enumerated: the sites of this weakness. */
  readonly population: string;
  readonly examined: number;
  readonly proven: number;
  readonly violated: number;
  readonly open: number;
  /** Proven rows by reason, the most frequent first. */
  readonly byReason: readonly { readonly code: ProvenCode; readonly count: number }[];
}

/** Open rows with the same blocker. */
export interface OpenGroup {
  /** `O-…` of the first row. */
  readonly id: string;
  readonly code: OpenCode;
  /** The blocker, with its name: "no model of libvirt.open". */
  readonly blocker: string;
  readonly close: string;
  readonly detectors: readonly string[];
  readonly count: number;
  /** Place of the first row. */
  readonly path: string;
  readonly line: number;
}

/** Summarises product rows by detector, in the order of the detectors. Populations without a member are left out. */
export function proofsOf(detectors: readonly Detector[], rows: readonly LedgerRow[]): readonly Proof[] {
  const byDetector = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    if (row.role !== "product") continue;
    const list = byDetector.get(row.detector);
    if (list === undefined) byDetector.set(row.detector, [row]);
    else list.push(row);
  }
  const proofs: Proof[] = [];
  for (const detector of detectors) {
    const members = byDetector.get(detector.id) ?? [];
    if (members.length === 0) continue;
    const reasons = new Map<ProvenCode, number>();
    for (const row of members) {
      if (row.verdict !== "proven") continue;
      const code = row.reason.code as ProvenCode;
      reasons.set(code, (reasons.get(code) ?? 0) + 1);
    }
    const hash = hashIdentity({ detector: detector.id, symbol: "", statement: "", roles: ["population"] });
    proofs.push({
      id: `P-${hash.slice(0, 8)}`,
      detector: detector.id,
      population: detector.title,
      examined: members.length,
      proven: members.filter((row) => row.verdict === "proven").length,
      violated: members.filter((row) => row.verdict === "violated").length,
      open: members.filter((row) => row.verdict === "open").length,
      byReason: [...reasons]
        .sort((left, right) => right[1] - left[1] || compareText(left[0], right[0]))
        .map(([code, count]) => ({ code, count })),
    });
  }
  return proofs;
}

/** Groups open product rows by blocker, the one that closes most first. */
export function openGroups(rows: readonly LedgerRow[]): readonly OpenGroup[] {
  const groups = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    if (row.verdict !== "open" || row.role !== "product") continue;
    const key = `${row.reason.code}\u0000${row.reason.text}`;
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [row]);
    else list.push(row);
  }
  return [...groups.values()]
    .map((members): OpenGroup => {
      const first = members[0];
      const code = first.reason.code as OpenCode;
      return {
        id: first.id,
        code,
        blocker: first.reason.text,
        close: openWords[code]?.close ?? "more facts",
        detectors: [...new Set(members.map((row) => row.detector))].sort(compareText),
        count: members.length,
        path: first.path,
        line: first.line,
      };
    })
    .sort((left, right) => right.count - left.count || compareText(left.id, right.id));
}
