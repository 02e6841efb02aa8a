/** The ends of `passes` rows at a call: the part of the result that a row fills, and the values that fill it. */
import { anyItem, anyKey, attributeSelector, isAttribute, isItem, itemKey, itemSelector } from "./paths.ts";
import { allArguments, argumentValues, readPort, receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";

/** Strips the selectors of a `to` port from a path; -1 if the path asks for another part. */
export function consume(solver: Solver, call: number, steps: readonly string[], path: number): number {
  const { paths, ir } = solver;
  let rest = path;
  for (const step of steps) {
    if (rest === 0) return 0;
    const head = paths.head(rest);
    if (step === "[*]") {
      if (!isItem(head)) return -1;
    } else if (step === "[0]" || step === "[1]") {
      if (!isItem(head) || (itemKey(head) >= 0 && itemKey(head) !== placeKey(solver, step))) return -1;
    } else if (step.startsWith("[arg")) {
      if (!isItem(head)) return -1;
      const key = constantArgument(solver, call, Number(step.slice(4, -1)));
      if (key >= 0 && head !== anyItem && head !== itemSelector(key)) return -1;
    } else if (!isAttribute(head) || head !== attributeSelector(ir.strings.intern(step))) return -1;
    rest = paths.tail(rest);
  }
  return rest;
}

/** The values of a `from` port at a call, each with the part of it that is asked about. */
export function portSources(solver: Solver, call: number, from: string, rest: number): { value: number; path: number }[] {
  const { ir, paths } = solver;
  const port = readPort(from);
  let path = rest;
  for (let i = port.steps.length - 1; i >= 0; i--) {
    const step = port.steps[i]!;
    if (step === "[*]") path = paths.push(anyItem, path);
    else if (step === "[key]") path = paths.push(anyKey, path);
    else if (step === "[0]" || step === "[1]") path = paths.push(itemSelector(placeKey(solver, step)), path);
    else if (step.startsWith("[arg")) {
      const key = constantArgument(solver, call, Number(step.slice(4, -1)));
      path = paths.push(key >= 0 ? itemSelector(key) : anyItem, path);
    } else path = paths.push(attributeSelector(ir.strings.intern(step)), path);
  }
  let values: number[] = [];
  if (port.base === "self") {
    const receiver = receiverValue(ir, call);
    if (receiver >= 0) values = [receiver];
  } else if (port.base === "any-argument") values = allArguments(ir, call);
  else if (port.base === "argument") values = argumentValues(ir, call, port.argument.index, port.argument.name, port.argument.rest);
  return values.map((value) => ({ value, path }));
}

/** The constant of a place that a step names: `[0]`. */
const placeKey = (solver: Solver, step: string): number => solver.ir.constant({ type: "int", value: Number(step.slice(1, -1)) });

export function constantArgument(solver: Solver, call: number, index: number): number {
  const values = argumentValues(solver.ir, call, index, "", false);
  const constants = values.length === 1 ? solver.facts.constantsOf(values[0]!) : undefined;
  return constants?.length === 1 ? constants[0]! : -1;
}
