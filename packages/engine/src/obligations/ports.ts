/** Textual ports of model pages (`arg[0][*]`, `self[arg0]`, `result.name`), read once and applied to calls. */
import { type Ir, Op, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, callCallee } from "../ir/index.ts";
import { type Port, type ValuePort, parseValuePort } from "../knowledge/index.ts";

const cache = new Map<string, ValuePort>();

/** Reads the text of a port of a `passes` or `validates` row. The page reader has checked its grammar. */
export function readPort(text: string): ValuePort {
  let port = cache.get(text);
  if (!port) {
    const parsed = parseValuePort(text);
    port = parsed.ok ? parsed.value : nothing;
    cache.set(text, port);
  }
  return port;
}

const nothing: ValuePort = { base: "nothing", argument: { index: -1, name: "", rest: false }, steps: [] };

/** The value arguments that `index`/`name` (and later ones, if `rest`) stand for at a call. Star-arguments count for any position. */
export function argumentValues(ir: Ir, call: number, index: number, name: string, rest: boolean): number[] {
  const out: number[] = [];
  const count = callArgCount(ir, call);
  if (index >= 0) {
    for (let i = 0; i < count && (rest || i <= index); i++) {
      const value = callArg(ir, call, i);
      if (ir.op.data[value] === Op.Star) {
        out.push(ir.a.data[value]!);
        break;
      }
      if (i === index || (rest && i > index)) out.push(value);
    }
  }
  if (name !== "") {
    const id = ir.strings.find(name);
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
      const given = callKeywordName(ir, call, i);
      if (given >= 0 && given === id) out.push(callKeywordValue(ir, call, i));
      else if (given < 0 && out.length === 0) out.push(callKeywordValue(ir, call, i));
    }
  }
  return out;
}

/** Every argument of a call, stars opened. */
export function allArguments(ir: Ir, call: number): number[] {
  const out: number[] = [];
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    const value = callArg(ir, call, i);
    out.push(ir.op.data[value] === Op.Star ? ir.a.data[value]! : value);
  }
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) out.push(callKeywordValue(ir, call, i));
  return out;
}

/** The mappings that are spread over the keywords of a call: `f(**data)`. */
function spreadMappings(ir: Ir, call: number): number[] {
  const out: number[] = [];
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) if (callKeywordName(ir, call, i) < 0) out.push(callKeywordValue(ir, call, i));
  return out;
}

/** The object a method is called on, or -1. */
export function receiverValue(ir: Ir, call: number): number {
  const callee = callCallee(ir, call);
  return ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee]! : -1;
}

/** The values at a place port of a call; empty if the call does not pass them. */
export function portValues(ir: Ir, call: number, port: Port): number[] {
  switch (port.type) {
    case "argument": return argumentValues(ir, call, port.index, port.name, port.rest);
    case "any-argument": return allArguments(ir, call);
    case "spread": return spreadMappings(ir, call);
    case "self": {
      const value = receiverValue(ir, call);
      return value < 0 ? [] : [value];
    }
    default: return [];
  }
}
