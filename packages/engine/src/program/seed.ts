/** Edges and first tokens of every row. */
import {
  BlockFlag, BuildKind, callArg, callArgCount, callCallee, CmpOp, constNone, type FunctionInfo, Op, type ParameterInfo,
} from "../ir/index.ts";
import { seedAnnotation } from "./annotations.ts";
import { attributePrefixRule, attributeRule, bindClassRule, bindInstanceRule, moduleNode, storeAttributeRule } from "./attribute-rules.ts";
import { seedCall } from "./call-seeds.ts";
import { callbackRule, calleeRule, keywordArgumentsRule, partialCalleeRule, starArgumentsRule } from "./call-rules.ts";
import { Method } from "./classes.ts";
import { elementsRule, itemRule, keyedGetRule, storeItemRule } from "./container-rules.ts";
import { resultOfRule } from "./library-calls.ts";
import { instantiateRule, makePropertyRule, operandRule, subclassesRule, typeOfRule } from "./operation-rules.ts";
import { nothing } from "./names.ts";
import { nestedItem } from "./nested-items.ts";
import { pluginCallRule } from "./plugins.ts";
import { notesParameterKey } from "./parameter-keys.ts";
import { Edge, type Rule, Solver, type SolverInput } from "./solver.ts";
import { ofProjectRule } from "./test-flow.ts";
import { Tok, tokOf } from "./token.ts";

/** Rules by edge kind, in the order of {@link Edge}. */
const rules: readonly Rule[] = [
  () => undefined, operandRule, calleeRule, attributeRule, storeAttributeRule, bindInstanceRule, bindClassRule, instantiateRule,
  elementsRule, itemRule, keyedGetRule, storeItemRule, callbackRule, starArgumentsRule, keywordArgumentsRule, makePropertyRule, typeOfRule,
  subclassesRule, partialCalleeRule, attributePrefixRule, resultOfRule, pluginCallRule, ofProjectRule,
];

/** Longest chain of content versions that is read for one item. */
const versionsMax = 64;

/** Makes a solver with everything that the rows say; nothing has flowed yet. */
export function seedSolver(input: SolverInput): Solver {
  const solver = new Solver(input, rules);
  const seeder = new Seeder(solver);
  for (const fn of input.ir.functions) seeder.noteChanged(fn);
  for (const fn of input.ir.functions) seeder.seedFunction(fn);
  return solver;
}

class Seeder {
  private readonly s: Solver;
  private readonly str: number;
  private readonly bytes: number;
  private readonly isinstanceName: number;

  constructor(s: Solver) {
    this.s = s;
    this.str = s.libraries.valueOfType("str");
    this.bytes = s.libraries.valueOfType("bytes");
    this.changed = new Uint8Array(s.ir.length);
    this.virtualCells = new Uint8Array(s.ir.cells.length);
    this.isinstanceName = s.ir.strings.intern("isinstance");
  }

  seedFunction(fn: FunctionInfo): void {
    const { s } = this;
    fn.params.forEach((param, index) => this.seedParameter(fn, param, index));
    if (fn.returns >= 0) {
      seedAnnotation(s, fn.returns, fn.module, fn.isGenerator ? s.newNode() : s.returnNode(fn.id));
    }
    for (let row = fn.firstInstr; row < fn.endInstr; row++) this.seedRow(fn, row);
  }

