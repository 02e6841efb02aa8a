/**
 * The precision floor: violations whose evidence has a shape that is rarely right stay in the table, and are not shown.
 *
 * The walk says that a value can come from somewhere; this says whether a person would be convinced by the way it came.
 * Every rule here speaks of shapes of evidence (how a value was used, how far it went, what decided a switch), never of
 * a project. Nothing becomes proven here: what is held back keeps its verdict and says why.
 */
import type { Catalog } from "../knowledge/index.ts";
import type { Obligation, Scope, Solver } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { CheckContext, sharedOf } from "./context.ts";
import { choiceHeldBack } from "./floor-choice.ts";
import { isValueOfOption } from "./floor-option.ts";
import { firstCrossing, lookedFor, pathHeldBack, storeOf } from "./floor-path.ts";
import { roleHeldBack } from "./floor-role.ts";
import { secretHeldBack } from "./floor-secret.ts";

/** Sinks shown for one input or stored value: the nearest say what there is to say, the rest follows from the same fix. */
const sinksPerOriginMax = 2;

/** Holds violations back that are below the floor. The order and all other rows stay as they are. */
export function holdBack(
  obligations: readonly Obligation[], catalog: Catalog, program: Program, solution: { readonly solver: Solver; readonly scope: Scope },
): Obligation[] {
  const shared = sharedOf(program, solution.scope);
  const contexts = new Map(catalog.detectors.map((each) => [each.id, new CheckContext(program, solution.solver, solution.scope, each, shared)]));
  const held = obligations.map((row) => {
    const context = contexts.get(row.detector);
    if (!row.shown || row.verdict !== "violated" || !context) return row;
    const why = heldBack(row, context);
    if (typeof why !== "string") return why;
    return why === "" ? row : { ...row, shown: false, notShown: why };
  });
  const once = oncePerOrigin(lookedForAlone(held, program), storeKey, "the same stored value is shown at a nearer place");
  return oncePerOrigin(once, (row) => inputKey(program, row), "the same input is shown at a nearer place");
}

/**
 * A file that is only looked for tells an outsider whether it exists. That is shown where it is all there is; where the
 * same function also opens or writes a file by that input, the one finding says enough.
 */
function lookedForAlone(rows: readonly Obligation[], program: Program): Obligation[] {
  const { ir } = program;
  const functionAt = (row: Obligation): number => ir.blocks.func.data[ir.block.data[row.site]];
  const opened = new Set(rows.filter((row) => row.shown).map((row) => `${row.detector},${functionAt(row)}`));
  return rows.map((row) => {
    const isAlone = row.notShown === lookedFor && row.steps.length <= stepsOfLookMax && !opened.has(`${row.detector},${functionAt(row)}`);
    return isAlone ? { ...row, shown: true, notShown: "" } : row;
  });
}

/** A look at a file is shown only if the input comes to it by a short way. */
const stepsOfLookMax = 14;

/** Why a row is not shown, "" if it is; or the row with better evidence. */
function heldBack(row: Obligation, context: CheckContext): string | Obligation {
  const { detector } = context;
  if (isFromTests(row, context)) return "a part of the way is test code";
  const role = roleHeldBack(row, context);
  if (role !== "") return role;
  const isAboutSecrets = detector.flow?.from.length === 1 && detector.flow.from[0] === "secret";
  const isWeakForSecret = row.sourceKind === "secret" && (detector.call?.data.length ?? 0) > 0;
  if (isAboutSecrets || isWeakForSecret) return secretHeldBack(row, context);
  if (detector.constant || detector.call?.data.length === 0) return choiceHeldBack(row, context);
  if (isValueOfOption(row, context)) return "it is the value of the option before it";
  const why = pathHeldBack(row, context);
  if (why === "") return "";
  for (const way of row.otherWays) {
    const other = { ...row, ...way };
    if (pathHeldBack(other, context) === "") return other;
  }
  return why;
}

/** Holds for product code that gets what tests alone pass to it. */
const isFromTests = (row: Obligation, context: CheckContext): boolean =>
  context.isProduct(row.site) && row.steps.some(({ instr }) => instr >= 0 && !context.isProduct(instr));

/** Of the flows of one input or stored value to sinks of one detector, the shortest are shown. */
function oncePerOrigin(rows: readonly Obligation[], keyOf: (row: Obligation) => string, why: string): Obligation[] {
  const groups = new Map<string, Obligation[]>();
  for (const row of rows) {
    const key = row.shown ? keyOf(row) : "";
    if (key === "") continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const dropped = new Set<Obligation>();
  for (const group of groups.values()) {
    const nearest = [...group].sort((a, b) => a.steps.length - b.steps.length || a.site - b.site);
    const sites = new Set<number>();
    for (const row of nearest) {
      if (sites.size < sinksPerOriginMax || sites.has(row.site)) sites.add(row.site);
      else dropped.add(row);
    }
  }
  return rows.map((row) => (dropped.has(row) ? { ...row, shown: false, notShown: why } : row));
}

function storeKey(row: Obligation): string {
  const store = storeOf(row);
  return store < 0 ? "" : `${row.detector},${store}`;
}

/** The same source that leaves its function by the same call. */
function inputKey(program: Program, row: Obligation): string {
  const crossing = firstCrossing(program.ir, row);
  return crossing < 0 ? "" : `${row.detector},${row.steps[0].instr},${crossing}`;
}
