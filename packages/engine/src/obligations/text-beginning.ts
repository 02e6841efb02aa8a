/**
 * How a text begins, as far as constants and modelled calls tell.
 *
 * ```text
 * API = "https://api.example.com/"      in another module
 * f"{API}x/{v}"                         "https://api.example.com/x/", then unknown
 * url_for("show") + "?q=" + v           an address of the service, then "?q=", then unknown
 * "?".join([url_for("show"), v])        the same
 * ```
 */
import { BinOp, BuildKind, callArg, callArgCount, callCallee, Op } from "../ir/index.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

export interface Beginning {
  /** The guard kind of an object that the text begins with, "" if it begins with `text`. */
  readonly object: string;
  readonly text: string;
  /** The text ends there, as far as it was looked at. */
  readonly isWhole: boolean;
  /** After what is not known, a literal goes on with a path: what comes then is no longer part of the host. */
  readonly isPath?: boolean;
}

export const emptyBeginning: Beginning = { object: "", text: "", isWhole: true };
const unknownBeginning: Beginning = { object: "", text: "", isWhole: false };
/** What begins a path or a query, whatever address stands before it: a slash not of `//` nor the last before a value, `?`, `#`. */
const pathBeginning = /(?:^|[^/\\:])\/[^/\\]|[?#]/;
/** Stands for the beginning of a text that is known to be no slash: `path.lstrip("/")`. */
const noSlash = "\uFFFF";
const depthMax = 32;
/** Most ways of a merged value that are read. */
const waysMax = 4;
/** Guard kinds of objects whose host what is added to them cannot change, if it begins with no slash. */
const hostKinds = new Set(["fixed-host-prefix", "same-host-url"]);

export function literalBeginning(text: string): Beginning {
  return { object: "", text, isWhole: true };
}

/** The beginning of `first` followed by `second`. */
export function joinBeginnings(first: Beginning, second: Beginning): Beginning {
  if (!first.isWhole) return first.isPath || !pathBeginning.test(second.text) ? first : { ...first, isPath: true };
  if (second.object === "") return { object: first.object, text: first.text + second.text, isWhole: second.isWhole, ...(second.isPath ? { isPath: true } : {}) };
  return first.object === "" && first.text === "" ? second : { ...first, isWhole: false };
}

export function beginningOf(solver: Solver, value: number, depth = 0): Beginning {
  const { ir } = solver;
  if (value < 0 || depth > depthMax) return unknownBeginning;
  const constant = solver.facts.literalOf(value);
  if (constant?.type === "str") return literalBeginning(constant.value);
  const op = ir.op.data[value]! as Op;
  if (op === Op.Bin && (ir.a.data[value]! & 31) === BinOp.Add) {
    const left = beginningOf(solver, ir.b.data[value]!, depth + 1);
    return joinBeginnings(left, beginningOf(solver, ir.c.data[value]!, depth + 1));
  }
  const parts = op === Op.Fmt ? ir.lists.toArray(ir.a.data[value]!) : op === Op.Call ? joinedParts(solver, value) : undefined;
  if (parts) return joinedBeginning(solver, parts, depth);
  if (op === Op.Call && stripsSlashes(solver, value)) return { object: "", text: noSlash, isWhole: false };
  const object = hostObject(solver, value);
  if (object !== "") return { object, text: "", isWhole: true };
  if (op === Op.Sigma) return beginningOf(solver, ir.a.data[value]!, depth + 1);
  if (op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr) {
    const stores = solver.program.storesOf(value);
    if (stores.length === 1 && stores[0] !== value) return beginningOf(solver, stores[0]!, depth + 1);
  }
  return unknownBeginning;
}

/** The parts of `"?".join([a, b])` in their order, with what stands between them; `undefined` for other values. */
export function joinedParts(solver: Solver, call: number): readonly number[] | undefined {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]!) !== "join" || callArgCount(ir, call) !== 1) return undefined;
  const list = callArg(ir, call, 0);
  const separator = ir.a.data[callee]!;
  const isList = ir.op.data[list] === Op.Build && (ir.a.data[list] === BuildKind.List || ir.a.data[list] === BuildKind.Tuple);
  if (!isList || solver.facts.literalOf(separator)?.type !== "str") return undefined;
  const items = ir.lists.toArray(ir.b.data[list]!);
  return items.some((item) => ir.op.data[item] === Op.Star) ? undefined : items.flatMap((item, i) => (i === 0 ? [item] : [separator, item]));
}

function joinedBeginning(solver: Solver, parts: readonly number[], depth: number): Beginning {
  let out = emptyBeginning;
  for (const part of parts) {
    if (out.isPath) break;
    out = joinBeginnings(out, beginningOf(solver, part, depth + 1));
  }
  return out;
}

function stripsSlashes(solver: Solver, call: number): boolean {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr || !/^l?strip$/.test(ir.strings.text(ir.b.data[callee]!)) || callArgCount(ir, call) !== 1) return false;
  const constant = solver.facts.literalOf(callArg(ir, call, 0));
  return constant?.type === "str" && constant.value.includes("/");
}

/** A beginning, and what of the value after it is known to be no slash: `"?" + q`, or `""` in its place. */
export function withStripped(solver: Solver, beginning: Beginning, value: number): Beginning {
  if (!beginning.isWhole) return beginning;
  const { ir } = solver;
  const ways = ir.op.data[value] === Op.Phi ? ir.lists.toArray(ir.a.data[value]!) : [value];
  const starts = ways.slice(0, waysMax + 1).map((way) => beginningOf(solver, way));
  const isNoSlash = ({ object, text, isWhole }: Beginning): boolean => object === "" && (/^[^/\\]/.test(text) || (text === "" && isWhole && ways.length > 1));
  if (ways.length > waysMax || !starts.every(isNoSlash) || starts.every(({ text }) => text === "")) return beginning;
  return ways.length > 1 || starts[0]!.text === noSlash ? joinBeginnings(beginning, { object: "", text: noSlash, isWhole: false }) : beginning;
}

function hostObject(solver: Solver, value: number): string {
  for (const node of solver.apiNodes(value)) {
    for (const fact of solver.api.facts(node)) if (fact.port.type === "object" && hostKinds.has(fact.kind)) return fact.kind;
  }
  return "";
}

/** Why text after this beginning can no longer break the need: a fixed host, a word that is no option. "" if it can. */
export function beginningGuard(walk: Walk, { object, text, isPath }: Beginning): string {
  if (isPath && walk.stops("fixed-host-prefix")) return "an address and a path";
  if (object !== "") {
    const isPart = /^[^/\\]/.test(text);
    return isPart && (walk.stops(object) || walk.stops("fixed-host-prefix") || walk.stops("fixed-prefix")) ? "an address of the service" : "";
  }
  if (text === "") return "";
  const isHost = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]+[/?#]|^\/[^/\\]|^[^:/?#\\\uFFFF]+[/?#]/i.test(text);
  if (isHost && walk.stops("fixed-host-prefix")) return JSON.stringify(text);
  const isWord = text[0] !== noSlash && (!text.startsWith("-") || /^--?[A-Za-z][\w-]*=/.test(text));
  return isWord && walk.stops("fixed-prefix") ? JSON.stringify(text) : "";
}
