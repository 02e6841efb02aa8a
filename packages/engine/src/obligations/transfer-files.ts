/** How a walk goes from a file that is read to what was written there. */
import { Op, callArg, callArgCount } from "../ir/index.ts";
import { calledName } from "./relations.ts";
import { receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";
import { handleOf, writtenTo } from "./written-files.ts";

/** Goes on from a call that opens a file by its name, or reads what such a call opened. */
export function visitFile(solver: Solver, walk: Walk, node: number, call: number, api: number): void {
  if (walk.need.exact || solver.ir.op.data[call] !== Op.Call) return;
  const opened = openedPlace(solver, call, api) >= 0 ? call : reads.has(calledName(solver, call)) ? handleOf(solver.ir, receiverValue(solver.ir, call)) : -1;
  if (opened < 0 || solver.ir.op.data[opened] !== Op.Call) return;
  for (const target of solver.targetsOf(opened)) {
    const place = target.kind === "api" ? openedPlace(solver, opened, target.node) : -1;
    if (place >= 0) for (const content of writtenTo(solver.ir, opened, place)) walk.push(content, 0, node);
  }
}

const reads = new Set(["read", "readlines", "readline", "read_text", "read_bytes"]);

/** The name of the file that a call opens, or -1. */
function openedPlace(solver: Solver, call: number, api: number): number {
  const { ir } = solver;
  const isOpened = solver.api.facts(api).some((fact) => fact.kind === "file-path" && fact.port.type === "argument" && fact.port.index === 0);
  return isOpened && callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
}
