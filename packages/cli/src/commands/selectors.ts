/** Checks `--select` and `--ignore` against the catalog: a mistyped id would be a rule that silently does not run. */
import { type Catalog, matchesSelector, suggestion } from "../engine.ts";
import type { Settings } from "../configuration/setting.ts";
import { UsageError } from "../exit.ts";
import { say, type Terminal } from "../terminal/terminal.ts";

/** Ids that other tools and lists use; we need not know each of them. */
const foreignForm = /^(?:CWE-?[0-9]+|[0-9]+|[A-Z]+[0-9]{3,4}|[a-z]+\/[a-z0-9-]+)$/i;

export function checkSelectors(catalog: Catalog, settings: Settings, terminal: Terminal): void {
  const isKnown = (selector: string): boolean => catalog.detectors.some((detector) => matchesSelector(detector, selector));
  const ids = catalog.detectors.map((detector) => detector.id);
  for (const selector of settings.select) {
    if (!isKnown(selector)) throw new UsageError(`--select ${selector}: no detector goes by this id${suggestion(selector, ids)}`);
  }
  for (const selector of settings.ignore) {
    if (isKnown(selector)) continue;
    // Lists brought from another tool name rules that we do not have; ignoring nothing is what they ask for.
    if (!foreignForm.test(selector)) throw new UsageError(`--ignore ${selector}: no detector goes by this id${suggestion(selector, ids)}`);
    say(terminal, `warrant: --ignore ${selector}: no detector goes by this id`);
  }
}
