/** The ends of a `passes:` row: `arg[0][*]`, `result.name`, `self[arg0]`, `nothing`. */
import { type ArgumentName, printArgument } from "./place.ts";
import { type Parsed, parseAll, type Scanner } from "./scanner.ts";

/** A value at a call, and what is read from or stored into it. */
export interface ValuePort {
  readonly base: "argument" | "any-argument" | "self" | "result" | "nothing";
  /** Only for `argument`; index -1 and name "" otherwise. */
  readonly argument: ArgumentName & { readonly rest: boolean };
  /** Attribute names and `[*]`, `[0]` (the first of a pair), `[key]` (the names of a mapping), or `[arg0]`: the item named by argument 0. */
  readonly steps: readonly string[];
}

const stepsMax = 8;
const noArgument = { index: -1, name: "", rest: false };

/** Reads the text of one end of a `passes:` row. */
export function parseValuePort(text: string): Parsed<ValuePort> {
  return parseAll(text, scanValuePort);
}

export function printValuePort(port: ValuePort): string {
  let text = port.base as string;
  if (port.base === "argument") text = printArgument(port.argument);
  if (port.base === "any-argument") text = "arg[*]";
  for (const step of port.steps) text += step.startsWith("[") ? step : `.${step}`;
  return text;
}

function scanValuePort(scanner: Scanner): ValuePort {
  if (scanner.takeWord("nothing")) return { base: "nothing", argument: noArgument, steps: [] };
  if (scanner.takeWord("self")) return { base: "self", argument: noArgument, steps: scanSteps(scanner) };
  if (scanner.takeWord("result")) return { base: "result", argument: noArgument, steps: scanSteps(scanner) };
  if (scanner.take("arg[*]")) return { base: "any-argument", argument: noArgument, steps: scanSteps(scanner) };
  if (!scanner.take("arg[")) scanner.fail("unknown port: expected arg[…], self, result or nothing");
  const argument = scanArgument(scanner);
  return { base: "argument", argument, steps: scanSteps(scanner) };
}

function scanArgument(scanner: Scanner): ValuePort["argument"] {
  const digits = scanner.match(/\d{1,3}/y);
  if (digits === "") {
    const name = scanner.identifier("an index, a keyword or *");
    scanner.expect("]");
    return { index: -1, name, rest: false };
  }
  const rest = scanner.take("..");
  const name = !rest && scanner.take("|") ? scanner.identifier("a keyword") : "";
  scanner.expect("]");
  return { index: Number(digits), name, rest };
}

function scanSteps(scanner: Scanner): string[] {
  const steps: string[] = [];
  while (steps.length < stepsMax) {
    const plain = ["[*]", "[key]", "[0]", "[1]"].find((step) => scanner.take(step));
    if (plain !== undefined) steps.push(plain);
    else if (scanner.take("[arg")) {
      const index = scanner.match(/\d{1,2}/y);
      if (index === "") scanner.fail("expected the number of an argument, as in [arg0]");
      scanner.expect("]");
      steps.push(`[arg${index}]`);
    } else if (scanner.take(".")) steps.push(scanner.identifier("a name after the dot"));
    else break;
  }
  return steps;
}
