/** What must hold of a value, compiled from detectors: which sources break it and which guards keep it. */
import type { Catalog, CatalogKind, Detector } from "../knowledge/index.ts";

/**
 * A *need* is shared by all detectors with the same sources and guards, so that their walks share memory.
 * `exact` needs ask which constant a value is: nothing derived from another value counts.
 */
export interface Need {
  readonly id: number;
  readonly exact: boolean;
  /** Source kinds that any of its detectors asks about. */
  readonly sources: ReadonlySet<string>;
  /** Guard kinds that make a value fine. */
  readonly stops: ReadonlySet<string>;
  /** Values whose name says that they are secret are sources. Objects that hold one are not: they do not print it. */
  readonly bySecretName: boolean;
  /** Whether the walk goes on through calls that are not known. It need not where such a path would not be shown anyway. */
  readonly followsUnknown: boolean;
}

/** A detector together with its need. */
export interface Rule {
  readonly detector: Detector;
  readonly need: Need;
  /** For weaknesses with two ways in: `need` is stopped by what closes the one, this by what closes the other. Both must hold. */
  readonly second?: Need;
  readonly from: ReadonlySet<string>;
  readonly also: ReadonlySet<string>;
  /** Those of `also` that may be shown: the floor decides by what the code does with them. */
  readonly whoever: ReadonlySet<string>;
  /**
   * `flow`: nothing from outside reaches a sink. `constant`: the value is none of the bad ones. `call`: a weak call, given
   * such data. `use`: the result of a weak call becomes something that must be strong; it is reported at the weak call.
   */
  readonly role: "flow" | "constant" | "call" | "use";
  /** Sink kinds at which it stands. */
  readonly to: readonly string[];
}

/** Guards that make any text harmless, whatever the need: they leave no text to choose. */
export const universalGuards: readonly string[] = ["number", "boolean", "fixed-choice", "constant"];

/** Texts that say no more than a number does. */
const numberTexts: readonly string[] = ["digits-text", "hex-text", "uuid-text"];

/** Asks only which constant a value is. */
export const exactNeed: Need = { id: 0, exact: true, sources: new Set(), stops: new Set(), bySecretName: false, followsUnknown: true };

/** Compiles the detectors that are not checks. Index by sink kind with {@link rulesByKind}. */
export function compileRules(catalog: Catalog): readonly Rule[] {
  const needs = new Map<string, Need>();
  const groups = new Map(catalog.kinds.map((kind: CatalogKind) => [kind.name, kind.group]));
  const outsideKinds = catalog.kinds.filter((kind) => kind.group === "source" && kind.name !== "secret").map((kind) => kind.name);
  const needOf = (detector: Detector, sources: readonly string[], stops: readonly string[], isUse = false): Need => {
    const all = [...new Set(stops)].sort();
    const known = [...new Set(sources)].sort();
    const bySecretName = known.some((kind) => kind === "secret" && groups.get(kind) === "source");
    const followsUnknown = detector.shown && !bySecretName && !isUse;
    const key = `${known.join()}|${all.join()}|${followsUnknown}`;
    let need = needs.get(key);
    if (!need) {
      need = {
        id: 1 + needs.size, exact: false, sources: new Set(known), stops: new Set(all),
        bySecretName, followsUnknown,
      };
      needs.set(key, need);
    }
    return need;
  };
  const rules: Rule[] = [];
  for (const detector of catalog.detectors) {
    const { flow, constant, call } = detector;
    const none: ReadonlySet<string> = new Set();
    if (flow) {
      const needWith = (both: number): Need =>
        needOf(detector, [...flow.from, ...flow.also], [...flow.stoppedBy, ...(flow.stoppedByBoth?.slice(both, both + 1) ?? []), ...universalGuards]);
      const need = needWith(0);
      rules.push({ detector, need, ...(flow.stoppedByBoth ? { second: needWith(1) } : {}), from: new Set(flow.from), also: new Set(flow.also), whoever: new Set(flow.whoever ?? []), role: "flow", to: flow.to });
    } else if (constant) {
      rules.push({ detector, need: exactNeed, from: none, also: none, whoever: none, role: "constant", to: constant.to });
    } else if (call) {
      const sources = call.data.filter((kind) => groups.get(kind) === "source");
      const uses = call.data.filter((kind) => groups.get(kind) === "sink");
      // Whether all that goes into a call is the program's own is asked of every source.
      const asked = call.unlessConstant ? outsideKinds : sources;
      rules.push({ detector, need: needOf(detector, asked, call.unlessConstant ? [...universalGuards, ...numberTexts] : universalGuards), from: new Set(sources), also: none, whoever: none, role: "call", to: call.to });
      if (uses.length > 0) rules.push({ detector, need: needOf(detector, call.to, [], true), from: new Set(call.to), also: none, whoever: none, role: "use", to: uses });
    }
  }
  return rules;
}

/** Sink kind → the rules that watch it, in the order of the catalog. */
export function rulesByKind(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const out = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const kind of rule.to) {
      const list = out.get(kind);
      if (list) list.push(rule);
      else out.set(kind, [rule]);
    }
  }
  return out;
}

/** The path of a request; it is remote input unless the route fixes it, which {@link originsOf} finds out. */
export const requestPathKind = "request-path";
