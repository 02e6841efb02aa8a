/**
 * One small instruction set for every language.
 *
 * In: rows written by a language's lowering.
 * Out: functions, blocks and instructions in SSA form, a printer and a verifier.
 * How: columns of integers; a value is the row that defines it.
 * Holds: definitions dominate uses; phi inputs match predecessors; the rows of a block are contiguous.
 * Not here: anything that knows the syntax of a language.
 */
export * from "./ir.ts";
export * from "./access.ts";
export * from "./operands.ts";
export { FunctionBuilder, type InitialRow } from "./builder.ts";
export { type FinishedFunction, FunctionTooLarge } from "./draft.ts";
export type { Construct, ConstructSpan, TextRole } from "./construct.ts";
export type { Language, LoweredFile, ModulePlace, SurveyedFile } from "./language.ts";
export { printConstant, printFunction, printModule } from "./print.ts";
export { verifyFunction, verifyProgram } from "./verify.ts";