  private seedParameter(fn: FunctionInfo, param: ParameterInfo, index: number): void {
    const { s } = this;
    if (param.value < 0) return;
    if (param.default >= 0) s.copy(param.default, param.value);
    if (param.kind === "varargs") s.add(param.value, tokOf(Tok.Container, s.siteAt(param.value, BuildKind.Tuple)));
    else if (param.kind === "kwargs") s.add(param.value, tokOf(Tok.Container, s.siteAt(param.value, BuildKind.Dict)));
    else if (param.annotation >= 0) {
      seedAnnotation(s, param.annotation, fn.module, param.value);
      s.isVirtual[param.value] = 1;
    }
    if (index !== 0 || fn.class < 0 || fn.kind !== "function" || param.kind === "varargs") return;
    if (s.classes.hasMethodFlag(fn.id, Method.Static)) return;
    const name = s.ir.strings.text(fn.name);
    const isClass = s.classes.hasMethodFlag(fn.id, Method.Class) || name === "__new__" || name === "__init_subclass__"
      || name === "__class_getitem__";
    s.add(param.value, tokOf(isClass ? Tok.Class : Tok.Instance, fn.class));
    s.isVirtual[param.value] = 1;
  }

  private seedRow(fn: FunctionInfo, row: number): void {
    const { s } = this;
    const { ir } = s;
    const a = ir.a.data[row];
    const b = ir.b.data[row];
    const c = ir.c.data[row];
    switch (ir.op.data[row] as Op) {
      case Op.Const: {
        const type = ir.constants[a].type;
        if (type === "str") s.add(row, this.str);
        else if (type === "bytes") s.add(row, this.bytes);
        return;
      }
      case Op.Fmt: s.add(row, this.str); return;
      case Op.Phi: {
        const preds = ir.blocks.preds.data[ir.block.data[row]];
        for (let i = 0, n = ir.lists.length(a); i < n; i++) {
          const input = ir.lists.at(a, i);
          // The way for old Pythons brings nothing.
          if ((ir.blocks.flags.data[ir.lists.at(preds, i)] & BlockFlag.Dead) !== 0) continue;
          s.copy(input, row);
          if (s.isVirtual[input] === 1) s.isVirtual[row] = 1;
        }
        return;
      }
      case Op.Sigma:
        this.seedSigma(row);
        return;
      case Op.Content:
        s.copy(a, row);
        s.isVirtual[row] = s.isVirtual[a];
        return;
      case Op.Await:
      case Op.Star: s.copy(a, row); return;
      case Op.Global: this.seedGlobal(fn.module, a, row); return;
      case Op.Cell:
        s.copy(s.cellNode(a), row);
        s.isVirtual[row] = this.virtualCells[a];
        return;
      case Op.SetCell:
        if ((ir.blocks.flags.data[ir.block.data[row]] & BlockFlag.Dead) !== 0) return;
        s.copy(b, s.cellNode(a));
        if (s.isVirtual[b] === 1) this.virtualCells[a] = 1;
        return;
      case Op.Import: this.seedImport(fn.module, row); return;
      case Op.Func: s.add(row, tokOf(Tok.Function, a)); return;
      case Op.Class: s.add(row, tokOf(Tok.Class, a)); return;
      case Op.ExcVal:
        for (const type of ir.lists.toArray(a)) s.addEdge(type, Edge.Instantiate, row);
        return;
      case Op.Bin:
        s.addEdge(b, Edge.Operand, row);
        s.addEdge(c, Edge.Operand, row);
        return;
      case Op.Cmp:
        if (a <= CmpOp.GtE) s.addEdge(b, Edge.Operand, row);
        else if (a >= CmpOp.In) s.addEdge(c, Edge.Operand, row);
        return;
      case Op.Un: s.addEdge(b, Edge.Operand, row); return;
      case Op.Build: this.seedBuild(row); return;
      case Op.GetAttr: s.addEdge(a, Edge.Attribute, row, b); return;
      case Op.GetItem: this.seedGetItem(fn.module, row); return;
      case Op.Unpack: this.seedUnpack(row); return;
      case Op.Iter:
      case Op.Next: s.addEdge(a, Edge.Operand, row); return;
      case Op.Call: seedCall(s, row); return;
      case Op.Decorate: this.seedDecorate(row); return;
      case Op.Yield: s.copy(a, s.yieldNode(fn.id)); return;
      case Op.YieldFrom:
        s.addEdge(a, Edge.Elements, s.yieldNode(fn.id));
        return;
      case Op.SetAttr: this.seedSetAttr(fn, row); return;
      case Op.SetItem:
        s.addEdge(a, Edge.StoreItem, c, s.names.constantOf(b, fn.module));
        s.addEdge(a, Edge.Operand, row);
        return;
      case Op.DelItem: s.addEdge(a, Edge.Operand, row); return;
      case Op.Append:
        s.addEdge(a, Edge.StoreItem, b, c >= 0 ? s.names.constantOf(c, fn.module) : -1);
        return;
      case Op.ClassVar:
        if (fn.class >= 0) s.copy(b, s.memberNode(fn.class, a));
        return;
      case Op.Annotate: this.seedAnnotate(fn, row); return;
      case Op.AnnotateAttr: {
        const node = s.newNode();
        seedAnnotation(s, c, fn.module, node);
        s.addEdge(a, Edge.StoreAttribute, node, b);
        return;
      }
      case Op.Enter: s.addEdge(a, Edge.Operand, row); return;
      case Op.Exit:
        if (b === 0) s.addEdge(ir.op.data[a] === Op.Enter ? ir.a.data[a] : a, Edge.Operand, row);
        return;
      case Op.Raise:
        if (a >= 0) s.addEdge(a, Edge.Operand, row);
        return;
      case Op.Return:
        if (!fn.isGenerator) this.seedReturn(fn, a);
        return;
      default:
    }
  }

