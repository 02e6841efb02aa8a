/**
 * What is no longer in a text after characters of it were replaced, one call after the other.
 *
 * ```text
 * text.replace("'", "''")                              no-quote
 * text.replace("\r", "").replace("\n", "")             no-crlf
 * re.sub(r"[^\w-]", "", text)                          plain-text
 * re.sub("[<>&\"']", "", text)                         no-markup
 * ```
 */
import { Op, callArg, callArgCount } from "../ir/index.ts";
import { charactersOfRegex, type Charset, guardsOfCharset } from "../values/index.ts";
import { absentTextGuards } from "./guard-containers.ts";
import { calledName } from "./relations.ts";
import { receiverValue } from "./ports.ts";
import { literalReader, regexOfCall } from "./regex-calls.ts";
import type { Solver } from "./solver.ts";

/** One replacement: which characters it takes out, what it writes, and the text that it works on. */
interface Step {
  readonly removes: Charset;
  readonly writes: string;
  readonly text: number;
  /** The one character that is replaced, "" if it is a class of them. */
  readonly single: string;
}

const stepsMax = 16;

/** Guard kinds of the result of a call that replaces characters; none if it is no such call. */
export function replacedText(solver: Solver, call: number): readonly string[] {
  const first = stepOf(solver, call);
  if (!first) return [];
  // What an outer replacement writes is in the text again.
  const ascii = Array.from({ length: 128 }, () => true);
  let other = true;
  const written = new Set<number>();
  let step: Step | undefined = first;
  for (let i = 0; i < stepsMax && step; i++) {
    for (const char of step.writes) written.add(Math.min(char.charCodeAt(0), 128));
    for (let code = 0; code < 128; code++) if (step.removes.ascii[code] && !written.has(code)) ascii[code] = false;
    if (step.removes.other && !written.has(128)) other = false;
    step = stepOf(solver, step.text);
  }
  // Doubling or escaping a quote keeps it inside the literal; bringing it back alone does not.
  const doubled = first.single === "" || first.writes === first.single ? [] : absentTextGuards(first.single);
  return [...new Set([...doubled, ...guardsOfCharset({ ascii, other })])];
}

function stepOf(solver: Solver, value: number): Step | undefined {
  const { ir } = solver;
  let call = value;
  for (let i = 0; i < 8 && (ir.op.data[call] === Op.Sigma || ir.op.data[call] === Op.Content); i++) call = ir.a.data[call]!;
  if (ir.op.data[call] !== Op.Call) return undefined;
  const name = calledName(solver, call);
  const count = callArgCount(ir, call);
  if (name === "replace" && count === 2) {
    const [old, writes] = [textOf(solver, callArg(ir, call, 0)), textOf(solver, callArg(ir, call, 1))];
    if (old === undefined || writes === undefined || old.length !== 1) return undefined;
    return { removes: only(old), writes, text: receiverValue(ir, call), single: old };
  }
  if (name !== "sub" || count < 2) return undefined;
  const found = regexOfCall(solver, call, literalReader(solver));
  if (!found?.pattern?.flags) return undefined;
  const writes = textOf(solver, callArg(ir, call, found.at - 1));
  const removes = charactersOfRegex(found.pattern.text, found.pattern.flags);
  if (!removes || writes === undefined || writes.includes("\\")) return undefined;
  return { removes, writes, text: callArg(ir, call, found.at), single: "" };
}

function only(char: string): Charset {
  const code = char.charCodeAt(0);
  return { ascii: Array.from({ length: 128 }, (_, i) => i === code), other: false };
}

function textOf(solver: Solver, value: number): string | undefined {
  const constant = solver.facts.literalOf(value);
  return constant?.type === "str" || constant?.type === "bytes" ? constant.value : undefined;
}
