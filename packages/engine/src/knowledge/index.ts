/**
 * What we know about weaknesses and libraries, read from catalog pages.
 *
 * In: the text of the pages.
 * Out: a {@link Catalog}, and the {@link ApiGraph} compiled from its models.
 * How: a strict reader with positioned errors; detectors and models meet only in kinds.
 * Holds: a page that does not read is an error, never ignored.
 * Not here: anything about a particular program.
 */
export type * from "./catalog.ts";
export type { ApiGraph, PlaceFact } from "./api-graph.ts";
export { parseCondition, printCondition, printConstant } from "./condition.ts";
export type { PageText } from "./page.ts";
export type { PageProblem } from "./page-problem.ts";
export { type ArgumentName, joinSteps, parseArgument, parsePath, parsePlace, pathSteps, printArgument, printPlace, printPort } from "./place.ts";
export { type CatalogOptions, type CatalogOutcome, isUserPage, readCatalog } from "./read-catalog.ts";
export type { Parsed } from "./scanner.ts";
export { parseValuePort, printValuePort, type ValuePort } from "./value-port.ts";
