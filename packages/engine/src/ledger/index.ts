/**
 * The saved ledger: what a review rests on, kept so that questions after it are answered at once.
 *
 * In: a report, the obligations it was made of, the program.
 * Out: {@link Sections} to store; of stored ones, answers to "why", "what is this id", "is there a path".
 * How: columns of numbers and one table of texts; code is read from the files again, so none of it is stored.
 * Holds: what is read back is checked; a broken ledger is a {@link LedgerError}, never an answer.
 * Not here: files, compression, whether the files are still the same; words for people.
 */
export { type LedgerInput, saveLedger } from "./save.ts";
export { jsonOf, LedgerError, ledgerFormat, type Section, type Sections } from "./sections.ts";
export { type CodeAt, CodeReader } from "./code.ts";
export { Ledger, openLedger, type SavedCall, type SavedReason, type SavedReport, type SavedRow, type SavedStep } from "./ledger.ts";
export { type LinePlace, trace, type TraceAnswer, type TraceEnd, type TraceStep } from "./trace.ts";
export { type NoRowReason, type ToldRow, toldRow, why, type WhyAnswer, type WhyQuestion } from "./why.ts";
