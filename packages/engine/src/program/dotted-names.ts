/** Objects of the project that a text names: `"package.module.Class"`, `"package.module:function"`. */
import { moduleNode } from "./attribute-rules.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokId, tokKind } from "./token.ts";

const dottedName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_][\w.]*)?$/;
const partsMax = 16;

/** The text that a value is, through names stored once, or undefined. */
export function textOf(s: Solver, row: number): string | undefined {
  const key = row < 0 ? -1 : s.names.constantOf(row, s.moduleOf(row));
  const constant = key < 0 ? undefined : s.ir.constants[key];
  return constant?.type === "str" ? constant.value : undefined;
}

/** A node with what the text names: the longest beginning that is a module of ours, then its attributes. -1 if there is none. */
export function namedNode(s: Solver, text: string, from: number): number {
  if (!dottedName.test(text)) return -1;
  const [path = "", attributes] = text.split(":");
  const parts = path.split(".").slice(0, partsMax);
  const rest = attributes === undefined ? [] : attributes.split(".");
  for (let end = parts.length; end > 0; end--) {
    const found = s.names.submodule(parts.slice(0, end).join("."), from);
    if (found < 0 || tokKind(found) !== Tok.Module) {
      if (attributes !== undefined) return -1;
      continue;
    }
    return memberNode(s, found, [...parts.slice(end), ...rest]);
  }
  return -1;
}

function memberNode(s: Solver, module: number, names: readonly string[]): number {
  const [first, ...more] = names.map((name) => s.ir.strings.intern(name));
  if (first === undefined) {
    const node = s.newNode();
    s.add(node, module);
    return node;
  }
  let node = moduleNode(s, tokId(module), first);
  for (const name of more) {
    const next = s.newNode();
    s.addEdge(node, Edge.Attribute, next, name);
    node = next;
  }
  return node;
}
