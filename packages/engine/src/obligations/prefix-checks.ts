/**
 * What a check of the beginning of a text says.
 *
 * ```text
 * url.startswith("https://api.example.org/")                    fixed-host-prefix
 * url.startswith(("https://a.example/", "https://b.example/"))  what all of them say
 * any(url.startswith(p) for p in PREFIXES)                      likewise
 * not name.startswith("-")                                      the text is no option
 * not name.startswith("/")                                      no-root
 * ```
 */
import { BuildKind, Op, callArg, callArgCount } from "../ir/index.ts";
import { elementOf, iteratedOf, textsOf } from "./characters.ts";
import { literalText } from "./constants.ts";
import { isFromOutside } from "./guards.ts";
import { receiverValue } from "./ports.ts";
import { rootGuardsOfPrefix } from "./root-checks.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

const none: readonly string[] = [];

/** Guards of the receiver of a `startswith` call of this truth. */
export function prefixGuards(solver: Solver, call: number, truth: boolean): readonly string[] {
  const { ir } = solver;
  const argument = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  const texts = argument < 0 ? undefined : prefixesOf(solver, argument);
  const root = rootGuardsOfPrefix(solver, call, truth, texts);
  if (!truth) return texts?.includes("-") ? ["fixed-prefix", ...root] : root;
  if (!texts || texts.length === 0 || isFromOutside(solver, argument)) return root;
  const isHost = texts.every((text) => /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\//i.test(text) || /^\/[^/\\]/.test(text));
  const isWord = texts.every((text) => text !== "" && !text.startsWith("-"));
  return [...root, ...(isHost ? ["fixed-host-prefix"] : none), ...(isWord ? ["fixed-prefix"] : none)];
}

/** The `startswith` call that `any()` asks of each of some constant texts, or -1. */
export function prefixInAny(solver: Solver, any: number): number {
  const { ir } = solver;
  const element = callArgCount(ir, any) === 1 ? elementOf(solver, callArg(ir, any, 0)) : -1;
  return element >= 0 && ir.op.data[element] === Op.Call && calledName(solver, element) === "startswith" && receiverValue(ir, element) >= 0 ? element : -1;
}

/** The literal texts that a value is one of. */
function prefixesOf(solver: Solver, value: number): readonly string[] | undefined {
  const { ir } = solver;
  const text = literalText(solver, value);
  if (text !== undefined) return [text];
  if (ir.op.data[value] === Op.Build && ir.a.data[value] !== BuildKind.Tuple) return undefined;
  const iterated = iteratedOf(solver, value);
  return textsOf(solver, iterated >= 0 ? iterated : value, 0);
}
