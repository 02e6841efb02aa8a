/** How a walk goes through formatted text: f-strings, `%`, `format()`. What a format spec or a beginning fixes ends it. */
import { BuildKind, Op, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue } from "../ir/index.ts";
import { LeafKind } from "./leaf.ts";
import { attributeSelector, itemSelector } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import { isBeginning, isNoRoot, noRoot } from "./root-checks.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { type Beginning, beginningGuard, beginningOf, emptyBeginning, joinBeginnings, joinedParts, literalBeginning, withStripped } from "./text-beginning.ts";
import { endsExact } from "./transfer.ts";
import { pushText } from "./transfer-operators.ts";
import type { Walk } from "./walk.ts";

/** A part of a text: a literal, or a value that is put in. */
type TextPart =
  | { readonly literal: string }
  | { readonly value: number; readonly path: number; readonly isNumber: boolean; /** Nothing of the format changes how it begins. */ readonly isPlain: boolean };

/** Visits the parts of a text in their order; once the text so far is enough for the need, the rest is proven. */
function visitParts(solver: Solver, walk: Walk, node: number, at: number, parts: readonly TextPart[]): void {
  let beginning: Beginning = emptyBeginning;
  let isBegun = false;
  for (const part of parts) {
    if (isBegun && walk.stops(noRoot)) {
      walk.leaf(node, LeafKind.Proven, at, "prefix", "text stands before it");
      return;
    }
    if ("literal" in part) {
      isBegun ||= isNoRoot(part.literal);
      beginning = joinBeginnings(beginning, literalBeginning(part.literal));
      continue;
    }
    if (beginsFixed(walk, node, at, part.path === 0 ? withStripped(solver, beginning, part.value) : beginning)) return;
    if (part.isNumber && walk.stops("number")) {
      walk.leaf(node, LeafKind.Proven, at, "numeric", "a number conversion of the format");
      beginning = { ...beginning, isWhole: false };
      continue;
    }
    isBegun ||= part.path !== 0 || isBeginning(solver, part.value);
    pushText(solver, walk, node, part.value, part.path, true);
    beginning = part.isPlain && part.path === 0 ? joinBeginnings(beginning, beginningOf(solver, part.value)) : { ...beginning, isWhole: false };
  }
}

/** Ends the walk where what follows this beginning cannot break the need. */
export function beginsFixed(walk: Walk, node: number, at: number, beginning: Beginning): boolean {
  const why = beginningGuard(walk, beginning);
  if (why === "") return false;
  walk.leaf(node, LeafKind.Proven, at, "prefix", `the text begins with ${why}`);
  return true;
}

/** Ends the walk of what is added to a text where only how a path begins counts. */
export function isBegunBy(solver: Solver, walk: Walk, node: number, at: number, left: number): boolean {
  if (!walk.stops(noRoot) || !isBeginning(solver, left)) return false;
  walk.leaf(node, LeafKind.Proven, at, "prefix", "text stands before it");
  return true;
}

/** Letters of a format specification that refuse text, or write a number. */
const numberSpec = /^(?:.?[<>=^])?[-+ ]?z?#?0?\d*[,_]?(?:\.\d+)?[bcdoxXeEfFgGn%]$/;

export function visitFormat(solver: Solver, walk: Walk, node: number, value: number): void {
  if (endsExact(walk, node, value)) return;
  const { ir } = solver;
  const specs = ir.b.data[value]!;
  const conversions = ir.c.data[value]!;
  const parts = ir.lists.toArray(ir.a.data[value]!).map((part, i): TextPart => {
    const literal = textOf(solver, part);
    if (literal !== undefined) return { literal };
    const given = i < ir.lists.length(specs) ? ir.lists.at(specs, i) : -1;
    const spec = given < 0 ? "" : textOf(solver, given);
    const converted = i < ir.lists.length(conversions) && ir.lists.at(conversions, i) !== 0;
    return { value: part, path: 0, isNumber: !converted && spec !== undefined && numberSpec.test(spec), isPlain: spec === "" && !converted };
  });
  visitParts(solver, walk, node, value, parts);
  walk.leaf(node, LeafKind.Constant, value, "const", "", -1);
}

/** `"... %d ..." % x`. */
export function visitPercent(solver: Solver, walk: Walk, node: number, at: number, left: number, right: number): void {
  walk.push(left, 0, node);
  if (isEscaping(solver, walk, node, at, left)) return;
  const format = textOf(solver, left);
  const parts = format === undefined ? undefined : percentParts(solver, format, right);
  if (parts) visitParts(solver, walk, node, right, parts);
  else pushText(solver, walk, node, right, 0);
}

function percentParts(solver: Solver, format: string, right: number): TextPart[] | undefined {
  const { ir, paths } = solver;
  const isTuple = ir.op.data[right] === Op.Build && ir.a.data[right] === BuildKind.Tuple;
  const items = isTuple ? ir.lists.toArray(ir.b.data[right]!) : [];
  if (items.some((item) => ir.op.data[item] === Op.Star)) return undefined;
  const out: TextPart[] = [];
  const pattern = /%(?:\(([^)]*)\))?([-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?)[hlL]?([diouxXeEfFgGcrsa%])/g;
  let end = 0;
  let next = 0;
  for (const match of format.matchAll(pattern)) {
    if (match[2]!.includes("*")) return undefined;
    out.push({ literal: format.slice(end, match.index) });
    end = match.index + match[0].length;
    if (match[3] === "%") {
      out.push({ literal: "%" });
      continue;
    }
    const shape = { isNumber: "diouxXeEfFgG".includes(match[3]!), isPlain: match[2] === "" && match[3] === "s" };
    if (match[1] !== undefined) {
      const key = ir.constant({ type: "str", value: match[1] });
      out.push({ value: right, path: paths.push(itemSelector(key), 0), ...shape });
    } else if (!isTuple) out.push({ value: right, path: 0, ...shape });
    else if (next < items.length) out.push({ value: items[next++]!, path: 0, ...shape });
  }
  out.push({ literal: format.slice(end) });
  return out;
}

