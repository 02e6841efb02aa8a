/**
 * Parameters that a framework fills with the result of another function.
 *
 * ```text
 * def show(db=Depends(session))                   session() fills db; it is called by the framework as well
 * def show(db: Annotated[Db, Depends(session)])   the same
 * Current = Annotated[User, Depends(user)]        the same for every parameter annotated with Current
 * def show(page: Page = Depends())                an object of the annotated class, its constructor filled from the request
 * ```
 */
import { BuildKind, callArg, callArgCount, callCallee, type FunctionInfo, type Ir, Op, type ParameterInfo } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import type { EntryFinder } from "./entries.ts";
import { Tok } from "./token.ts";

/** How a page calls a default that makes the framework fill a parameter. */
const fills = "fills-parameter";

/** What fills a parameter: the results of functions, or objects of classes that these constructors make. */
export interface Provided {
  readonly functions: readonly number[];
  readonly constructors: readonly number[];
}

/** The call that says how a parameter is filled, or -1. */
export function providerCall(finder: EntryFinder, fn: FunctionInfo, param: ParameterInfo): number {
  for (const value of [param.default, ...annotatedWith(finder, param.annotation, fn.module)]) if (isProvider(finder, value)) return value;
  return -1;
}

export function providedBy(finder: EntryFinder, call: number, param: ParameterInfo): Provided {
  const { ir, s } = finder;
  const given = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  const classes = given < 0 ? s.idsOf(param.value, Tok.Instance) : s.idsOf(given, Tok.Class);
  const instances = given < 0 ? [] : s.idsOf(given, Tok.Instance);
  return {
    functions: [...(given < 0 ? [] : finder.functionsOf(given)), ...methodsOf(finder, instances, "__call__")],
    constructors: methodsOf(finder, classes, "__init__"),
  };
}

function methodsOf(finder: EntryFinder, classes: readonly number[], name: string): number[] {
  return classes.map((cls) => finder.s.classes.methodOf(cls, finder.ir.strings.intern(name))).filter((fn) => fn >= 0);
}

/** `a` and `b` of `Annotated[T, a, b]`, through names of the annotation. */
function annotatedWith(finder: EntryFinder, annotation: number, module: number): readonly number[] {
  const { ir, s } = finder;
  const row = annotation < 0 ? -1 : s.names.definedAs(annotation, module);
  if (row < 0 || ir.op.data[row] !== Op.GetItem || lastName(ir, ir.a.data[row]) !== "Annotated") return [];
  const key = ir.b.data[row];
  return ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[key]).slice(1) : [];
}

function isProvider(finder: EntryFinder, value: number): boolean {
  const { ir, s, api } = finder;
  if (value < 0 || ir.op.data[value] !== Op.Call) return false;
  const callee = callCallee(ir, value);
  if (s.idsOf(callee, Tok.Api).some((node) => isMarked(api, node))) return true;
  return s.idsOf(callee, Tok.External).some((id) => /(^|\.)(Depends|Security|Provide|inject)$/.test(ir.strings.text(id)));
}

const isMarked = (api: ApiGraph, node: number): boolean => api.facts(node).some((fact) => fact.kind === fills);

function lastName(ir: Ir, row: number): string {
  switch (ir.op.data[row] as Op) {
    case Op.Global: return ir.strings.text(ir.a.data[row]);
    case Op.GetAttr: return ir.strings.text(ir.b.data[row]);
    case Op.Import: return ir.b.data[row] >= 0 ? ir.strings.text(ir.b.data[row]) : "";
    default: return "";
  }
}