  /** A parameter that is returned as it came is matched with the argument of each call, so callers do not mix. */
  private seedReturn(fn: FunctionInfo, value: number): void {
    const { s } = this;
    const root = rootOf(s, value);
    const isOwn = s.ir.op.data[root] === Op.Param && s.functionOf(root) === fn.id;
    const param = isOwn ? fn.params[s.ir.a.data[root]] : undefined;
    if (param?.value === root && param.kind !== "varargs" && param.kind !== "kwargs") s.noteReturned(fn.id, s.ir.a.data[root]);
    else s.copy(value, s.returnNode(fn.id));
  }

  private seedGlobal(module: number, name: number, row: number): void {
    const { s } = this;
    if (s.names.provides(module, name)) s.copy(moduleNode(s, module, name), row);
    else for (const token of s.names.unboundName(module, name)) s.add(row, token);
  }

  private seedImport(module: number, row: number): void {
    const { s } = this;
    const token = s.names.importToken(row, module);
    if (token >= 0) s.add(row, token);
    else if (token !== nothing) s.copy(moduleNode(s, s.names.importedModule(row, module), s.ir.b.data[row]), row);
  }

  /** In the branch where `isinstance(x, C)` holds, x is also a C. */
  private seedSigma(row: number): void {
    const { s } = this;
    const { ir } = s;
    const value = ir.a.data[row];
    s.copy(value, row);
    s.isVirtual[row] = s.isVirtual[value];
    const condition = ir.b.data[row];
    if (ir.c.data[row] !== 1 || ir.op.data[condition] !== Op.Call || callArgCount(ir, condition) !== 2) return;
    const callee = callCallee(ir, condition);
    if (ir.op.data[callee] !== Op.Global || ir.a.data[callee] !== this.isinstanceName) return;
    if (rootOf(this.s, callArg(ir, condition, 0)) !== rootOf(this.s, value)) return;
    s.addEdge(callArg(ir, condition, 1), Edge.Instantiate, row);
    s.isVirtual[row] = 1;
  }

