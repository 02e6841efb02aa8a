/**
 * Items of a mapping whose names and types the class of its object declares.
 *
 * ```text
 * class Order(forms.Form):
 *     count = forms.IntegerField()
 *     def clean_name(self): return NAMES[self.cleaned_data["name"]]
 * form = Order(request.POST)
 * form.cleaned_data["count"]     a number
 * form.cleaned_data["note"]      what the client sent
 * form.cleaned_data["name"]      what clean_name gives
 * for name in form.cleaned_data   the name of a field
 * parser.parse_args()["count"]   what `add_argument` says
 * ```
 */
import { callArgCount, callCallee, functionOf, Op } from "../ir/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { Flag, LeafKind } from "./leaf.ts";
import { constantArgument } from "./pass-ports.ts";
import { anyKey, attributeName, attributeSelector, isAttribute, itemKey } from "./paths.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

/** How pages call such a mapping. */
const declaresItems = "declared-items";
/** How pages call a field that takes a file. */
const fileField = "file-field";

/** One item of such a mapping. */
interface DeclaredItem {
  /** The object whose class declares it: the form, the serializer. */
  readonly object: number;
  readonly name: string;
  /** Which part of the item is asked about. */
  readonly rest: number;
  readonly isAttribute: boolean;
}

const none: readonly string[] = [];

const isDeclared = (solver: Solver, api: number): boolean =>
  solver.api.facts(api).some((fact) => fact.kind === declaresItems && fact.port.type === "object");

/** Guard kinds of part `path` of a value; empty if it is no such mapping, or the item is not declared. */
export function declaredItemGuards(solver: Solver, value: number, api: number, path: number): readonly string[] {
  if (path !== 0 && solver.paths.head(path) === anyKey) return isDeclared(solver, api) ? ["fixed-choice"] : none;
  const item = declaredItem(solver, value, api, path);
  if (!item) return none;
  const byClass = item.isAttribute ? none : commonGuards(solver, item);
  const ofFile = byClass.includes(fileField) && isName(solver, item.rest) ? ["basename"] : byClass;
  return ofFile.length > 0 ? ofFile : solver.declaredArguments.guards(item.object, item.name);
}

/** Holds for the name of a file: what takes uploads leaves the last part of it only. */
const isName = (solver: Solver, path: number): boolean => path !== 0 && solver.paths.head(path) === attributeSelector(solver.ir.strings.intern("name"));

/** The item of a mapping that is asked about, if pages call the mapping so. */
function declaredItem(solver: Solver, value: number, api: number, path: number): DeclaredItem | undefined {
  if (!isDeclared(solver, api)) return undefined;
  const { ir, paths } = solver;
  const op = ir.op.data[value]! as Op;
  const callee = op === Op.Call ? callCallee(ir, value) : value;
  const isRead = op === Op.GetItem || (op === Op.Call && /^(?:get|pop)$/.test(calledName(solver, value)) && callArgCount(ir, value) > 0);
  if (isRead) {
    const keys = op === Op.GetItem ? solver.facts.constantsOf(ir.b.data[value]!) : [constantArgument(solver, value, 0)];
    const key = keys?.length === 1 && keys[0]! >= 0 ? ir.constants[keys[0]!] : undefined;
    const object = objectOf(solver, op === Op.GetItem ? ir.a.data[value]! : ir.a.data[callee]!);
    return key?.type === "str" && object >= 0 ? { object, name: key.value, rest: path, isAttribute: false } : undefined;
  }
  const head = path === 0 ? -1 : paths.head(path);
  if (head < 0 || (!isAttribute(head) && itemKey(head) < 0)) return undefined;
  const key = isAttribute(head) ? undefined : ir.constants[itemKey(head)];
  const name = isAttribute(head) ? ir.strings.text(attributeName(head)) : key?.type === "str" ? key.value : "";
  const object = objectOf(solver, callee);
  return name === "" || object < 0 ? undefined : { object, name, rest: paths.tail(path), isAttribute: isAttribute(head) };
}

/** The object that a mapping belongs to: what it is read from, or the object of the method that is given it. */
function objectOf(solver: Solver, mapping: number): number {
  const { ir } = solver;
  const root = solver.rootOf(mapping);
  if (root < 0) return -1;
  if (ir.op.data[root] === Op.GetAttr) return ir.a.data[root]!;
  if (ir.op.data[root] === Op.Call && ir.op.data[callCallee(ir, root)] === Op.GetAttr) return ir.a.data[callCallee(ir, root)]!;
  if (ir.op.data[root] !== Op.Param) return -1;
  const fn = functionOf(ir, root);
  return fn.class >= 0 && fn.params[0] && fn.params[0].value !== root ? fn.params[0].value : -1;
}

/** The classes that an object may be of; of `self`, at least that of the method. */
function classesOf(solver: Solver, object: number): readonly number[] {
  const { ir } = solver;
  const tokens = solver.program.tokensOf(object);
  const out: number[] = [];
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]!) === TokenKind.Instance) out.push(tokenId(tokens[i]!));
  const root = solver.rootOf(object);
  if (out.length > 0 || root < 0) return out;
  const fn = functionOf(ir, root);
  if (fn.class < 0) return out;
  if (fn.params[0]?.value === root) return [fn.class];
  const maker = ir.op.data[root] === Op.Call ? /^get_(\w+)$/.exec(calledName(solver, root))?.[1] : undefined;
  const name = ir.op.data[root] === Op.Param ? ir.strings.text(ir.b.data[root]!) : maker;
  return name === undefined ? out : namedByView(solver, fn.class, name);
}

