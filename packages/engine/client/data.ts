/** What the page carries as JSON for its script. Written by `src/report/html/data.ts`; the two are kept alike by a test. */

export interface PageStep {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly kind: string;
  readonly why: string;
  readonly text: string;
}

export interface PageFinding {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly function: string;
  readonly summary: string;
  readonly steps: readonly PageStep[];
  readonly excerpts: readonly { readonly path: string; readonly from: number; readonly lines: readonly string[] }[];
  readonly facts: readonly { readonly id: string; readonly name: string; readonly text: string }[];
  readonly reached: readonly string[];
  readonly guards: readonly string[];
  readonly siblings: readonly { readonly id: string; readonly place: string; readonly function: string; readonly why: string }[];
  readonly detector: string;
}

/** Rows of a table that are made when it is opened. */
export interface PageTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface PageData {
  readonly findings: readonly PageFinding[];
  readonly tables: Readonly<Record<string, PageTable>>;
}
