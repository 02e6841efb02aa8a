/**
 * Facts about control flow.
 *
 * In: functions of the IR.
 * Out: dominators; events that every way to an instruction passes.
 * How: one pass per function, on demand.
 * Holds: bounded by the number of blocks.
 * Not here: values.
 */
export { Dominators } from "./dominators.ts";
export { allEvents, type EventSource, MustEvents } from "./must-events.ts";
