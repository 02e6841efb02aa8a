/**
 * Access control: what is checked of a caller before a handler does its work.
 *
 * In: a linked program and what the obligation solver knows of its values.
 * Out: one row per route and handler, with its guards in order and a verdict.
 * How: must-events per function, callees first; decorators, classes, routers, settings and middleware around it.
 * Holds: a name alone never makes a handler covered; every bound is a count.
 * Not here: what is told of it, and whether it is shown.
 */
export { type ClientDecision, clientDecisions } from "./client-decision.ts";
export { type EntryAccess, entryMap, type EntryVerdict } from "./entry-map.ts";
export { type FetchedObject, fetchedObjects } from "./fetched-objects.ts";
export type { Guard, GuardForm } from "./guard.ts";
export type { Siblings } from "./siblings.ts";
