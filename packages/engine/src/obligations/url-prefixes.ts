/**
 * Addresses that are paths of the same host: they begin with one slash, and not with two.
 *
 * ```text
 * if not url.startswith("/") or url.startswith("//"): url = "/"
 * if url[:1] == "/" and url[1:2] not in "/\\": ...
 * ```
 */
import { BuildKind, CmpOp, Op, callArg, callArgCount } from "../ir/index.ts";
import type { RegexUse } from "../values/index.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

const versionsMax = 24;

/** Holds if the checks passed so far, this one among them, leave a path of the same host. */
export function isOwnPath(solver: Solver, subject: number, condition: number, polarity: boolean): boolean {
  const { ir } = solver;
  let learned = learnedFrom(solver, condition, polarity);
  let v = subject;
  for (let i = 0; i < versionsMax && learned !== ownPath; i++) {
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && op !== Op.Content) break;
    if (op === Op.Sigma) {
      const test = ir.b.data[v]!;
      const isNegated = ir.op.data[test] === Op.Not;
      learned |= learnedFrom(solver, isNegated ? ir.a.data[test]! : test, (ir.c.data[v] === 1) !== isNegated);
    }
    v = ir.a.data[v]!;
  }
  return learned === ownPath;
}

const beginsWithSlash = 1;
const isNotDouble = 2;
const ownPath = beginsWithSlash | isNotDouble;

const lessons = new WeakMap<Solver, Map<number, number>>();

/** What a check of this truth says of the beginning of a path, whichever. Checks of many values come by here. */
function learnedFrom(solver: Solver, call: number, truth: boolean): number {
  let ofSolver = lessons.get(solver);
  if (!ofSolver) lessons.set(solver, (ofSolver = new Map()));
  const key = call * 2 + (truth ? 1 : 0);
  let learned = ofSolver.get(key);
  if (learned === undefined) {
    learned = 0;
    const compared = comparedWith(solver, call, truth);
    if (compared === "first slash" || compared === "no scheme") learned |= beginsWithSlash;
    if (compared === "second no slash") learned |= isNotDouble;
    const prefixes = prefixesOf(solver, call);
    if (truth && prefixes.length > 0 && prefixes.every((prefix) => prefix.startsWith("/"))) learned |= beginsWithSlash;
    if (!truth && prefixes.includes("//")) learned |= isNotDouble;
    ofSolver.set(key, learned);
  }
  return learned;
}

/** `":" not in url`, `url[0] == "/"`, `url[1:2] not in ("/", "\\\\")`: what a comparison of this truth says. */
function comparedWith(solver: Solver, condition: number, truth: boolean): "first slash" | "second no slash" | "no scheme" | "" {
  const { ir } = solver;
  if (ir.op.data[condition] !== Op.Cmp) return "";
  const op = ir.a.data[condition]! as CmpOp;
  const [left, right] = [ir.b.data[condition]!, ir.c.data[condition]!];
  const isPositive = op === CmpOp.Eq || op === CmpOp.In;
  if (!isPositive && op !== CmpOp.NotEq && op !== CmpOp.NotIn) return "";
  const holds = truth === isPositive;
  if (!holds && (op === CmpOp.In || op === CmpOp.NotIn) && textsIn(solver, left).includes(":")) return "no scheme";
  const place = placeIn(solver, left);
  const texts = textsIn(solver, right);
  if (place === 0 && holds && texts.length > 0 && texts.every((text) => text === "/")) return "first slash";
  return place === 1 && !holds && texts.some((text) => text === "/" || text === "/\\" || text === "\\/") ? "second no slash" : "";
}

/** The place of the one character that is taken: `x[1]`, `x[1:2]`, `x[:1]`; -1 for all else. */
function placeIn(solver: Solver, value: number): number {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.GetItem) return -1;
  const key = ir.b.data[value]!;
  const number = (at: number): number => {
    const constant = solver.facts.literalOf(at);
    return constant?.type === "int" ? Number(constant.value) : constant?.type === "none" ? 0 : -1;
  };
  if (ir.op.data[key] !== Op.Build || ir.a.data[key] !== BuildKind.Slice) return number(key);
  const [from, to] = [number(ir.lists.at(ir.b.data[key]!, 0)), number(ir.lists.at(ir.b.data[key]!, 1))];
  return from >= 0 && to === from + 1 ? from : -1;
}

function textsIn(solver: Solver, value: number): readonly string[] {
  const { ir } = solver;
  const values = ir.op.data[value] === Op.Build ? ir.lists.toArray(ir.b.data[value]!) : [value];
  return values.flatMap((each) => {
    const constant = solver.facts.literalOf(each);
    return constant?.type === "str" ? [constant.value] : [];
  });
}

/** What a regular expression that a text matches from its start says of the host: one of its own, or none. */
export function hostGuardsOfRegex(pattern: string): readonly string[] {
  const text = pattern.replace(/^\^|^\\A/, "");
  if (/^\/(?:\[(?!\^)(?:[\w-]|\\[wd])+\]|\\w|\w)(?![?*])/.test(text)) return ["same-host-url", "fixed-host-prefix"];
  const host = /^https?\??:\\?\/\\?\/((?:\\.|\[(?!\^)[\w\\-]+\][+*]?|\((?:\?:)?(?:\\.|\[(?!\^)[\w\\-]+\]|[\w-])[+*]?\\\.\)[?*]?|[\w-])+)(?:\\?\/|\(\/\|\$\)|\(\?:\/\|\$\)|\$)/.exec(text);
  return host && /[\w-]\\\.[a-z]{2,}$/.test(host[1]!) ? ["fixed-host-prefix", "allowed-host", "same-host-url"] : [];
}

/** The literal texts of `x.startswith("/")` and `x.startswith(("//", "/\\"))`. */
function prefixesOf(solver: Solver, call: number): readonly string[] {
  const { ir } = solver;
  if (ir.op.data[call] !== Op.Call || calledName(solver, call) !== "startswith" || callArgCount(ir, call) !== 1) return [];
  const argument = callArg(ir, call, 0);
  const values = ir.op.data[argument] === Op.Build && ir.a.data[argument] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[argument]!) : [argument];
  const texts = values.map((value) => {
    const constant = solver.facts.literalOf(value);
    return constant?.type === "str" ? constant.value : undefined;
  });
  return texts.every((text) => text !== undefined) ? (texts as string[]) : [];
}

/** Holds if an expression for the whole of a host ends in a domain that it writes out: `[\w-]+\.example\.org`. */
export function fixesDomain(pattern: string, use: RegexUse): boolean {
  const isWhole = use === "fullmatch" || (/(?:\$|\\Z)$/.test(pattern) && (use === "match" || /^(?:\^|\\A)/.test(pattern)));
  const end = pattern.replace(/(?:\$|\\Z)$/, "").replace(/(?:\((?:\?:)?(?:\\\.[a-z]+|:\\d[^()]*)\)\??)+$/i, "");
  return isWhole && !pattern.includes("|") && /(?:^|[^\w\\])(?:[a-z0-9-]+|[a-z0-9-]*\\\.[a-z0-9-]+)\\\.[a-z]{2,}$/i.test(end);
}
