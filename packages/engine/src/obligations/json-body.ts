/**
 * Answers of handlers that are data and no page: frameworks send a dictionary as JSON, most of them a list too.
 *
 * ```text
 * return {"q": q}                 JSON
 * return rows, 200                JSON, if rows is a list wherever it comes from
 * return page if ok else {}       not known
 * ```
 */
import { BuildKind, type Ir, Op } from "../ir/index.ts";
import { type Program, BindMode } from "../program/index.ts";

const depthMax = 12;
const versionsMax = 40;
/** Frameworks that join the texts of a list into the body. */
const joinsLists = new Set(["bottle", "cherrypy", "wsgi", "python"]);

/** Holds if every value that `value` can be is a dictionary, or a list where the framework sends lists as JSON. */
export function isJsonBody(program: Program, value: number, framework: string): boolean {
  return isJson(program, value, !joinsLists.has(framework), 0, new Set());
}

/** `merging` are the merged values that are being asked about: what goes round a loop is what came into it. */
function isJson(program: Program, value: number, countsLists: boolean, depth: number, merging: ReadonlySet<number>): boolean {
  const { ir } = program;
  if (depth > depthMax || value < 0) return false;
  const inner = (other: number): boolean => isJson(program, other, countsLists, depth + 1, merging);
  switch (ir.op.data[value]! as Op) {
    case Op.Build: return isJsonShape(ir, ir.a.data[value]!, countsLists) && ir.c.data[value] !== 1;
    case Op.Content: case Op.Sigma: case Op.Await: return inner(ir.a.data[value]!);
    case Op.Phi: {
      const inputs = ir.lists.toArray(ir.a.data[value]!).filter((input) => !merging.has(unversioned(ir, input)) && unversioned(ir, input) !== value);
      const within = new Set([...merging, value]);
      return (inputs.length > 0 || merging.size > 0) && inputs.every((input) => isJson(program, input, countsLists, depth + 1, within));
    }
    case Op.Call: return isJsonCall(program, value, countsLists, depth);
    default: return false;
  }
}

const isJsonShape = (_ir: Ir, kind: number, countsLists: boolean): boolean => kind === BuildKind.Dict || (countsLists && kind === BuildKind.List);

function unversioned(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < versionsMax && v >= 0 && (ir.op.data[v] === Op.Content || ir.op.data[v] === Op.Sigma); i++) v = ir.a.data[v]!;
  return v;
}

function isJsonCall(program: Program, call: number, countsLists: boolean, depth: number): boolean {
  const { ir } = program;
  const targets = program.targetsOf(call);
  return targets.length > 0 && targets.every((target) => {
    if (target.kind === "api") {
      const name = program.api.name(target.node);
      return name === "dict" || (countsLists && (name === "list" || name === "sorted"));
    }
    if (target.kind !== "project" || target.mode === BindMode.Constructor || target.mode === BindMode.Callback) return false;
    const fn = ir.functions[target.function]!;
    if (fn.isGenerator || target.via === "prior") return false;
    let returns = 0;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] !== Op.Return) continue;
      returns++;
      if (!isJson(program, ir.a.data[i]!, countsLists, depth + 1, new Set())) return false;
    }
    return returns > 0;
  });
}
