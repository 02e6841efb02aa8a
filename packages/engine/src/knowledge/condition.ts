/** The text form of conditions on literal arguments: `arg[shell] is True and arg[1|env] absent`, and on the objects used there: `arg[1|parser] has follows-entities`. */
import type { Condition, ConstantPattern } from "./catalog.ts";
import { keyStep, printArgument, scanArgumentName, scanKey } from "./place.ts";
import { pythonBuiltins } from "./python-builtins.ts";
import { type Parsed, parseAll, type Scanner } from "./scanner.ts";

const nestingMax = 16;
const valuesMax = 256;

/** Reads a condition. */
export function parseCondition(text: string): Parsed<Condition> {
  return parseAll(text, (scanner) => scanJoined(scanner, 0));
}

/** Writes a condition in the form that {@link parseCondition} reads. */
export function printCondition(condition: Condition): string {
  switch (condition.type) {
    case "present":
      return `${printArgument(condition.argument)} ${condition.negated ? "absent" : "present"}`;
    case "is": {
      const values = condition.values.map(printConstant);
      const right = values.length === 1 ? values[0] : `in [${values.join(", ")}]`;
      const item = condition.item === undefined ? "" : keyStep(condition.item);
      return `${printArgument(condition.argument)}${item} is ${condition.negated ? "not " : ""}${right}`;
    }
    case "has":
      return `${condition.argument === undefined ? "self" : printArgument(condition.argument)} has ${condition.kind}`;
    case "lacks":
      return `program lacks ${condition.kind}`;
    case "allows":
      return `program allows ${condition.distribution} below ${condition.below}`;
    case "inherits":
      return `class inherits ${condition.method}`;
    case "and":
    case "or":
      return condition.parts.map(printPart).join(` ${condition.type} `);
  }
}

/** Writes a constant as Python would; dotted names stay bare. */
export function printConstant(value: ConstantPattern): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  return isApiName(value) ? value : JSON.stringify(value);
}

/** Holds if a value is written bare: a dotted name, or a builtin such as `int`. */
const isApiName = (name: string): boolean => dottedName.test(name) || (pythonBuiltins.has(name) && !/^(True|False|None)$/.test(name));

const dottedName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$/;

function printPart(part: Condition): string {
  const text = printCondition(part);
  return part.type === "and" || part.type === "or" ? `(${text})` : text;
}

function scanJoined(scanner: Scanner, depth: number): Condition {
  if (depth > nestingMax) scanner.fail(`parentheses nest at most ${nestingMax} deep`);
  const parts = [scanAtom(scanner, depth)];
  let joint: "and" | "or" | "" = "";
  for (;;) {
    scanner.space();
    const word = scanner.takeWord("and") ? "and" : scanner.takeWord("or") ? "or" : "";
    if (word === "") break;
    if (joint !== "" && joint !== word) scanner.fail('"and" and "or" do not mix without parentheses');
    joint = word;
    parts.push(scanAtom(scanner, depth));
  }
  return joint === "" ? parts[0] : { type: joint, parts };
}

function scanAtom(scanner: Scanner, depth: number): Condition {
  scanner.space();
  if (scanner.take("(")) {
    const inner = scanJoined(scanner, depth + 1);
    scanner.space();
    scanner.expect(")");
    return inner;
  }
  if (scanner.takeWord("self")) return scanHas(scanner, undefined);
  if (scanner.takeWord("program")) return scanProgram(scanner);
  if (scanner.takeWord("class")) return scanInherits(scanner);
  if (!scanner.text.startsWith("arg[", scanner.offset)) scanner.fail("expected arg[…], self, program, class or a parenthesis");
  const argument = scanArgumentName(scanner);
  const item = scanner.take('["') ? scanKey(scanner) : undefined;
  scanner.space();
  if (item !== undefined && !/^is\b/.test(scanner.text.slice(scanner.offset, scanner.offset + 3))) scanner.fail('of an item only "is" can be asked');
  if (scanner.takeWord("present")) return { type: "present", argument, negated: false };
  if (scanner.takeWord("absent")) return { type: "present", argument, negated: true };
  if (/^has\b/.test(scanner.text.slice(scanner.offset, scanner.offset + 4))) return scanHas(scanner, argument);
  if (!scanner.takeWord("is")) scanner.fail('unknown condition: expected "is", "is not", "is in", "has", "present" or "absent"');
  scanner.space();
  const negated = scanner.takeWord("not");
  scanner.space();
  const values = scanner.takeWord("in") ? scanList(scanner) : [scanConstant(scanner)];
  return { type: "is", argument, ...(item === undefined ? {} : { item }), values, negated };
}

function scanHas(scanner: Scanner, argument: { readonly index: number; readonly name: string } | undefined): Condition {
  scanner.space();
  if (!scanner.takeWord("has")) scanner.fail('expected "has" and a kind');
  scanner.space();
  const kind = scanner.match(/[a-z][a-z0-9-]*/y);
  if (kind === "") scanner.fail("expected a kind");
  return { type: "has", argument, kind };
}

function scanProgram(scanner: Scanner): Condition {
  scanner.space();
  if (scanner.takeWord("allows")) {
    scanner.space();
    const distribution = scanner.match(/[a-z0-9][a-z0-9-]*/y);
    scanner.space();
    if (distribution === "" || !scanner.takeWord("below")) scanner.fail('expected the name of a distribution, "below" and a major version');
    scanner.space();
    const below = scanner.match(/\d{1,6}/y);
    if (below === "") scanner.fail("expected a major version");
    return { type: "allows", distribution, below: Number(below) };
  }
  if (!scanner.takeWord("lacks")) scanner.fail('expected "lacks" and a kind, or "allows" and a distribution');
  scanner.space();
  const kind = scanner.match(/[a-z][a-z0-9-]*/y);
  if (kind === "") scanner.fail("expected a kind");
  return { type: "lacks", kind };
}

function scanInherits(scanner: Scanner): Condition {
  scanner.space();
  if (!scanner.takeWord("inherits")) scanner.fail('expected "inherits" and the name of a method');
  scanner.space();
  return { type: "inherits", method: scanner.identifier("the name of a method") };
}

function scanList(scanner: Scanner): ConstantPattern[] {
  scanner.space();
  scanner.expect("[");
  const values = [scanConstant(scanner)];
  for (;;) {
    scanner.space();
    if (scanner.take("]")) return values;
    scanner.expect(",");
    values.push(scanConstant(scanner));
    if (values.length > valuesMax) scanner.fail(`a list has at most ${valuesMax} values`);
  }
}

function scanConstant(scanner: Scanner): ConstantPattern {
  scanner.space();
  if (scanner.takeWord("True")) return true;
  if (scanner.takeWord("False")) return false;
  if (scanner.takeWord("None")) return null;
  const quoted = scanner.match(/"(?:[^"\\]|\\.)*"/y);
  if (quoted !== "") return unquote(scanner, quoted);
  const single = scanner.match(/'[^'\\]*'/y);
  if (single !== "") return single.slice(1, -1);
  const number = scanner.match(/0[xX][0-9a-fA-F]{1,12}|0[oO][0-7]{1,16}|-?\d{1,15}(?:\.\d{1,15})?(?:e[+-]?\d{1,3})?/y);
  if (number !== "") return Number(number);
  const name = scanner.match(/[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/y);
  if (isApiName(name)) return name;
  scanner.offset -= name.length;
  return scanner.fail('expected True, False, None, a number, a "text", a dotted name or a builtin');
}

function unquote(scanner: Scanner, quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    scanner.offset -= quoted.length;
    return scanner.fail("this text has an escape that JSON does not know");
  }
}
