/** Which detectors a rule of another tool is about: by its id, by the ids of weaknesses that it gives, or by its name. */
import { isCweWithin, matchesTail, pillarIds } from "../findings/index.ts";
import type { Catalog, Detector } from "../knowledge/index.ts";
import type { AlertRule } from "./alert.ts";
import { nameMismatch } from "./cwe-name.ts";

/** How a rule came to its detectors. "weakness": by an id of a weakness; "broader": by an id that says less. */
export type RuleMatch = "rule" | "weakness" | "broader" | "none";

/** What a rule is about. */
export interface RuleMeaning {
  readonly match: RuleMatch;
  readonly detectors: readonly Detector[];
  /** Words of id and name, lower case, for what a rule says that is no weakness of the catalog. */
  readonly words: string;
}

/** Ruff numbers the rules that it took from Bandit as Bandit does. */
const banditForm = /^S([0-9]{3})$/i;

export class RuleWords {
  private readonly catalog: Catalog;
  private readonly meanings = new Map<string, RuleMeaning>();

  constructor(catalog: Catalog) {
    this.catalog = catalog;
  }

  of(rule: AlertRule): RuleMeaning {
    const key = JSON.stringify([rule.id, rule.name, rule.cwe]);
    let meaning = this.meanings.get(key);
    if (meaning === undefined) {
      meaning = { ...this.match(rule), words: `${rule.id} ${rule.name}`.toLowerCase().replace(/[-_./]+/g, " ") };
      this.meanings.set(key, meaning);
    }
    return meaning;
  }

  private match(rule: AlertRule): { match: RuleMatch; detectors: readonly Detector[] } {
    const { detectors } = this.catalog;
    const ids = [rule.id, rule.id.replace(banditForm, "B$1")].filter((id) => id !== "");
    const byRule = detectors.filter((each) => ids.some((id) => matchesTail(each, id)));
    if (byRule.length > 0) return { match: "rule", detectors: byRule };
    const exact = detectors.filter((each) => rule.cwe.some((id) => each.cwe.includes(id)));
    if (exact.length > 0) return { match: "weakness", detectors: exact };
    // A pillar speaks of a hundred weaknesses: it names none.
    const wide = rule.cwe.filter((id) => !pillarIds.includes(id));
    const broader = detectors.filter((each) => wide.some((id) => each.broader.includes(id) || isCweWithin(id, each.cwe[0]) || isCweWithin(each.cwe[0], id)));
    return broader.length > 0 ? { match: "broader", detectors: broader } : { match: "none", detectors: [] };
  }
}

/** Names of weaknesses that do not go with their ids: "CWE-259 is named …, and not …". */
export function namesThatDiffer(rule: AlertRule): readonly string[] {
  return rule.cweNames.map(({ id, name }) => nameMismatch(id, name)).filter((note) => note !== "");
}
