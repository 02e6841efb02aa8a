/**
 * What is no longer in a text after characters of it were replaced, one call after the other.
 *
 * ```text
 * text.replace("'", "''")                              no-quote
 * text.replace("\r", "").replace("\n", "")             no-crlf
 * re.sub(r"[^\w-]", "", text)                          plain-text
 * re.sub("[<>&\"']", "", text)                         no-markup
 * text.replace("..", "")                               no-dotdot; "../" may come back: "....//"
 * "_".join(text.split("/"))                            no-slash
 * ```
 */
import { Op, callArg, callArgCount, functionOf } from "../ir/index.ts";
import { charactersOfRegex, type Charset, guardsOfCharset } from "../values/index.ts";
import { literalText } from "./constants.ts";
import { absentTextGuards } from "./guard-containers.ts";
import { calledName } from "./relations.ts";
import { allArguments, receiverValue } from "./ports.ts";
import { regexOfCall } from "./regex-calls.ts";
import type { Solver } from "./solver.ts";

/** One replacement: which characters it takes out, what it writes, and the text that it works on. */
interface Step {
  readonly removes: Charset;
  readonly writes: string;
  readonly text: number;
  /** The text that is replaced wherever it stands, "" if it is a class of characters. */
  readonly old: string;
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
  const isBack = first.old === "" || first.writes === first.old || (first.old.length > 1 && isCutAgain(solver, call));
  const doubled = isBack ? [] : absentTextGuards(first.old);
  return [...new Set([...doubled, ...guardsOfCharset({ ascii, other })])];
}

/** Holds if more is taken out of the result, so that what stood apart stands together: `.x.` without its `x`. */
function isCutAgain(solver: Solver, call: number): boolean {
  const { ir } = solver;
  const fn = functionOf(ir, call);
  for (let other = fn.firstInstr; other < fn.endInstr; other++) {
    if (ir.op.data[other] !== Op.Call || !/^(?:replace|subn?|translate|join)$/.test(calledName(solver, other))) continue;
    if ([receiverValue(ir, other), ...allArguments(ir, other)].some((value) => value >= 0 && solver.rootOf(value) === call)) return true;
  }
  return false;
}

function stepOf(solver: Solver, value: number): Step | undefined {
  const { ir } = solver;
  let call = value;
  for (let i = 0; i < 8 && (ir.op.data[call] === Op.Sigma || ir.op.data[call] === Op.Content); i++) call = ir.a.data[call]!;
  if (ir.op.data[call] !== Op.Call) return undefined;
  const name = calledName(solver, call);
  const count = callArgCount(ir, call);
  if (name === "replace" && count === 2) return replacement(literalText(solver, callArg(ir, call, 0)), literalText(solver, callArg(ir, call, 1)), receiverValue(ir, call));
  if (name === "join" && count === 1) return splitAndJoined(solver, call);
  if (name !== "sub" || count < 2) return undefined;
  const found = regexOfCall(solver, call);
  if (!found?.pattern?.flags) return undefined;
  const writes = literalText(solver, callArg(ir, call, found.at - 1));
  const removes = charactersOfRegex(found.pattern.text, found.pattern.flags);
  if (!removes || writes === undefined || writes.includes("\\")) return undefined;
  return { removes, writes, text: callArg(ir, call, found.at), old: "" };
}

/** One character after the other is gone; of longer texts only `..` is, because what stands around it cannot become one. */
function replacement(old: string | undefined, writes: string | undefined, text: number): Step | undefined {
  if (old === undefined || writes === undefined) return undefined;
  if (old.length === 1) return { removes: only(old), writes, text, old };
  return old === ".." && !writes.includes(".") ? { removes: only(""), writes, text, old } : undefined;
}

/** `"_".join(text.split("/"))` */
function splitAndJoined(solver: Solver, call: number): Step | undefined {
  const { ir } = solver;
  const parts = callArg(ir, call, 0);
  if (ir.op.data[parts] !== Op.Call || calledName(solver, parts) !== "split" || callArgCount(ir, parts) !== 1) return undefined;
  return replacement(literalText(solver, callArg(ir, parts, 0)), literalText(solver, receiverValue(ir, call)), receiverValue(ir, parts));
}

function only(char: string): Charset {
  const code = char.charCodeAt(0);
  return { ascii: Array.from({ length: 128 }, (_, i) => i === code), other: false };
}
