/** What every verdict rests on. Fixed texts: a verdict names them by id. */

/** An assumption that the engine makes for every program. */
export interface Assumption {
  readonly id: string;
  readonly text: string;
  /** The same in a few words, where room is short. */
  readonly short: string;
}

/** The standing assumptions. Ids are never reused for another meaning; `obligations/verdict.ts` names. */
export const assumptions: readonly Assumption[] = [
  {
    id: "A-1", short: "the reviewed files are what runs",
    text: "The program runs the files that were reviewed; nothing replaces them at run time.",
  },
  {
    id: "A-2", short: "libraries do what their model pages say",
    text: "Library functions do what their model pages say; the versions installed are not looked at.",
  },
  {
    id: "A-3", short: "fields are followed by class",
    text: "Fields are followed by class, not by object: what one object stores, another of its class reads.",
  },
  {
    id: "A-4", short: "operator configuration and the environment are trusted",
    text: "Operator configuration and the process environment are set by someone who is trusted.",
  },
  {
    id: "A-5", short: "modules go by the names of their paths",
    text: "Modules are imported under the names that their paths give them from the reviewed root.",
  },
  {
    id: "A-6", short: "no attribute is set by a computed name",
    text: "Attributes change only where the code names them; setattr with computed names changes no other.",
  },
  {
    id: "A-7", short: "no caller but those shown and the entries",
    text: "Functions are called from the places that the program shows and by entry rules, from nowhere else.",
  },
  {
    id: "A-8", short: "native code changes its arguments only",
    text: "Native code (C extensions) changes no object of the program besides its arguments and result.",
  },
  {
    id: "A-9", short: "no thread comes between a check and its use",
    text: "Threads do not change a local object between a check and its use.",
  },
];