/** A view says of which class its forms and serializers are: `form_class` of what `get_form()` gives and `form` is, unless a method chooses. */
function namedByView(solver: Solver, cls: number, name: string): readonly number[] {
  const { ir } = solver;
  const id = ir.strings.find(`${name}_class`);
  if (id === undefined || id < 0 || methodOf(solver, cls, [`get_${name}_class`, `get_${name}`]) >= 0) return [];
  for (const each of [cls, ...solver.program.mroOf(cls)]) {
    if (each < 0) continue;
    const body = ir.functions[ir.classes[each]!.body]!;
    for (let row = body.endInstr - 1; row >= body.firstInstr; row--) {
      if (ir.op.data[row] !== Op.ClassVar || ir.a.data[row] !== id) continue;
      const tokens = solver.program.tokensOf(ir.b.data[row]!);
      return tokens.length === 1 && tokenKind(tokens[0]!) === TokenKind.Class ? [tokenId(tokens[0]!)] : [];
    }
  }
  return [];
}

/** What holds in all classes that an object may be of. */
function commonGuards(solver: Solver, { object, name }: DeclaredItem): readonly string[] {
  const id = solver.ir.strings.find(name);
  if (id === undefined || id < 0) return none;
  let common: readonly string[] | undefined;
  for (const cls of classesOf(solver, object)) {
    const guards = fieldGuards(solver, cls, id);
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
      return nodesOfField(solver, ir.b.data[row]!).flatMap((node) => solver.api.facts(node).filter((fact) => fact.port.type === "object").map((fact) => fact.kind));
    }
  }
  return none;
}

/** The library objects that a field is: its own, or those that the project's class of it is made from. */
function nodesOfField(solver: Solver, field: number): readonly number[] {
  const nodes = solver.apiNodes(field);
  if (nodes.length > 0) return nodes;
  const tokens = solver.program.tokensOf(field);
  if (tokens.length !== 1 || tokenKind(tokens[0]!) !== TokenKind.Instance) return [];
  return solver.program.apiBasesOf(tokenId(tokens[0]!)).flatMap((base) => {
    const made = solver.api.step(base, "()");
    return made < 0 ? [] : [made];
  });
}

/** Methods that give the value of one field, and those that may change the values of all. */
const ofOneField = ["clean_", "validate_"];
const ofAllFields = ["clean", "validate", "to_internal_value", "validate_empty_values"];

/**
 * Visits an item that a method of the class makes: `clean_name` gives `cleaned_data["name"]`. What it was given is what
 * the client sent, of the type that the field declares. Returns false if no such method is there.
 */
export function visitFieldMethod(solver: Solver, walk: Walk, node: number, place: { readonly value: number; readonly api: number; readonly path: number }, source: () => boolean): boolean {
  const { ir } = solver;
  const item = declaredItem(solver, place.value, place.api, place.path);
  if (!item || item.isAttribute) return false;
  const methods = classesOf(solver, item.object).map((cls) => methodOf(solver, cls, ofOneField.map((prefix) => prefix + item.name)));
  if (methods.length === 0 || methods.some((fn) => fn < 0 || functionOf(ir, place.value).id === fn)) return false;
  for (const fn of new Set(methods)) {
    const summary = solver.ofReturn(fn, item.rest, walk.need);
    const { params } = ir.functions[fn]!;
    for (const leaf of summary.leaves) {
      if (leaf.kind !== LeafKind.Port || functionOf(ir, leaf.data).id !== fn) walk.adopt(node, summary, leaf, Flag.None);
      else if (leaf.data === params[0]?.value) walk.push(item.object, leaf.path, node, leaf.flags, summary, leaf);
      else {
        const guards = commonGuards(solver, { ...item, rest: leaf.path });
        const kind = (guards.includes(fileField) && isName(solver, leaf.path) ? ["basename"] : leaf.path === 0 ? guards : none).find((each) => walk.stops(each));
        if (kind !== undefined) walk.leaf(node, LeafKind.Proven, place.value, "typed-field", `declared as ${kind}`);
        else source();
      }
    }
    if (summary.leaves.length === 0) walk.leaf(node, LeafKind.Constant, place.value, "const", "", -1);
  }
  return true;
}

/** The method that a class has under one of some names, or -1. */
function methodOf(solver: Solver, cls: number, names: readonly string[]): number {
  for (const name of names) {
    const id = solver.ir.strings.find(name);
    const fn = id === undefined || id < 0 ? -1 : solver.program.methodOf(cls, id);
    if (fn >= 0) return fn;
  }
  return -1;
}

/** Holds if a method of the class that looks at all values may put something else into the place of one of them. */
export function isReplacedByClass(solver: Solver, value: number, api: number, path: number): boolean {
  const { ir } = solver;
  const item = declaredItem(solver, value, api, path);
  if (!item || item.isAttribute) return false;
  return classesOf(solver, item.object).some((cls) => ofAllFields.some((name) => {
    const fn = methodOf(solver, cls, [name]);
    if (fn < 0 || functionOf(ir, value).id === fn) return false;
    const info = ir.functions[fn]!;
    for (let row = info.firstInstr; row < info.endInstr; row++) {
      if (ir.op.data[row] === Op.SetItem && mayName(solver, ir.b.data[row]!, item.name)) return true;
    }
    return false;
  }));
}

function mayName(solver: Solver, key: number, name: string): boolean {
  const keys = solver.facts.constantsOf(key);
  return keys === undefined || keys.some((each) => {
    const constant = solver.ir.constants[each];
    return constant?.type === "str" && constant.value === name;
  });
}
