/** The text form of places and ports: `Connection.execute(arg[0|sql])`, `self[*]`. */
import type { Place, Port } from "./catalog.ts";
import { type Parsed, parseAll, type Scanner } from "./scanner.ts";

/** Most steps of a path; no real API is that deep. */
const pathStepsMax = 64;

/** The step to any attribute that no page names: `Database.*` is each collection of a database. */
export const anyAttribute = ".*";

/** Splits a path into steps: `a.b()[*].c["k"].*` is `a`, `b`, `()`, `[*]`, `c`, `["k"]`, `.*`. */
export function pathSteps(path: string): string[] {
  return path.match(/\["[^"\]]*"\]|[A-Za-z_][A-Za-z0-9_]*|\(\)|\[\*\]|\.\*/g) ?? [];
}

/** Holds for the steps that name no attribute: a call, an item, the item under a key. */
export const isUnnamedStep = (step: string): boolean => step === "()" || step.startsWith("[");

/** The step to the item under a text as its key. */
export const keyStep = (key: string): string => `["${key}"]`;

/** Joins steps into a path; the reverse of {@link pathSteps}. */
export function joinSteps(steps: readonly string[]): string {
  let path = "";
  for (const step of steps) path += path === "" || isUnnamedStep(step) || step === anyAttribute ? step : `.${step}`;
  return path;
}

/** Reads a place. */
export function parsePlace(text: string): Parsed<Place> {
  return parseAll(text, (scanner) => {
    const path = scanPath(scanner);
    return { path, port: scanner.take("(") ? scanPort(scanner) : { type: "object" } };
  });
}

/** Reads a path without a port. */
export function parsePath(text: string): Parsed<string> {
  return parseAll(text, (scanner) => {
    const path = scanPath(scanner);
    if (scanner.take("(")) scanner.fail("a port does not belong here: name the callable alone");
    return path;
  });
}

/** Writes a place without its condition, in the form that {@link parsePlace} reads. */
export function printPlace(place: Place): string {
  return place.path + (place.port.type === "object" ? "" : `(${printPort(place.port)})`);
}

export function printPort(port: Port): string {
  switch (port.type) {
    case "object": return "";
    case "argument": return printArgument(port) + (port.item === undefined ? "" : keyStep(port.item));
    case "any-argument": return "arg[*]";
    case "spread": return "arg[**]";
    case "self": return "self";
    case "stored": return "stored";
    case "key": return "key";
    case "parameter": return `param[${port.index}]`;
    case "returned": return "returned";
  }
}

/** Which argument is meant: by position, by keyword, or both. */
export interface ArgumentName {
  /** -1: by keyword only. */
  readonly index: number;
  /** "": by position only. */
  readonly name: string;
}

export function printArgument(argument: ArgumentName & { readonly rest?: boolean }): string {
  const { index, name } = argument;
  if (argument.rest === true) return `arg[${index}..]`;
  if (index < 0) return `arg[${name}]`;
  return name === "" ? `arg[${index}]` : `arg[${index}|${name}]`;
}

/** Reads `arg[0]`, `arg[0|sql]`, `arg[sql]`, as conditions and rows write it. */
export function parseArgument(text: string): Parsed<ArgumentName> {
  return parseAll(text, scanArgumentName);
}

export function scanArgumentName(scanner: Scanner): ArgumentName {
  scanner.expect("arg[");
  const port = scanArgumentRest(scanner);
  if (port.type !== "argument" || port.rest) scanner.fail("expected one argument, as arg[0], arg[0|name] or arg[name]");
  return { index: port.index, name: port.name };
}

function scanPath(scanner: Scanner): string {
  const start = scanner.offset;
  scanner.identifier("a dotted name");
  for (let steps = 1; ; steps++) {
    if (steps > pathStepsMax) scanner.fail(`a path has at most ${pathStepsMax} steps`);
    if (scanner.take("()") || scanner.take("[*]")) continue;
    if (scanner.take('["')) {
      scanKey(scanner);
      continue;
    }
    if (!scanner.take(".")) break;
    if (!scanner.take("*")) scanner.identifier("a name after the dot");
  }
  return scanner.text.slice(start, scanner.offset);
}

/** Reads the rest of `["key"]` after its quote. */
export function scanKey(scanner: Scanner): string {
  const key = scanner.match(/[\w .:/$-]{1,80}/y);
  if (key === "") scanner.fail("expected the key of an item");
  scanner.expect('"]');
  return key;
}

/** Reads what stands between the parentheses of a place, and the closing one. */
function scanPort(scanner: Scanner): Port {
  const port = scanPortName(scanner);
  scanner.expect(")");
  return port;
}

function scanPortName(scanner: Scanner): Port {
  if (scanner.take("arg[")) {
    const port = scanArgumentRest(scanner);
    return port.type === "argument" && scanner.take('["') ? { ...port, item: scanKey(scanner) } : port;
  }
  if (scanner.take("param[")) {
    const index = scanIndex(scanner);
    if (index < 0) scanner.fail("expected the index of a parameter");
    scanner.expect("]");
    return { type: "parameter", index };
  }
  if (scanner.takeWord("self")) return { type: "self" };
  if (scanner.takeWord("stored")) return { type: "stored" };
  if (scanner.takeWord("key")) return { type: "key" };
  if (scanner.takeWord("returned")) return { type: "returned" };
  return scanner.fail("unknown port: expected arg[…], self, stored, key, param[…] or returned");
}

/** Reads the part of an argument port after `arg[`. */
function scanArgumentRest(scanner: Scanner): Port {
  if (scanner.take("*]")) return { type: "any-argument" };
  if (scanner.take("**]")) return { type: "spread" };
  const index = scanIndex(scanner);
  if (index < 0) {
    const name = scanner.identifier("an index, a keyword or *");
    scanner.expect("]");
    return { type: "argument", index: -1, name, rest: false };
  }
  if (scanner.take("..]")) return { type: "argument", index, name: "", rest: true };
  const name = scanner.take("|") ? scanner.identifier("a keyword") : "";
  scanner.expect("]");
  return { type: "argument", index, name, rest: false };
}

/** Reads a small number, or gives -1. */
function scanIndex(scanner: Scanner): number {
  const digits = scanner.match(/\d{1,3}/y);
  return digits === "" ? -1 : Number(digits);
}
