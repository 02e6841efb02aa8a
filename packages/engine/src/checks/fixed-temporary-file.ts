/** Files under a fixed name in the folder that everyone may write to: written, run, or made there. */
import { BinOp, Op, callArg, callArgCount } from "../ir/index.ts";
import { calledName, collectSeeds, type Obligation, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

const sharedFolder = /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/;

export function fixedTemporaryFile(context: CheckContext): readonly Obligation[] {
  const kinds = new Set(["file-path", "program-argument", "shell-command"]);
  const out = new Map<number, Obligation>();
  for (const seed of collectSeeds(context.program, kinds, (instr) => context.isProduct(instr))) {
    if (out.has(seed.site)) continue;
    const row = decide(context, seed);
    if (row) out.set(seed.site, row);
  }
  return [...out.values()];
}

function decide(context: CheckContext, seed: Seed): Obligation | undefined {
  const value = seed.values[0];
  if (value === undefined) return undefined;
  const name = seed.kind === "file-path" ? fixedName(context, value, 0) : fixedName(context, firstElement(context, value), 0);
  if (name !== "shared") return undefined;
  if (seed.kind === "file-path" && !writes(context, seed)) {
    return context.row(seed.site, "proven", { code: "good-value", text: "the file is only read or tested", at: seed.site }, { sink: seed.sink });
  }
  return context.row(seed.site, "violated", { code: "bad-value", text: "a fixed name in the shared temporary folder", at: value }, { sink: seed.sink, subject: value });
}

function firstElement(context: CheckContext, value: number): number {
  const { ir } = context.program;
  if (ir.op.data[value] !== Op.Build || ir.lists.length(ir.b.data[value]) === 0) return value;
  return ir.lists.at(ir.b.data[value], 0);
}

/** "shared": a constant name below a shared folder; "folder": the folder itself; "": anything else. */
function fixedName(context: CheckContext, value: number, depth: number): "shared" | "folder" | "" {
  const { ir } = context.program;
  if (depth > 8 || value < 0) return "";
  const text = context.text(value);
  if (text !== undefined) return /^\/(?:tmp|var\/tmp|dev\/shm)\/?$/.test(text) ? "folder" : sharedFolder.test(text) ? "shared" : "";
  switch (ir.op.data[value] as Op) {
    case Op.Sigma: return fixedName(context, ir.a.data[value], depth + 1);
    case Op.Global: case Op.Import: case Op.GetAttr: {
      const stores = context.program.storesOf(value);
      return stores.length === 1 ? fixedName(context, stores[0], depth + 1) : "";
    }
    case Op.Bin: {
      if ((ir.a.data[value] & 31) !== BinOp.Add && (ir.a.data[value] & 31) !== BinOp.Div) return "";
      return below(fixedName(context, ir.b.data[value], depth + 1), context.text(ir.c.data[value]) !== undefined);
    }
    case Op.Call: return callName(context, value, depth);
    default: return "";
  }
}

function callName(context: CheckContext, call: number, depth: number): "shared" | "folder" | "" {
  const { ir } = context.program;
  const name = calledName(context.solver, call);
  if (name === "gettempdir") return "folder";
  if ((name === "join" || name === "Path") && callArgCount(ir, call) >= 1) {
    const rest: number[] = [];
    for (let i = 1; i < callArgCount(ir, call); i++) rest.push(callArg(ir, call, i));
    const first = fixedName(context, callArg(ir, call, 0), depth + 1);
    return rest.length === 0 ? first : below(first, rest.every((part) => context.text(part) !== undefined));
  }
  return "";
}

function below(folder: "shared" | "folder" | "", isFixed: boolean): "shared" | "" {
  return folder !== "" && isFixed ? "shared" : "";
}

const writers = /^(?:mkdir|makedirs|mkfifo|mknod|copy|copy2|copyfile|move|rename|replace|symlink|link|write_text|write_bytes|touch|call|run|Popen|check_call|check_output|execute|system)$/;

/** Holds if the call writes, makes or runs the file. */
function writes(context: CheckContext, seed: Seed): boolean {
  const { ir } = context.program;
  if (ir.op.data[seed.site] !== Op.Call) return false;
  const name = calledName(context.solver, seed.site);
  if (name !== "open") return writers.test(name);
  const mode = callArgCount(ir, seed.site) > 1 ? context.text(callArg(ir, seed.site, 1)) : undefined;
  return mode !== undefined && /[wax+]/.test(mode);
}
