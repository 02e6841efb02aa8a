/**
 * Proofs that a change took away, by what they rested on.
 *
 * ```text
 * paths.py      if not is_safe(name): abort(400)     removed by the change: the guard
 * store.py      open(os.path.join(root, name))       not touched: the sink that hung on it
 * ```
 */
import { compareText, type RowReason } from "../findings/index.ts";
import type { LostProof, LostReason } from "./difference.ts";
import type { FileChange, LinePlaces } from "./files.ts";
import type { RowPair } from "./match.ts";
import { proofRank } from "./strength.ts";
import { TouchedDefinitions } from "./touched.ts";

/** Finds lost proofs among matched rows, grouped by reason: what most sinks hung on comes first. */
export function lostProofs(pairs: readonly RowPair[], changes: readonly FileChange[], places: LinePlaces): readonly LostReason[] {
  const definitions = new TouchedDefinitions(changes, places);
  const groups = new Map<string, { readonly reason: RowReason; readonly proofs: LostProof[] }>();
  for (const pair of pairs) {
    const lost = lostProof(pair, places);
    if (lost === undefined) continue;
    const reason = restedOn(pair, places);
    const key = `${reason.code}\0${reason.path ?? ""}\0${reason.line ?? 0}\0${reason.path === undefined ? reason.text : ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason, proofs: [lost] });
    else group.proofs.push(lost);
  }
  return [...groups.values()].map(({ reason, proofs }) => describe(reason, proofs, { places, definitions })).sort(byWeight);
}

function lostProof({ before, after }: RowPair, places: LinePlaces): LostProof | undefined {
  if (before.verdict !== "proven" || before.role !== "product") return undefined;
  const isSinkTouched = !places.keepsAll(before.path, before.line, before.endLine);
  if (after.verdict !== "proven") return { before, after, is: after.verdict, isSinkTouched };
  // The reasons of a proof are one for each way to the sink: it is as weak as its weakest.
  return weakest(after.reasons) < weakest(before.reasons) ? { before, after, is: "weaker", isSinkTouched } : undefined;
}

const weakest = (reasons: readonly RowReason[]): number => Math.min(...reasons.map((reason) => proofRank(reason.code)));

/** The reason that the change took, else the one that says most. */
function restedOn({ before }: RowPair, places: LinePlaces): RowReason {
  return before.reasons.find((reason) => isTaken(reason, places)) ?? before.reasons[0] ?? before.reason;
}

const isTaken = (reason: RowReason, places: LinePlaces): boolean =>
  reason.path !== undefined && reason.line !== undefined && places.lineOf(reason.path, reason.line) === undefined;

interface Facts {
  readonly places: LinePlaces;
  readonly definitions: TouchedDefinitions;
}

function describe(reason: RowReason, proofs: readonly LostProof[], { places, definitions }: Facts): LostReason {
  if (reason.path === undefined || reason.line === undefined) return { reason, code: "", fate: "no place", touched: definitions.namedIn(reason.text), proofs };
  const code = places.textOfLine(reason.path, reason.line);
  const now = places.lineOf(reason.path, reason.line);
  if (now === undefined) return { reason, code, fate: "removed", touched: [], proofs };
  return { reason, code, fate: "stands", path: now.path, line: now.line, touched: definitions.namedIn(`${code} ${reason.text}`), proofs };
}

const ranks = { removed: 0, stands: 1, "no place": 2 } as const;

const byWeight = (left: LostReason, right: LostReason): number =>
  ranks[left.fate] - ranks[right.fate] || right.proofs.length - left.proofs.length
  || compareText(left.reason.path ?? "", right.reason.path ?? "") || (left.reason.line ?? 0) - (right.reason.line ?? 0)
  || compareText(left.reason.text, right.reason.text);
