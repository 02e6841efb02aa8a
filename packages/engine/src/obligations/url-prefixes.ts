/**
 * Addresses that are paths of the same host: they begin with one slash, and not with two.
 *
 * ```text
 * if not url.startswith("/") or url.startswith("//"): url = "/"
 * if url[:1] == "/" and url[1:2] not in "/\\": ...
 * ```
 */
import { BuildKind, Op, callArg, callArgCount } from "../ir/index.ts";
import { calledName } from "./guards.ts";
import type { Solver } from "./solver.ts";

const versionsMax = 24;

/** Holds if the checks passed so far, this one among them, leave a path of the same host. */
export function isOwnPath(solver: Solver, subject: number, condition: number, polarity: boolean): boolean {
  const { ir } = solver;
  let beginsWithSlash = false;
  let isNotDouble = false;
  const learn = (call: number, truth: boolean): void => {
    const prefixes = prefixesOf(solver, call);
    if (truth && prefixes.length > 0 && prefixes.every((prefix) => prefix.startsWith("/"))) beginsWithSlash = true;
    if (!truth && prefixes.includes("//")) isNotDouble = true;
  };
  learn(condition, polarity);
  let v = subject;
  for (let i = 0; i < versionsMax; i++) {
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && op !== Op.Content) break;
    if (op === Op.Sigma) {
      let test = ir.b.data[v]!;
      let truth = ir.c.data[v] === 1;
      if (ir.op.data[test] === Op.Not) {
        test = ir.a.data[test]!;
        truth = !truth;
      }
      learn(test, truth);
    }
    v = ir.a.data[v]!;
  }
  return beginsWithSlash && isNotDouble;
}

/** The literal texts of `x.startswith("/")` and `x.startswith(("//", "/\\"))`. */
function prefixesOf(solver: Solver, call: number): readonly string[] {
  const { ir } = solver;
  if (ir.op.data[call] !== Op.Call || calledName(solver, call) !== "startswith" || callArgCount(ir, call) !== 1) return [];
  const argument = callArg(ir, call, 0);
  const values = ir.op.data[argument] === Op.Build && ir.a.data[argument] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[argument]!) : [argument];
  const texts = values.map((value) => {
    const constants = solver.facts.constantsOf(value);
    const constant = constants?.length === 1 ? ir.constants[constants[0]!] : undefined;
    return constant?.type === "str" ? constant.value : undefined;
  });
  return texts.every((text) => text !== undefined) ? (texts as string[]) : [];
}
