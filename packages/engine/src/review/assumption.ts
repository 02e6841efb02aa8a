/** What every verdict rests on. Fixed texts: a verdict names them by id. */

/** An assumption that the engine makes for every program. */
export interface Assumption {
  readonly id: string;
  readonly text: string;
}

/** The standing assumptions. Ids are never reused for another meaning; `obligations/verdict.ts` names A1 to A3. */
export const assumptions: readonly Assumption[] = [
  { id: "A1", text: "The program runs the files that were reviewed; nothing replaces them at run time." },
  { id: "A2", text: "Library functions do what their model pages say; the versions installed are not looked at." },
  { id: "A3", text: "Fields are followed by class, not by object: what one object stores, another of its class reads." },
  { id: "A4", text: "Operator configuration and the process environment are set by someone who is trusted." },
  { id: "A5", text: "Modules are imported under the names that their paths give them from the reviewed root." },
  { id: "A6", text: "Attributes change only where the code names them; setattr with computed names changes no other." },
  { id: "A7", text: "Functions are called from the places that the program shows and by entry rules, from nowhere else." },
  { id: "A8", text: "Native code (C extensions) changes no object of the program besides its arguments and result." },
  { id: "A9", text: "Threads do not change a local object between a check and its use." },
];
