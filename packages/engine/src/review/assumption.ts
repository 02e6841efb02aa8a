/** What every verdict rests on. Fixed texts: a verdict names them by id. */

/** An assumption that the engine makes for every program. */
export interface Assumption {
  readonly id: string;
  readonly text: string;
}

/** The standing assumptions. Ids are never reused for another meaning. */
export const assumptions: readonly Assumption[] = [
  { id: "A1", text: "The program runs the files that were reviewed; nothing replaces them at run time." },
  { id: "A2", text: "Library functions do what their model pages say; the versions installed are not looked at." },
  { id: "A3", text: "Operator configuration and the process environment are set by someone who is trusted." },
  { id: "A4", text: "Modules are imported under the names that their paths give them from the reviewed root." },
  { id: "A5", text: "Attributes change only where the code names them; setattr and __dict__ with computed names change no other." },
  { id: "A6", text: "Functions without a caller and without an entry rule are called by nobody outside." },
  { id: "A7", text: "Native code (C extensions) changes no object of the program besides its arguments and result." },
  { id: "A8", text: "Threads do not change a local object between a check and its use." },
];
