/**
 * Facts about control flow.
 *
 * In: functions of the IR.
 * Out: dominators; events that every way to an instruction passes; what is held there; tests that decide whether it runs; which
 * exceptions may come out of a function and to a handler.
 * How: one pass per function, on demand; sets of exceptions grow along calls until nothing changes.
 * Holds: bounded by the number of blocks; what is not known may raise anything.
 * Not here: values.
 */
export { Atom, type ExceptionClasses, type NamedClasses } from "./exception-classes.ts";
export { type Handler, handlersOf, pendingAt, PendingKind } from "./handlers.ts";
export { MayRaise, type Witness } from "./may-raise.ts";
export { Dominators } from "./dominators.ts";
export { type Leaks, leaksFrom, type ReleaseQuestions } from "./release-paths.ts";
export { allEvents, type EventSource, MustEvents } from "./must-events.ts";
export { type HoldSource, MustHeld } from "./must-held.ts";
export { type TestAbove, testsAbove } from "./tests-above.ts";
