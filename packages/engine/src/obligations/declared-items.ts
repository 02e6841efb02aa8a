/**
 * Items of a mapping whose names and types the class of its object declares.
 *
 * ```text
 * class Order(forms.Form):
 *     count = forms.IntegerField()
 * form = Order(request.POST)
 * form.cleaned_data["count"]     a number
 * form.cleaned_data["name"]      what the client sent
 * for name in form.cleaned_data   the name of a field
 * parser.parse_args()["count"]   what `add_argument` says
 * ```
 */
import { callCallee, Op } from "../ir/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { anyKey, attributeName, isAttribute, itemKey } from "./paths.ts";
import type { Solver } from "./solver.ts";

/** How pages call such a mapping. */
const declaresItems = "declared-items";

/** Guard kinds of part `path` of a value; empty if it is no such mapping, or the item is not declared. */
export function declaredItemGuards(solver: Solver, value: number, api: number, path: number): readonly string[] {
  const { ir } = solver;
  const head = path === 0 ? -1 : solver.paths.head(path);
  if (head === anyKey) return isDeclared(solver, api) ? ["fixed-choice"] : none;
  if (head < 0 || (!isAttribute(head) && itemKey(head) < 0)) return none;
  if (!isDeclared(solver, api)) return none;
  const key = isAttribute(head) ? undefined : ir.constants[itemKey(head)];
  const text = isAttribute(head) ? ir.strings.text(attributeName(head)) : key?.type === "str" ? key.value : "";
  const callee = ir.op.data[value] === Op.Call ? callCallee(ir, value) : value;
  if (text === "" || ir.op.data[callee] !== Op.GetAttr) return none;
  const object = ir.a.data[callee]!;
  const name = ir.strings.find(text);
  const byClass = name === undefined || name < 0 || isAttribute(head) ? none : commonGuards(solver, object, name);
  return byClass.length > 0 ? byClass : solver.declaredArguments.guards(object, text);
}

const none: readonly string[] = [];

const isDeclared = (solver: Solver, api: number): boolean =>
  solver.api.facts(api).some((fact) => fact.kind === declaresItems && fact.port.type === "object");

/** What holds in all classes that an object may be of. */
function commonGuards(solver: Solver, object: number, name: number): readonly string[] {
  const tokens = solver.program.tokensOf(object);
  let common: readonly string[] | undefined;
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Instance) continue;
    const guards = fieldGuards(solver, tokenId(tokens[i]!), name);
    common = common ? common.filter((kind) => guards.includes(kind)) : guards;
  }
  return common ?? none;
}

/** Guard kinds of the field that a class, or the nearest of its bases, declares under a name. */
function fieldGuards(solver: Solver, cls: number, name: number): readonly string[] {
  const { ir } = solver;
  for (const each of [cls, ...solver.program.mroOf(cls)]) {
    if (each < 0) continue;
    const body = ir.functions[ir.classes[each]!.body]!;
    for (let row = body.endInstr - 1; row >= body.firstInstr; row--) {
      if (ir.op.data[row] !== Op.ClassVar || ir.a.data[row] !== name) continue;
      return solver.apiNodes(ir.b.data[row]!).flatMap((node) => solver.api.facts(node).filter((fact) => fact.port.type === "object").map((fact) => fact.kind));
    }
  }
  return none;
}
