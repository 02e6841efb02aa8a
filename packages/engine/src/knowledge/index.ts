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
export { catalogFromJson, catalogToJson } from "./catalog-json.ts";
export { compileApiGraph } from "./compile.ts";
export { parseCondition, printCondition, printConstant } from "./condition.ts";
export { exampleMarkers, type Marker, type MarkerKind } from "./example-marker.ts";
export { type ExampleFile, type ExampleProject, exampleProjects, type ExpectedLine } from "./example-project.ts";
export { type CodeBlock, type Page, type PageSection, type PageText, splitPage } from "./page.ts";
export { type PageProblem, PageProblems } from "./page-problem.ts";
export { type ArgumentName, isUnnamedStep, joinSteps, keyStep, parseArgument, parsePath, parsePlace, pathSteps, printArgument, printPlace, printPort } from "./place.ts";
export { type CatalogOptions, type CatalogOutcome, readCatalog } from "./read-catalog.ts";
export {
  compareProject, type ObservableReport, type ObservedObligation, observeReport, type PageFailure, type PageRun, type ReviewExample, runPage,
} from "./run-page.ts";
export { StubPack } from "./stub-pack.ts";
export { StubKind, type StubResult, Stubs } from "./stubs.ts";
export type { Parsed } from "./scanner.ts";
export { suggestion } from "./suggestion.ts";
export { parseValuePort, printValuePort, type ValuePort } from "./value-port.ts";
