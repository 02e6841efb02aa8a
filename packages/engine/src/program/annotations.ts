/** Types that programs declare: instances of the classes that an annotation names. */
import { splitTop } from "../base/index.ts";
import { BinOp, BuildKind, Op } from "../ir/index.ts";
import { moduleNode } from "./attribute-rules.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokKind, tokOf } from "./token.ts";

const depthMax = 8;
const transparent = new Set([
  "Optional", "Union", "Annotated", "ClassVar", "Final", "Awaitable", "Coroutine", "Required", "NotRequired", "Mapped",
  "AsyncContextManager", "ContextManager",
]);
const sequences = new Set([
  "List", "list", "Sequence", "Iterable", "Iterator", "Set", "set", "FrozenSet", "frozenset", "Tuple", "tuple", "Collection",
  "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator", "Deque", "MutableSequence",
]);
const mappings = new Set(["Dict", "dict", "Mapping", "MutableMapping", "DefaultDict", "OrderedDict"]);

/** Gives `target` an instance of what the annotation `row` names. */
export function seedAnnotation(s: Solver, row: number, module: number, target: number, depth = 0): void {
  const { ir } = s;
  if (depth > depthMax || row < 0) return;
  switch (ir.op.data[row] as Op) {
    case Op.Const: {
      const constant = ir.constants[ir.a.data[row]];
      if (constant.type === "str") seedText(s, constant.value, module, target, depth);
      return;
    }
    case Op.Bin:
      if (ir.a.data[row] !== BinOp.BitOr) return;
      seedAnnotation(s, ir.b.data[row], module, target, depth + 1);
      seedAnnotation(s, ir.c.data[row], module, target, depth + 1);
      return;
    case Op.GetItem: {
      const base = ir.a.data[row];
      seedGeneric(s, { name: lastName(s, base), base, target }, argumentsOf(s, ir.b.data[row]), (argument, node) => {
        seedAnnotation(s, argument, module, node, depth + 1);
      });
      return;
    }
    default: {
      // `Current = Annotated[User, …]`: the name of an annotation.
      const named = s.names.definedAs(row, module);
      const op = named === row || named < 0 ? -1 : ir.op.data[named];
      if (op === Op.GetItem || op === Op.Bin) seedAnnotation(s, named, s.moduleOf(named), target, depth + 1);
      else s.addEdge(row, Edge.Instantiate, target);
    }
  }
}

function argumentsOf(s: Solver, key: number): readonly number[] {
  const { ir } = s;
  const isTuple = ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Tuple;
  return isTuple ? ir.lists.toArray(ir.b.data[key]) : [key];
}

/** `name[…]`: `base` is its value, or -1; `seed` gives a node an instance of what an argument names. */
function seedGeneric<T>(
  s: Solver, generic: { name: string; base: number; target: number }, args: readonly T[], seed: (argument: T, node: number) => void,
): void {
  const { name, base, target } = generic;
  if (name === "Annotated") {
    if (args.length > 0) seed(args[0], target);
  } else if (transparent.has(name)) for (const argument of args) seed(argument, target);
  else if (sequences.has(name) || mappings.has(name)) {
    const isMapping = mappings.has(name);
    const site = s.newSite(isMapping ? BuildKind.Dict : BuildKind.List);
    s.add(target, tokOf(Tok.Container, site));
    for (const argument of isMapping ? args.slice(1) : args) seed(argument, s.otherElementsNode(site));
  } else if (name !== "Type" && name !== "type" && name !== "Callable" && name !== "Literal" && base >= 0) {
    s.addEdge(base, Edge.Instantiate, target);
  }
}

function lastName(s: Solver, row: number): string {
  const { ir } = s;
  switch (ir.op.data[row] as Op) {
    case Op.Global: return ir.strings.text(ir.a.data[row]);
    case Op.GetAttr: return ir.strings.text(ir.b.data[row]);
    case Op.Import: return ir.b.data[row] >= 0 ? ir.strings.text(ir.b.data[row]) : "";
    default: return "";
  }
}

/** A forward reference: `"Db"`, `"models.Db"`, `"Optional[Db]"`, `"list[Db] | None"`. */
function seedText(s: Solver, text: string, module: number, target: number, depth: number): void {
  if (depth > depthMax || text.length > 200) return;
  const trimmed = text.trim();
  const parts = splitTop(trimmed, "|");
  if (parts.length > 1) {
    for (const part of parts) seedText(s, part, module, target, depth + 1);
    return;
  }
  const open = trimmed.indexOf("[");
  if (open > 0 && trimmed.endsWith("]")) {
    const head = trimmed.slice(0, open);
    const name = head.slice(head.lastIndexOf(".") + 1);
    const args = splitTop(trimmed.slice(open + 1, -1), ",");
    seedGeneric(s, { name, base: -1, target }, args, (argument, node) => seedText(s, argument, module, node, depth + 1));
    return;
  }
  if (/^[A-Za-z_][\w.]*$/.test(trimmed)) seedDotted(s, trimmed.split("."), module, target);
}

function seedDotted(s: Solver, parts: readonly string[], module: number, target: number): void {
  const { ir } = s;
  const first = ir.strings.intern(parts[0]);
  let node = s.newNode();
  if (s.names.provides(module, first)) s.copy(moduleNode(s, module, first), node);
  for (const token of s.names.provides(module, first) ? [] : s.names.unboundName(module, first)) {
    if (tokKind(token) === Tok.Api) s.add(node, token);
  }
  for (const part of parts.slice(1)) {
    const next = s.newNode();
    s.addEdge(node, Edge.Attribute, next, ir.strings.intern(part));
    node = next;
  }
  s.addEdge(node, Edge.Instantiate, target);
}
