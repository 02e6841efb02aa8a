/**
 * The only door between the command and the engine: everything the command uses of it goes through here.
 */
export type { Catalog, Detector, ModelPage, PageProblem, PageText } from "../../engine/src/knowledge/index.ts";
export { isUserPage, readCatalog } from "../../engine/src/knowledge/index.ts";
export type { Problem, ProblemKind } from "../../engine/src/base/index.ts";
export type { Workspace } from "../../engine/src/source/index.ts";
