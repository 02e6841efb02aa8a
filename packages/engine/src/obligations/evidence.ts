/** Rebuilds the path of an origin, source first, from the records of the walks. */
import { type Ir, Op, functionOf } from "../ir/index.ts";
import type { Leaf, Summary, Traces } from "./leaf.ts";
import type { Step, StepKind } from "./obligation.ts";
import type { Origin } from "./origins.ts";

/** Longest path that is kept; longer ones lose their middle. */
export const stepsMax = 60;

/** The steps from an origin to the sink. `sinkWhy` says what the last step is. */
export function stepsOf({ ir, traces }: { readonly ir: Ir; readonly traces: Traces }, origin: Origin, site: number, sinkWhy: string): readonly Step[] {
  const steps: Step[] = [];
  const add = (kind: StepKind, instr: number, why: string): void => {
    if (instr < 0) return;
    const last = steps[steps.length - 1];
    if (last && last.instr === instr) return;
    steps.push({ kind, instr, why });
  };
  if (origin.leaf.instr >= 0) add("source", origin.leaf.instr, sourceWhy(origin.leaf));
  let segment: Origin["segment"] | undefined = origin.segment;
  let leaf = origin.leaf;
  while (segment) {
    summarySteps({ ir, traces }, segment.summary, leaf, add, 0);
    if (!segment.from) break;
    const to = segment.from.leaf;
    if (segment.hop === "field") add("field", segment.call, "stored in a field that is read elsewhere");
    else {
      add("argument", segment.call, `passed to ${ir.strings.text(functionOf(ir, to.data).qualname)}`);
      add("parameter", to.data, `parameter ${ir.strings.text(ir.b.data[to.data]!)} of ${ir.strings.text(functionOf(ir, to.data).qualname)}`);
    }
    leaf = to;
    segment = segment.from.segment;
  }
  add("sink", site, sinkWhy);
  const last = steps[steps.length - 1];
  if (last && last.kind !== "sink") steps.push({ kind: "sink", instr: site, why: sinkWhy });
  if (steps.length <= stepsMax) return steps;
  return [...steps.slice(0, stepsMax / 2), ...steps.slice(steps.length - stepsMax / 2)];
}

function sourceWhy(leaf: Leaf): string {
  return leaf.text === "" ? leaf.code : `${leaf.text} is ${leaf.code}`;
}

interface Where {
  readonly ir: Ir;
  readonly traces: Traces;
}

type Add = (kind: StepKind, instr: number, why: string) => void;

const nestingMax = 40;

/** Steps of one walk from a leaf to its start, callees opened. */
function summarySteps({ ir, traces }: Where, summary: Summary, leaf: Leaf, add: Add, depth: number): void {
  if (depth > nestingMax) return;
  if (leaf.inner) {
    summarySteps({ ir, traces }, leaf.inner.summary, leaf.inner.leaf, add, depth + 1);
  }
  for (let node = leaf.node; node >= 0; node = traces.parents.data[summary.start + node]!) {
    const value = traces.values.data[summary.start + node]!;
    nodeStep(ir, value, add);
    const inner = traces.innerOf(summary, node);
    if (!inner) continue;
    const parent = traces.parents.data[summary.start + node]!;
    const call = parent < 0 ? -1 : traces.values.data[summary.start + parent]!;
    add("argument", call, "passed as an argument");
    add("parameter", inner.leaf.data, `parameter ${ir.strings.text(ir.b.data[inner.leaf.data]!)}`);
    summarySteps({ ir, traces }, inner.summary, inner.leaf, add, depth + 1);
    add("return", call, "returned to the caller");
  }
}

const quiet = new Set<number>([Op.Phi, Op.Sigma, Op.Content, Op.Global, Op.Import, Op.Cell, Op.Star, Op.Iter, Op.Const, Op.Param, Op.Await]);

function nodeStep(ir: Ir, value: number, add: Add): void {
  const op = ir.op.data[value]! as Op;
  if (quiet.has(op)) return;
  switch (op) {
    case Op.Bin: add("concat", value, "joined into a text"); return;
    case Op.Fmt: add("format", value, "formatted into a text"); return;
    case Op.Build: add("element", value, "put into a container"); return;
    case Op.GetItem: case Op.Unpack: add("item", value, "taken out of a container"); return;
    case Op.Next: add("element", value, "an element of what is iterated"); return;
    case Op.GetAttr: add("field", value, "read from an attribute"); return;
    case Op.Call: add("call", value, "result of the call"); return;
    default: add("assign", value, "value");
  }
}
