/**
 * Facts about control flow.
 *
 * In: functions of the IR.
 * Out: dominators.
 * How: one pass per function, on demand.
 * Holds: bounded by the number of blocks.
 * Not here: values.
 */
export { Dominators } from "./dominators.ts";
