/** All headers or cookies of a request, or all of the environment, written to a log: credentials are among them. */
import { callArg, callArgCount, callCallee, Op } from "../ir/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { namesOfValue, partsOf } from "./secret-words.ts";
import { rootOf } from "./roots.ts";

const wholes = /^(?:headers|META|cookies|COOKIES)$/;
const requests = /^(?:request|req|_request)$/;
const keeping = /^(?:dict|str|repr|list|dumps|pformat|items|to_dict|copy|join|format)$/;
const depthMax = 6;

export function headersLogged(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out = new Map<number, Obligation>();
  for (const seed of context.seedsOf("log-text")) {
    if (ir.op.data[seed.site] !== Op.Call || out.has(seed.site)) continue;
    for (const value of seed.values.flatMap((each) => partsOf(context, each)?.values ?? [each])) {
      const name = wholeOf(context, value, 0);
      if (name === "") continue;
      out.set(seed.site, context.row(seed.site, "violated", { code: "bad-value", text: `all of ${name} is logged`, at: value }, {
        sink: seed.sink, subject: value, source: name, sourceKind: "secret",
      }));
      break;
    }
  }
  return [...out.values()];
}

/** "request.headers", "os.environ" for such a value as a whole, "" for anything else. */
function wholeOf(context: CheckContext, value: number, depth: number): string {
  const { ir } = context.program;
  const v = rootOf(ir, value);
  if (depth > depthMax) return "";
  const op = ir.op.data[v] as Op;
  if (op === Op.GetAttr) {
    const name = ir.strings.text(ir.b.data[v]);
    const holder = namesOfValue(context, ir.a.data[v])[0] ?? importedName(context, ir.a.data[v]);
    if (wholes.test(name) && requests.test(holder)) return `${holder}.${name}`;
    return name === "environ" && holder === "os" ? "os.environ" : "";
  }
  if (op !== Op.Call || !keeping.test(calledName(context.solver, v))) return "";
  const callee = callCallee(ir, v);
  const receiver = ir.op.data[callee] === Op.GetAttr ? wholeOf(context, ir.a.data[callee], depth + 1) : "";
  return receiver !== "" || callArgCount(ir, v) === 0 ? receiver : wholeOf(context, callArg(ir, v, 0), depth + 1);
}

function importedName({ program: { ir } }: CheckContext, value: number): string {
  if (ir.op.data[value] !== Op.Import) return "";
  return ir.strings.text(ir.b.data[value] >= 0 ? ir.b.data[value] : ir.a.data[value]);
}
