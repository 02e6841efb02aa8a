/**
 * Files and positions.
 *
 * In: a {@link Workspace}.
 * Out: {@link SourceFile}s with line maps, and what could not be read.
 * How: bytes are kept; columns are worked out on demand.
 * Holds: sorted by path; text is immutable; after this layer a file is an id.
 * Not here: file system access (the host's), syntax.
 */
export type { SourceFile, Workspace } from "./workspace.ts";
export { columnUtf8, columnUtf16, findLineStarts, lineOf, lineText, textOf } from "./lines.ts";
export { defaultReadOptions, type ReadOptions, readSources, roleOf } from "./read.ts";
export { inMemoryWorkspace } from "./in-memory.ts";
