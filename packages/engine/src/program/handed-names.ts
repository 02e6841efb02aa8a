/**
 * Names of code that are handed on before they are used: a view that is imported when it is first called, a namespace of
 * plugins that a parameter says.
 *
 * ```text
 * class LazyView:
 *     def __init__(self, name): self.name = name
 *     def __call__(self, *args): return import_string(self.name)(*args)
 * add("/", LazyView("shop.views.index"))              import_string gives shop.views.index
 * def load(group): return DriverManager(group, "disk")
 * load("shop.drivers")                                the plugins of shop.drivers
 * ```
 *
 * When the flow has settled, the texts that callers pass and fields keep are followed back from the call that waits for one.
 */
import { Op } from "../ir/index.ts";
import { bindArguments } from "./bind-arguments.ts";
import { namedNode, textOf } from "./dotted-names.ts";
import { BindMode } from "./program.ts";
import { rootOf } from "./seed.ts";
import { Edge, type Solver } from "./solver.ts";
import { FieldStores } from "./stores.ts";
import { isFromTest } from "./test-flow.ts";

/** Values that are looked at, and texts that are taken, for one call. */
const valuesMax = 256;
const textsMax = 128;

/** Links the calls that wait for names; may be called again when more is known. */
export function linkHandedNames(s: Solver): void {
  if (s.waitingForNames.size === 0) return;
  const finder = new TextFinder(s);
  for (const [call, waiting] of s.waitingForNames) {
    for (const text of finder.behind(waiting.name)) {
      if (waiting.texts.has(text)) continue;
      waiting.texts.add(text);
      waiting.take(text, call);
    }
  }
}

/** What an import by a text that is not known yet does with one that turns up. */
export function takeImport(s: Solver, isInstance: boolean): (text: string, call: number) => void {
  return (text, call) => {
    const node = namedNode(s, text, s.moduleOf(call));
    if (node >= 0) s.addEdge(node, isInstance ? Edge.Instantiate : Edge.Copy, call);
  };
}

class TextFinder {
  private readonly s: Solver;
  private readonly stores: FieldStores;
  private readonly links = new Map<number, number[]>();

  constructor(s: Solver) {
    this.s = s;
    this.stores = new FieldStores(s);
    for (let link = 0; link < s.linkFunctions.length; link++) {
      const fn = s.linkFunctions.data[link];
      if (isFromTest(s, s.linkCalls.data[link], fn)) continue;
      const list = this.links.get(fn);
      if (list) list.push(link);
      else this.links.set(fn, [link]);
    }
  }

  behind(value: number): ReadonlySet<string> {
    const { s } = this;
    const { ir } = s;
    const texts = new Set<string>();
    const seen = new Set<number>();
    const stack = [value];
    for (let next = stack.pop(); next !== undefined && seen.size < valuesMax && texts.size < textsMax; next = stack.pop()) {
      const row = rootOf(s, next);
      if (row < 0 || seen.has(row)) continue;
      seen.add(row);
      const text = textOf(s, row);
      if (text !== undefined) {
        texts.add(text);
        continue;
      }
      switch (ir.op.data[row] as Op) {
        case Op.Phi: stack.push(...ir.lists.toArray(ir.a.data[row])); break;
        case Op.Param: stack.push(...this.argumentsOf(row)); break;
        case Op.Global:
        case Op.Cell:
        case Op.Import:
        case Op.GetAttr: stack.push(...this.stores.storesOf(row)); break;
        default:
      }
    }
    return texts;
  }

  private argumentsOf(param: number): number[] {
    const { s } = this;
    const fn = s.ir.functions[s.functionOf(param)];
    const index = s.ir.a.data[param];
    return (this.links.get(fn.id) ?? []).flatMap((link) => {
      const args = s.linkArguments.get(link);
      const mode = s.linkModes.data[link] as BindMode;
      const bound = bindArguments(s.ir, s.linkCalls.data[link], fn, args ? { mode, arguments: args } : { mode })[index] ?? [];
      return bound.filter(({ kind }) => kind === "value" || kind === "default").map((each) => each.value);
    });
  }
}
