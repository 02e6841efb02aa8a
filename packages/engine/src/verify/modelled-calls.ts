/** Calls in a statement that the pages of their library call a weak place under a condition only. */
import { Op } from "../ir/index.ts";
import type { Detector } from "../knowledge/index.ts";
import type { Program } from "../program/index.ts";
import { lineOf } from "../source/index.ts";
import { type LineRange, overlaps } from "./alert-site.ts";

/**
 * Finds a call that would be a place of one of the detectors if its arguments were others; its readable name and line.
 * `hashlib.md5(data, usedforsecurity=False)` is one: md5 is weak where it is used for security.
 */
export function conditionalCall(program: Program, path: string, lines: LineRange, detectors: readonly Detector[]): { readonly name: string; readonly line: number } | undefined {
  const kinds = new Set(detectors.flatMap((each) => [...(each.flow?.to ?? []), ...(each.constant?.to ?? []), ...(each.call?.to ?? [])]));
  const { ir, api } = program;
  const file = program.files.find((each) => each.path === path);
  if (file === undefined || kinds.size === 0) return undefined;
  for (const fn of ir.functions) {
    if (program.files[ir.modules[fn.module].file] !== file) continue;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] !== Op.Call) continue;
      const line = lineOf(file, ir.src.data[i]);
      if (!overlaps({ first: line, last: lineOf(file, Math.max(ir.src.data[i], ir.end.data[i] - 1)) }, lines)) continue;
      for (const target of program.targetsOf(i)) {
        if (target.kind !== "api") continue;
        const result = api.step(target.node, "()");
        const facts = [...api.facts(target.node), ...(result < 0 ? [] : api.facts(result))].filter((fact) => kinds.has(fact.kind));
        if (facts.length > 0 && facts.every((fact) => fact.when !== undefined)) return { name: api.name(target.node), line };
      }
    }
  }
  return undefined;
}