  private seedBuild(row: number): void {
    const { s } = this;
    const { ir } = s;
    const kind = ir.a.data[row] as BuildKind;
    if (kind === BuildKind.Slice) return;
    const list = ir.b.data[row];
    const count = ir.lists.length(list);
    if (count > 0 && this.isPlainData(row, kind, list, count)) {
      s.add(row, s.libraries.valueOfType(kindNames[kind]));
      return;
    }
    const site = s.siteAt(row, kind);
    s.add(row, tokOf(Tok.Container, site));
    if (kind === BuildKind.Dict) {
      for (let i = 0; i + 1 < count; i += 2) this.seedEntry(site, ir.lists.at(list, i), ir.lists.at(list, i + 1));
      return;
    }
    let isExact = true;
    for (let i = 0; i < count; i++) {
      const value = ir.lists.at(list, i);
      if (ir.op.data[value] === Op.Star) {
        isExact = false;
        s.addEdge(ir.a.data[value], Edge.Elements, s.otherElementsNode(site));
      } else if (isExact && kind !== BuildKind.Set) s.copy(value, s.elementNode(site, s.intKey(i)));
      else s.copy(value, s.otherElementsNode(site));
    }
  }

  private seedEntry(site: number, key: number, value: number): void {
    const { s } = this;
    if (key < 0) {
      s.addEdge(value, Edge.Item, s.otherElementsNode(site), -1);
      return;
    }
    const constant = s.names.constantOf(key, s.moduleOf(key));
    s.copy(value, constant >= 0 ? s.elementNode(site, constant) : s.otherElementsNode(site));
  }

  /** Holds if all elements are literals that no call goes to, and nothing is stored into it where it is made. */
  private isPlainData(row: number, kind: BuildKind, list: number, count: number): boolean {
    const { ir } = this.s;
    for (let i = kind === BuildKind.Dict ? 1 : 0; i < count; i += kind === BuildKind.Dict ? 2 : 1) {
      const op = ir.op.data[ir.lists.at(list, i)];
      if (op !== Op.Const && op !== Op.Fmt) return false;
    }
    return kind === BuildKind.Tuple || this.changed[row] === 0;
  }

  private readonly changed: Uint8Array;
  /** Cells that hold the `self` of a method; functions inside are seeded after the one around them. */
  private readonly virtualCells: Uint8Array;

