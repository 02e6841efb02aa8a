/**
 * Locks that a function takes and gives back are given back on every way, exceptions included.
 *
 * A function that takes a lock and nowhere gives it back leaves that to another; it stays open.
 */
import { BranchKind, callCallee, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import { leaksFrom } from "../flow/index.ts";
import { type Obligation, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { lastName } from "./last-name.ts";

export function lockRelease(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const seeds = context.seedsOf("acquired-lock");
  const sites = seeds.filter((seed) => ir.op.data[seed.site] === Op.Call);
  const elsewhere = sites.length === 0 ? new Map<string, ReadonlySet<number>>() : releasers(ir);
  return sites.map((seed) => decide(context, seed, elsewhere));
}

/** The functions that give back a lock of some name, by the last word of how it is named. */
function releasers(ir: Ir): ReadonlyMap<string, ReadonlySet<number>> {
  const out = new Map<string, Set<number>>();
  for (const row of ir.rowsOf(Op.Call, Op.GetAttr)) {
    const callee = ir.op.data[row] === Op.Call ? callCallee(ir, row) : row;
    if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "release") continue;
    const name = lastWord(pathOf(ir, ir.a.data[callee]));
    const functions = out.get(name) ?? new Set<number>();
    out.set(name, functions.add(functionOf(ir, row).id));
  }
  return out;
}

const lastWord = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

function decide(context: CheckContext, { site, sink }: Seed, elsewhere: ReadonlyMap<string, ReadonlySet<number>>): Obligation {
  const { ir } = context.program;
  const fn = functionOf(ir, site);
  const callee = callCallee(ir, site);
  const lock = ir.op.data[callee] === Op.GetAttr ? pathOf(ir, ir.a.data[callee]) : "";
  const releases = lock === "" ? [] : releasesIn(ir, fn, lock);
  if (releases.length === 0) return context.row(site, "open", { code: "unmodelled", text: "another function gives the lock back", at: site }, { sink });
  const { normal, exceptional } = leaksFrom(ir, fn, site, {
    isReleased: (row) => releases.includes(row),
    mayRaise: (row) => ir.op.data[row] === Op.Enter || (ir.op.data[row] === Op.Call && !quiet.test(lastName(ir, callCallee(ir, row)))),
    isEdge: (block, i) => isTaken(ir, block, i, site),
  });
  if (normal < 0 && exceptional < 0) return context.row(site, "proven", { code: "released-on-all-paths", text: "the lock is given back on every way", at: releases[0] }, { sink });
  // A callback or a partner that gives it back too has its own times for it.
  if (isHandedOver(ir, fn, elsewhere.get(lastWord(lock)))) return context.row(site, "open", { code: "unmodelled", text: "another function gives the lock back too", at: site }, { sink });
  const at = normal >= 0 ? normal : exceptional;
  const text = normal >= 0 ? "there is a way out of the function on which the lock stays taken" : "the lock stays taken if something is raised before it is given back";
  return context.row(site, "violated", { code: "bad-value", text, at }, {
    sink, source: lock, steps: [{ kind: "source", instr: site, why: "the lock is taken" }, { kind: "sink", instr: at, why: normal >= 0 ? "left with the lock taken" : "may raise with the lock taken" }],
  });
}

/** Holds if a function that does not take the lock gives it back. */
function isHandedOver(ir: Ir, fn: FunctionInfo, functions: ReadonlySet<number> | undefined): boolean {
  return [...(functions ?? [])].some((id) => id !== fn.id && !takesLock(ir, ir.functions[id]));
}

function takesLock(ir: Ir, fn: FunctionInfo): boolean {
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] === Op.GetAttr && ir.strings.text(ir.b.data[row]) === "acquire") return true;
  }
  return false;
}

const quiet = /^(?:len|isinstance|hasattr|str|repr|id|type|debug|info|warning|error|exception|append|get|items|keys|values|time|bool|pop|add|discard|clear|release|notify|notify_all)$/;

/** `self._lock`, `lock`: how the lock is named; "" if by more than names. */
function pathOf(ir: Ir, value: number): string {
  let at = value;
  let path = "";
  for (let depth = 0; depth < 64; depth++) {
    switch (ir.op.data[at] as Op) {
      case Op.Sigma: case Op.Content: at = ir.a.data[at]; break;
      case Op.GetAttr: path = `.${ir.strings.text(ir.b.data[at])}${path}`; at = ir.a.data[at]; break;
      case Op.Param: return ir.strings.text(ir.b.data[at]) + path;
      case Op.Global: return ir.strings.text(ir.a.data[at]) + path;
      case Op.Cell: return `cell ${ir.a.data[at]}${path}`;
      case Op.Import: return `${ir.strings.text(ir.a.data[at])} ${ir.b.data[at]}${path}`;
      default: return `${at}${path}`;
    }
  }
  return "";
}

function releasesIn(ir: Ir, fn: FunctionInfo, lock: string): readonly number[] {
  const out: number[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.Call) continue;
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]) === "release" && pathOf(ir, ir.a.data[callee]) === lock) out.push(row);
  }
  return out;
}

/** `if lock.acquire(False):` has the lock on one side only. */
function isTaken(ir: Ir, block: number, i: number, acquire: number): boolean {
  const last = ir.blocks.end.data[block] - 1;
  if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return true;
  let condition = ir.a.data[last];
  let holds = true;
  while (ir.op.data[condition] === Op.Not || ir.op.data[condition] === Op.Sigma || ir.op.data[condition] === Op.Await) {
    if (ir.op.data[condition] === Op.Not) holds = !holds;
    condition = ir.a.data[condition];
  }
  return condition !== acquire || i === (holds ? 0 : 1);
}
