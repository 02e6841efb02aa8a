/**
 * Whether a value can still decide the host of an address, or stands behind other text that does.
 *
 * ```text
 * endpoint + "/v3/" + x                   behind the endpoint
 * "%s/v3/%s" % (endpoint, x)              likewise; so "{}/v3/{}".format(endpoint, x)
 * "%s://%s" % (scheme, x)                 x is the host
 * ```
 */
import { BinOp, BuildKind, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, constantOf, type Ir, Op } from "../ir/index.ts";
import type { Step } from "../obligations/index.ts";
import { rootOf } from "./roots.ts";

/** Holds if the value is put behind a text that is not a literal, so that it is no longer the beginning of an address. */
export function isAfterOtherText(ir: Ir, steps: readonly Step[]): boolean {
  for (let i = 1; i < steps.length; i++) {
    const at = steps[i].instr;
    const before = steps[i - 1].instr;
    if (ir.op.data[at] === Op.Bin && (ir.a.data[at] & 31) === BinOp.Add) {
      if (rootOf(ir, ir.c.data[at]) === before && constantOf(ir, ir.b.data[at]) === undefined && ir.op.data[ir.b.data[at]] !== Op.Bin
        && ir.op.data[ir.b.data[at]] !== Op.Fmt) return true;
    } else if (ir.op.data[at] === Op.Fmt && isAfterOtherPart(ir, ir.lists.toArray(ir.a.data[at]), before)) return true;
    else if (ir.op.data[at] === Op.Bin && (ir.a.data[at] & 31) === BinOp.Mod) {
      // The tuple of the values is a step of its own where the format is not told apart.
      if ([before, steps[Math.max(0, i - 2)].instr].some((value) => isAfterOtherPart(ir, percentParts(ir, at), value))) return true;
    } else if (ir.op.data[at] === Op.Call && isAfterOtherPart(ir, formatParts(ir, at), before)) return true;
  }
  return false;
}

/** A part of a text: a value, or a literal. */
type Part = number | string;

function isAfterOtherPart(ir: Ir, parts: readonly Part[], before: number): boolean {
  const place = parts.findIndex((part) => typeof part === "number" && part >= 0 && rootOf(ir, part) === before);
  if (place <= 0) return false;
  const last = parts[place - 1];
  const constant = typeof last === "number" ? constantOf(ir, last) : undefined;
  const text = typeof last === "string" ? last : constant?.type === "str" ? constant.value : "";
  if (/:\/\/$|@$/.test(text)) return false;
  return parts.slice(0, place).some((part) => typeof part === "number" && (part < 0 || constantOf(ir, part) === undefined));
}

/** The parts of `"..." % (a, b)` in their order; empty if the format is not a literal of plain places. */
function percentParts(ir: Ir, at: number): Part[] {
  const format = constantOf(ir, ir.b.data[at]);
  const right = ir.c.data[at];
  if (format?.type !== "str" || ir.op.data[right] !== Op.Build || ir.a.data[right] !== BuildKind.Tuple) return [];
  const items = ir.lists.toArray(ir.b.data[right]);
  const literals = format.value.replace(/%%/g, "\0").split(/%[-+ #0-9.]*[a-zA-Z]/);
  return literals.length === items.length + 1 && !format.value.includes("%(") ? literals.flatMap((text, i) => (i === 0 ? [text] : [items[i - 1], text])) : [];
}

/** The parts of `"...{}...{name}".format(a, name=b)` in their order; empty for other calls. */
function formatParts(ir: Ir, call: number): Part[] {
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "format") return [];
  const format = constantOf(ir, ir.a.data[callee]);
  if (format?.type !== "str") return [];
  const out: Part[] = [];
  let next = 0;
  let end = 0;
  for (const match of format.value.matchAll(/\{(\w*)[^{}]*\}/g)) {
    const value = argumentOf(ir, call, match[1] === "" ? String(next++) : match[1]);
    out.push(format.value.slice(end, match.index), value);
    end = match.index + match[0].length;
  }
  return out;
}

function argumentOf(ir: Ir, call: number, name: string): number {
  if (/^\d+$/.test(name)) return Number(name) < callArgCount(ir, call) ? callArg(ir, call, Number(name)) : -1;
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    if (given >= 0 && ir.strings.text(given) === name) return callKeywordValue(ir, call, i);
  }
  return -1;
}