  noteChanged(fn: FunctionInfo): void {
    const { ir } = this.s;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] === Op.Content) this.changed[ir.a.data[row]] = 1;
    }
  }

  /** Reads an item from the versions of a container where they are all in sight: the last store under the key counts. */
  private seedGetItem(module: number, row: number): void {
    const { s } = this;
    const { ir } = s;
    const key = s.names.constantOf(ir.b.data[row], module);
    const nested = key < 0 ? -1 : nestedItem(s, row, module);
    const value = key < 0 || nested >= 0 ? nested : this.itemInSight(ir.a.data[row], key, module);
    if (value >= 0) {
      s.copy(value, row);
      return;
    }
    if (key < 0) notesParameterKey(s, row);
    s.addEdge(ir.a.data[row], Edge.Operand, row);
  }

  private itemInSight(object: number, key: number, module: number): number {
    const { s } = this;
    const { ir } = s;
    let at = object;
    for (let i = 0; i < versionsMax; i++) {
      const op = ir.op.data[at];
      if (op === Op.Sigma) at = ir.a.data[at];
      else if (op === Op.Content) {
        const effect = ir.b.data[at];
        const stored = this.storedItem(effect, key, module);
        if (stored >= 0) return stored;
        if (stored === unknownStore) return -1;
        at = ir.a.data[at];
      } else return op === Op.Build ? this.builtItem(at, key) : -1;
    }
    return -1;
  }

  /** The value that an effect stores under a key, -1 if it leaves the key alone, or {@link unknownStore}. */
  private storedItem(effect: number, key: number, module: number): number {
    const { s } = this;
    const { ir } = s;
    if (ir.op.data[effect] === Op.SetItem) {
      const stored = s.names.constantOf(ir.b.data[effect], module);
      return stored === key ? ir.c.data[effect] : stored < 0 ? unknownStore : -1;
    }
    if (ir.op.data[effect] !== Op.Call || callArgCount(ir, effect) !== 1) return unknownStore;
    const callee = callCallee(ir, effect);
    const argument = callArg(ir, effect, 0);
    if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "update") return unknownStore;
    if (ir.op.data[argument] !== Op.Build || ir.a.data[argument] !== BuildKind.Dict) return unknownStore;
    return this.builtItem(argument, key);
  }

  private builtItem(row: number, key: number): number {
    const { s } = this;
    const { ir } = s;
    const items = ir.lists.toArray(ir.b.data[row]);
    const kind = ir.a.data[row] as BuildKind;
    if (kind === BuildKind.Dict) {
      for (let i = items.length - 2; i >= 0; i -= 2) {
        if (items[i] < 0) return -1;
        const at = ir.op.data[items[i]] === Op.Const ? ir.a.data[items[i]] : -1;
        if (at === key) return items[i + 1];
        if (at < 0) return -1;
      }
      return -1;
    }
    const constant = ir.constants[key];
    if (constant.type !== "int" || (kind !== BuildKind.List && kind !== BuildKind.Tuple)) return -1;
    if (items.some((item) => ir.op.data[item] === Op.Star)) return -1;
    const index = Number(constant.value);
    return items[index < 0 ? items.length + index : index] ?? -1;
  }

  private seedUnpack(row: number): void {
    const { s } = this;
    const { ir } = s;
    const value = ir.a.data[row];
    const index = ir.b.data[row];
    // `a, b = x, y`: no tuple is ever seen.
    if (ir.op.data[value] === Op.Build && index >= 0 && ir.c.data[row] !== 1) {
      const items = ir.lists.toArray(ir.b.data[value]);
      if (index < items.length && !items.slice(0, index + 1).some((item) => ir.op.data[item] === Op.Star)) {
        s.copy(items[index], row);
        return;
      }
    }
    s.addEdge(value, Edge.Operand, row);
  }

  private seedDecorate(row: number): void {
    const { s } = this;
    const { ir } = s;
    const decorator = ir.a.data[row];
    if (ir.op.data[decorator] === Op.GetAttr) {
      const name = ir.strings.text(ir.b.data[decorator]);
      if (name === "setter" || name === "getter" || name === "deleter") {
        s.copy(ir.b.data[row], row);
        return;
      }
    }
    s.addEdge(decorator, Edge.Operand, row);
  }

  private seedSetAttr(fn: FunctionInfo, row: number): void {
    const { s } = this;
    const { ir } = s;
    const object = ir.a.data[row];
    const name = ir.b.data[row];
    s.addEdge(object, Edge.StoreAttribute, ir.c.data[row], name);
    if (s.classes.setterNames.has(name)) s.addEdge(object, Edge.Operand, row);
    const first = fn.params[0];
    if (fn.class >= 0 && first && rootOf(s, object) === first.value && first.kind !== "varargs") s.noteSelfStore(fn.class, name);
  }

  private seedAnnotate(fn: FunctionInfo, row: number): void {
    const { s } = this;
    const { ir } = s;
    const value = ir.a.data[row];
    if (fn.kind === "class" && fn.class >= 0) {
      seedAnnotation(s, ir.c.data[row], fn.module, s.fieldNode(fn.class, ir.b.data[row]));
      s.noteSelfStore(fn.class, ir.b.data[row]);
    } else if (value >= 0 && !(ir.op.data[value] === Op.Const && ir.a.data[value] === constNone)) {
      seedAnnotation(s, ir.c.data[row], fn.module, value);
    }
  }
}

const unknownStore = -2;
const kindNames = ["list", "tuple", "set", "dict", "slice"] as const;

/** The row below branch facts and content versions. */
export function rootOf(s: Solver, row: number): number {
  let at = row;
  for (let i = 0; i < versionsMax; i++) {
    const op = s.ir.op.data[at];
    if (op !== Op.Sigma && op !== Op.Content) return at;
    at = s.ir.a.data[at];
  }
  return at;
}