/** Visits `"... {} ...".format(x)` of a literal; returns false for other calls. */
export function visitFormatCall(solver: Solver, walk: Walk, node: number, call: number): boolean {
  const { ir } = solver;
  const receiver = receiverValue(ir, call);
  if (receiver < 0 || walk.need.exact) return false;
  const format = textOf(solver, receiver);
  const parts = format === undefined ? undefined : formatParts(solver, format, call);
  if (!parts) return false;
  visitParts(solver, walk, node, call, parts);
  walk.leaf(node, LeafKind.Constant, call, "const", "", -1);
  return true;
}

/** Visits `"?".join([a, b])`; returns false for other calls. */
export function visitJoin(solver: Solver, walk: Walk, node: number, call: number): boolean {
  const parts = walk.need.exact ? undefined : joinedParts(solver, call);
  if (!parts) return false;
  visitParts(solver, walk, node, call, parts.map((value): TextPart => {
    const literal = textOf(solver, value);
    return literal === undefined ? { value, path: 0, isNumber: false, isPlain: true } : { literal };
  }));
  walk.leaf(node, LeafKind.Constant, call, "const", "", -1);
  return true;
}

/** Visits `os.path.join("a", b)` for needs that a fixed beginning is enough for: what comes later is no beginning, but of an absolute path. */
export function visitPathJoin(solver: Solver, walk: Walk, node: number, call: number): boolean {
  const { ir } = solver;
  const count = callArgCount(ir, call);
  if (walk.need.exact || count < 2 || calledName(solver, call) !== "join" || !walk.stops("fixed-prefix")) return false;
  const parts = Array.from({ length: count }, (_, i) => callArg(ir, call, i));
  const fixed = parts.findIndex((part) => /^[^-]/.test(textOf(solver, part) ?? ""));
  if (fixed < 0 || fixed === count - 1 || parts.some((part) => ir.op.data[part] === Op.Star)) return false;
  for (const part of parts.slice(0, fixed)) walk.push(part, 0, node);
  walk.leaf(node, LeafKind.Proven, call, "prefix", "a fixed folder stands before it");
  return true;
}

function formatParts(solver: Solver, format: string, call: number): TextPart[] | undefined {
  const { ir, paths } = solver;
  const out: TextPart[] = [];
  let next = 0;
  let end = 0;
  for (const match of format.matchAll(/\{\{|\}\}|\{([^{}]*)\}/g)) {
    out.push({ literal: format.slice(end, match.index) });
    end = match.index + match[0].length;
    if (match[1] === undefined) {
      out.push({ literal: match[0][0]! });
      continue;
    }
    const field = /^(\w*)((?:\.\w+|\[\w+\])*)(![rsa])?(?::(.*))?$/.exec(match[1]);
    if (!field) return undefined;
    const value = argumentOf(solver, call, field[1] === "" ? String(next++) : field[1]!);
    if (value < 0) return undefined;
    const steps = [...field[2]!.matchAll(/\.(\w+)|\[(\w+)\]/g)].reverse();
    const path = steps.reduce((rest, [, name, item]) => {
      if (name !== undefined) return paths.push(attributeSelector(ir.strings.intern(name)), rest);
      const key = /^\d+$/.test(item!) ? ir.constant({ type: "int", value: Number(item) }) : ir.constant({ type: "str", value: item! });
      return paths.push(itemSelector(key), rest);
    }, 0);
    const spec = field[4] ?? "";
    out.push({ value, path, isNumber: field[3] === undefined && numberSpec.test(spec), isPlain: spec === "" && field[3] === undefined });
  }
  const rest = format.slice(end);
  return /[{}]/.test(rest) ? undefined : [...out, { literal: rest }];
}

/** The argument of a call by position or name, or -1; what stands behind a star is not told apart. */
function argumentOf(solver: Solver, call: number, name: string): number {
  const { ir } = solver;
  if (/^\d+$/.test(name)) {
    const index = Number(name);
    if (index >= callArgCount(ir, call)) return -1;
    for (let i = 0; i <= index; i++) if (ir.op.data[callArg(ir, call, i)] === Op.Star) return -1;
    return callArg(ir, call, index);
  }
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    if (given >= 0 && ir.strings.text(given) === name) return callKeywordValue(ir, call, i);
  }
  return -1;
}

/**
 * Ends the walk of what an operator puts into a text whose type escapes it: `Markup("<b>%s") % x` is what
 * `Markup("<b>{}").format(x)` is, whose model tells.
 */
export function isEscaping(solver: Solver, walk: Walk, node: number, at: number, text: number): boolean {
  for (const type of solver.apiNodes(text)) {
    const method = solver.api.step(type, "format");
    const result = method < 0 ? -1 : solver.api.step(method, "()");
    if (result < 0) continue;
    for (const fact of solver.api.facts(result)) {
      if (fact.port.type !== "object" || !walk.stops(fact.kind)) continue;
      walk.leaf(node, LeafKind.Proven, at, "sanitizer", `${solver.api.name(type)} makes it ${fact.kind}`);
      return true;
    }
  }
  return false;
}

/** The literal text of a value, if it is one. */
function textOf(solver: Solver, value: number): string | undefined {
  const constant = solver.facts.literalOf(value);
  return constant?.type === "str" ? constant.value : undefined;
}
