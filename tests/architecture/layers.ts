/**
 * Who may import whom: the one table. A layer is a folder of `packages/engine/src`; it may also import itself.
 * A new pair is an architectural change: say why in the commit that adds it.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  source: ["base"],
  ir: ["base", "source"],
  languages: ["base", "source", "ir"],
  knowledge: ["base"],
  program: ["base", "source", "ir", "knowledge"],
  values: ["base", "ir", "program", "knowledge"],
  flow: ["base", "ir", "program", "values"],
  obligations: ["base", "source", "ir", "knowledge", "program", "values", "flow"],
  access: ["base", "source", "ir", "knowledge", "program", "values", "flow", "obligations"],
  checks: ["base", "source", "ir", "knowledge", "program", "values", "flow", "obligations", "access"],
  findings: ["base", "source", "ir", "knowledge", "program", "values", "flow", "obligations"],
  review: ["base", "source", "ir", "knowledge", "program", "obligations", "access", "findings"],
  verify: ["base", "source", "ir", "knowledge", "program", "values", "flow", "obligations", "access", "findings", "review"],
  change: ["base", "obligations", "findings", "review"],
  ledger: ["base", "source", "ir", "program", "obligations", "findings", "review"],
  report: ["base", "source", "knowledge", "findings", "review", "verify", "change", "ledger"],
};

/** npm packages that a layer may use; all others use none. `sarif` is types only. */
export const mayUsePackages: Readonly<Record<string, readonly string[]>> = { knowledge: ["yaml"], report: ["sarif"] };
