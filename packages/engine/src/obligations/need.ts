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
  /** Values whose name says that they are secret are sources. */
  readonly bySecretName: boolean;
}

/** A detector together with its need. */
export interface Rule {
  readonly detector: Detector;
  readonly need: Need;
  readonly from: ReadonlySet<string>;
  readonly also: ReadonlySet<string>;
  /** What the obligation is when nothing bad reaches it: fine, or a matter of judgement. */
  readonly otherwise: "proven" | "needs-judgement";
}

/** Guards that make any text harmless, whatever the need: they leave no text to choose. */
export const universalGuards: readonly string[] = ["number", "boolean", "fixed-choice", "constant"];

/** Asks only which constant a value is. */
export const exactNeed: Need = { id: 0, exact: true, sources: new Set(), stops: new Set(), bySecretName: false };

/** Compiles the detectors that are not checks. Index by sink kind with {@link rulesByKind}. */
export function compileRules(catalog: Catalog): readonly Rule[] {
  const needs = new Map<string, Need>();
  const groups = new Map(catalog.kinds.map((kind: CatalogKind) => [kind.name, kind.group]));
  const needOf = (sources: readonly string[], stops: readonly string[]): Need => {
    const all = [...new Set([...stops, ...universalGuards])].sort();
    const known = [...new Set(sources)].sort();
    const key = `${known.join()}|${all.join()}`;
    let need = needs.get(key);
    if (!need) {
      need = {
        id: 1 + needs.size, exact: false, sources: new Set(known), stops: new Set(all),
        bySecretName: known.some((kind) => kind === "secret" && groups.get(kind) === "source"),
      };
      needs.set(key, need);
    }
    return need;
  };
  const rules: Rule[] = [];
  for (const detector of catalog.detectors) {
    const { flow, constant, call } = detector;
    if (flow) {
      rules.push({
        detector, need: needOf([...flow.from, ...flow.also], flow.stoppedBy),
        from: new Set(flow.from), also: new Set(flow.also), otherwise: "proven",
      });
    } else if (constant) {
      rules.push({ detector, need: exactNeed, from: new Set(), also: new Set(), otherwise: "proven" });
    } else if (call) {
      rules.push({
        detector, need: needOf(call.data, []),
        from: new Set(call.data), also: new Set(), otherwise: "needs-judgement",
      });
    }
  }
  return rules;
}

/** Sink kind → the rules that watch it, in the order of the catalog. */
export function rulesByKind(rules: readonly Rule[]): ReadonlyMap<string, readonly Rule[]> {
  const out = new Map<string, Rule[]>();
  for (const rule of rules) {
    const { flow, constant, call } = rule.detector;
    for (const kind of flow?.to ?? constant?.to ?? call?.to ?? []) {
      const list = out.get(kind);
      if (list) list.push(rule);
      else out.set(kind, [rule]);
    }
  }
  return out;
}
