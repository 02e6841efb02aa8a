/**
 * The linked program: names, classes, the call graph, and where outsiders come in.
 *
 * In: the rows of all modules, and the models of libraries.
 * Out: a {@link Program}.
 * How: modules and classes are linked by name; then one token flow answers "which function, class or object can this be".
 * Holds: an unresolved call has a reason; results do not depend on the order of work; every set and loop has a limit.
 * Not here: data flow for obligations; syntax.
 */
export * from "./program.ts";
export { bindArguments, type BoundArgument } from "./bind-arguments.ts";
export { callGraph, functionName } from "./graph.ts";
export { type CallCoverage, callCoverage, calleeText } from "./coverage.ts";
export { type LinkInput, type LinkOutcome, linkProgram } from "./link-program.ts";
export { ImportedModules } from "./imported-modules.ts";
export type { PublicApi } from "./library-entries.ts";
export { type ModuleFile, moduleNames } from "./modules.ts";
export { type PageTemplate, readTemplate, type TemplatePrint } from "./page-templates.ts";
export { type FieldArgument, fieldArguments, spreadArguments } from "./record-fields.ts";
