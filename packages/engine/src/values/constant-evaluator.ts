/** Constant evaluation of one row at a time, given what is known of its operands. */
import {
  BinOp,
  BuildKind,
  CmpOp,
  constFalse,
  constNone,
  constTrue,
  type ConstantValue,
  type FunctionInfo,
  forEachUse,
  InPlace,
  type Ir,
  Op,
  type UnOp,
} from "../ir/index.ts";
import { areEqual, asInteger, evaluateBinary, evaluateComparison, evaluateUnary, isTrue } from "./constant-arithmetic.ts";
import { literalBuiltins } from "./constant-builtins.ts";
import { makesObject, originOf } from "./constant-lookahead.ts";
import { anything, type ConstantSets, unknownYet } from "./constant-sets.ts";
import {
  callTextMethod,
  formatBraces,
  formatField,
  formatPercent,
  isText,
  joinText,
  splitText,
  textAt,
  textLength,
  textSlice,
} from "./constant-text.ts";

/** Literals that a read of something defined elsewhere can give; undefined if not known. */
export type ConstantOfRead = (read: number) => readonly number[] | undefined;

/** Holds if a read of something defined elsewhere gives an object that is neither None nor false: a function, a class, a module. */
export type IsObjectRead = (read: number) => boolean;

/** Operands of one row that are combined; longer formats and calls are not evaluated. */
const operandsMax = 24;

export class ConstantEvaluator {
  private readonly ir: Ir;
  private readonly sets: ConstantSets;
  private readonly values: Int32Array;
  private readonly constantOfRead: ConstantOfRead | undefined;
  private readonly isObjectRead: IsObjectRead;
  private readonly reads = new Map<number, number>();
  /** Rows of the present function whose object something may change. */
  private changeable: Set<number> | undefined;
  private info: FunctionInfo | undefined;
  private shadowed: Map<number, Set<number> | "all"> | undefined;

  constructor(ir: Ir, sets: ConstantSets, values: Int32Array, constantOfRead: ConstantOfRead | undefined, isObjectRead: IsObjectRead) {
    this.ir = ir;
    this.sets = sets;
    this.values = values;
    this.constantOfRead = constantOfRead;
    this.isObjectRead = isObjectRead;
  }

  enter(info: FunctionInfo): void {
    this.info = info;
    this.changeable = undefined;
  }

  /** What a row can be, given its operands. */
  evaluate(v: number): number {
    const { ir, values, sets } = this;
    const a = ir.a.data[v];
    const b = ir.b.data[v];
    const c = ir.c.data[v];
    switch (ir.op.data[v] as Op) {
      case Op.Const:
        return sets.single(a);
      case Op.Sigma:
        return this.refine(a, b, c === 1);
      case Op.Content:
        // Nothing changes a literal.
        return values[a];
      case Op.Not: {
        const truth = this.truthOf(a);
        if (truth === undefined || truth === 3) return truth === undefined ? anything : sets.of([constFalse, constTrue]);
        return truth === unknownYet ? unknownYet : sets.single(truth === 1 ? constFalse : constTrue);
      }
      case Op.Un:
        return sets.combine([values[b]], ([x]) => evaluateUnary(a as UnOp, x));
      case Op.Bin:
        return this.binary((a & ~InPlace) as BinOp, b, c);
      case Op.Cmp:
        return this.comparison(a as CmpOp, b, c);
      case Op.Fmt:
        return this.format(a, b, c);
      case Op.GetItem:
        return this.item(a, b);
      case Op.Unpack:
        return c === 1 ? anything : this.element(a, b);
      case Op.Len:
        return this.length(a);
      case Op.Call:
        return this.call(v, a, b, c);
      case Op.Global:
      case Op.Cell:
      case Op.Import:
      case Op.GetAttr:
        return this.read(v);
      default:
        return anything;
    }
  }

  private read(v: number): number {
    if (this.constantOfRead === undefined) return anything;
    let set = this.reads.get(v);
    if (set === undefined) {
      const constants = this.constantOfRead(v);
      set = constants === undefined || constants.length === 0 ? anything : this.sets.of(constants);
      this.reads.set(v, set);
    }
    return set;
  }

  /** Which ways a condition can go: bit 0 true, bit 1 false; 0 if no run reaches it yet; undefined if it can go both. */
  truthOf(v: number): number | undefined {
    const set = this.values[v];
    if (set === unknownYet) return unknownYet;
    if (set !== anything) {
      let mask = 0;
      for (const value of this.sets.valuesOf(set)) mask |= isTrue(value) ? 1 : 2;
      return mask;
    }
    const at = originOf(this.ir, v);
    const op = this.ir.op.data[at];
    if (op === Op.Func || op === Op.Class) return 1;
    if ((op === Op.Global || op === Op.Import) && this.isObjectRead(at)) return 1;
    const size = op === Op.Build ? this.sizeOfDisplay(at) : undefined;
    return size === undefined ? undefined : size > 0 ? 1 : 2;
  }

  // ---- what a test says

  /** The value on one edge of a branch on `condition`. */
  private refine(v: number, condition: number, isTrueEdge: boolean): number {
    const { ir, values, sets } = this;
    const set = values[v];
    if (set === unknownYet) return unknownYet;
    if (v === condition) return set === anything ? anything : sets.filter(set, (value) => isTrue(value) === isTrueEdge);
    if (ir.op.data[condition] !== Op.Cmp || ir.b.data[condition] !== v) return set;
    const op = ir.a.data[condition] as CmpOp;
    const isEquality = op === CmpOp.Eq || op === CmpOp.NotEq;
    const isMembership = op === CmpOp.In || op === CmpOp.NotIn;
    if (!isEquality && !isMembership) return set;
    const holds = isTrueEdge === (op === CmpOp.Eq || op === CmpOp.In);
    const other = ir.c.data[condition];
    const allowed = isEquality ? values[other] : this.unionOfElements(other);
    if (allowed === anything || allowed === unknownYet) return set;
    const choices = sets.valuesOf(allowed);
    if (set !== anything) {
      if (!holds && choices.length > 1 && isEquality) return set;
      return sets.filter(set, (value) => choices.some((choice) => areEqual(value, choice)) === holds);
    }
    // What equals a text is that text; numbers equal other numbers (1 == True == 1.0).
    return holds && choices.every(isText) ? allowed : anything;
  }

  private unionOfElements(v: number): number {
    const elements = this.elementsOf(v);
    if (elements === undefined) return anything;
    let all: number = unknownYet;
    for (const element of elements) all = this.sets.union(all, element);
    return all;
  }

  // ---- operators

  private binary(op: BinOp, left: number, right: number): number {
    const { values, sets } = this;
    if (op === BinOp.Mod && values[left] > unknownYet) {
      const elements = this.tupleElements(right);
      if (elements !== undefined) {
        return sets.combine([values[left], ...elements], ([text, ...rest]) => (isText(text) ? formatPercent(text, rest) : undefined));
      }
    }
    return sets.combine([values[left], values[right]], ([x, y]) => evaluateBinary(op, x, y));
  }

  private comparison(op: CmpOp, left: number, right: number): number {
    const { values, sets } = this;
    if (values[left] === unknownYet || values[right] === unknownYet) return unknownYet;
    const isIdentity = op === CmpOp.Is || op === CmpOp.IsNot;
    if (isIdentity && this.isNone(left) !== this.isNone(right) && (this.isObject(left) || this.isObject(right))) {
      return sets.single(op === CmpOp.Is ? constFalse : constTrue);
    }
    if (op === CmpOp.In || op === CmpOp.NotIn) {
      const found = this.membership(left, right);
      if (found !== undefined) return sets.of(found.map((is) => (is === (op === CmpOp.In) ? constTrue : constFalse)));
      if (this.elementsOf(right) !== undefined) return anything;
    }
    return sets.combine([values[left], values[right]], ([x, y]) => {
      const result = evaluateComparison(op, x, y);
      return result === undefined ? undefined : { type: result ? "true" : "false" };
    });
  }

  private isObject(v: number): boolean {
    const at = originOf(this.ir, v);
    const op = this.ir.op.data[at] as Op;
    return makesObject(this.ir, at) || ((op === Op.Global || op === Op.Import) && this.isObjectRead(at));
  }

  private isNone(v: number): boolean {
    const members = this.values[v] > unknownYet ? this.sets.membersOf(this.values[v]) : [];
    return members.length === 1 && members[0] === constNone;
  }

  /** The answers that `left in right` can have, if `right` is a display of known elements. */
  private membership(left: number, right: number): boolean[] | undefined {
    const elements = this.elementsOf(right);
    if (elements === undefined) return undefined;
    if (elements.length === 0) return [false];
    const set = this.values[left];
    if (set === anything) return undefined;
    const answers: boolean[] = [];
    for (const value of this.sets.valuesOf(set)) {
      let answer: boolean | undefined = false;
      for (const element of elements) {
        if (element === anything || element === unknownYet) answer ??= undefined;
        const choices = element > unknownYet ? this.sets.valuesOf(element) : [];
        const equal = choices.filter((choice) => areEqual(choice, value)).length;
        if (equal > 0 && equal === choices.length) {
          answer = true;
          break;
        }
        if (choices.length === 0 || equal > 0) answer = undefined;
      }
      if (answer === undefined) return undefined;
      answers.push(answer);
    }
    return answers;
  }

  private format(parts: number, specs: number, conversions: number): number {
    const { lists } = this.ir;
    const count = lists.length(parts);
    if (count > operandsMax) return anything;
    const operands: number[] = [];
    for (let i = 0; i < count; i++) {
      if (lists.at(specs, i) >= 0) return anything;
      operands.push(this.values[lists.at(parts, i)]);
    }
    return this.sets.combine(operands, (values) => {
      const texts = values.map((value, i) => formatField(value, lists.at(conversions, i)));
      return texts.includes(undefined) ? undefined : joinText({ type: "str", value: "" }, texts.map(asText));
    });
  }

  // ---- containers

  /** The elements of a tuple display. */
  private tupleElements(v: number): number[] | undefined {
    const { ir } = this;
    const at = originOf(this.ir, v);
    return ir.op.data[at] === Op.Build && ir.a.data[at] === BuildKind.Tuple ? this.elementsOf(at) : undefined;
  }

  /** The elements of a display that nothing can have changed since, or of the parts of a split text. */
  private elementsOf(v: number): number[] | undefined {
    const { ir } = this;
    const at = originOf(this.ir, v);
    if (ir.op.data[at] === Op.Call) return this.splitElements(at);
    if (ir.op.data[at] !== Op.Build || ir.a.data[at] === BuildKind.Slice || !this.isUnchanged(at)) return undefined;
    const list = ir.b.data[at];
    const isDict = ir.a.data[at] === BuildKind.Dict;
    const out: number[] = [];
    for (let i = 0, n = ir.lists.length(list); i < n; i += isDict ? 2 : 1) {
      const element = ir.lists.at(list, i);
      if (element < 0 || ir.op.data[element] === Op.Star) return undefined;
      out.push(this.values[element]);
    }
    return out;
  }

  private splitElements(call: number): number[] | undefined {
    const { ir, values, sets } = this;
    const callee = ir.a.data[call];
    if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "split" || ir.c.data[call] !== 0) return undefined;
    if (!this.isUnchanged(call)) return undefined;
    const operands = [values[ir.a.data[callee]], ...ir.lists.toArray(ir.b.data[call]).map((v) => values[v])];
    const known = operands.map((set) => (set > unknownYet ? sets.valuesOf(set) : []));
    if (known.some((choices) => choices.length !== 1)) return undefined;
    const [text, ...args] = known.map((choices) => choices[0]);
    return isText(text) ? splitText(text, args)?.map((part) => sets.ofValues([part])) : undefined;
  }

  /** Tuples cannot change; other objects have not if every use of them only looks. */
  private isUnchanged(v: number): boolean {
    const { ir } = this;
    if (ir.op.data[v] === Op.Build && ir.a.data[v] === BuildKind.Tuple) return true;
    this.changeable ??= this.findChangeable();
    return !this.changeable.has(v);
  }

  private findChangeable(): Set<number> {
    const { ir, info } = this;
    const out = new Set<number>();
    if (info === undefined) return out;
    for (let v = info.firstInstr; v < info.endInstr; v++) {
      const op = ir.op.data[v] as Op;
      const looks =
        (op === Op.Call && this.isLengthCall(v)) ||
        op === Op.GetItem ||
        op === Op.Cmp ||
        op === Op.Len ||
        op === Op.Unpack ||
        op === Op.Branch ||
        op === Op.Not;
      // A Sigma changes nothing itself; what is done to it is done to the object behind it, see below.
      if (!looks && op !== Op.Sigma) forEachUse(ir, v, (use) => out.add(use));
    }
    // A Sigma comes after what it stands for, so one backward pass is enough.
    for (let v = info.endInstr - 1; v >= info.firstInstr; v--) {
      if (ir.op.data[v] === Op.Sigma && out.has(v)) out.add(ir.a.data[v]);
    }
    return out;
  }

  private isLengthCall(v: number): boolean {
    const { ir } = this;
    const callee = ir.a.data[v];
    if (ir.op.data[callee] !== Op.Global || ir.strings.text(ir.a.data[callee]) !== "len") return false;
    return !this.isShadowed(v, ir.a.data[callee]);
  }

  private element(v: number, index: number): number {
    const elements = this.elementsOf(v);
    if (elements === undefined) return anything;
    return elements[index < 0 ? index + elements.length : index] ?? anything;
  }

  private item(v: number, index: number): number {
    const { ir, values, sets } = this;
    const at = originOf(this.ir, v);
    const op = ir.op.data[at];
    if (op === Op.Build && ir.a.data[at] === BuildKind.Dict) return this.dictItem(at, index);
    if (op === Op.Build || op === Op.Call) {
      const key = values[index] > unknownYet ? sets.valuesOf(values[index]) : [];
      const number = key.length === 1 ? asInteger(key[0]) : undefined;
      const element = number === undefined ? anything : this.element(at, Number(number));
      if (element !== anything || op === Op.Build) return values[index] === unknownYet ? unknownYet : element;
    }
    if (ir.op.data[index] === Op.Build && ir.a.data[index] === BuildKind.Slice) return this.slice(v, index);
    return sets.combine([values[v], values[index]], ([text, key]) => {
      const number = asInteger(key);
      return number === undefined || !isText(text) ? undefined : textAt(text, Number(number));
    });
  }

  private dictItem(dict: number, index: number): number {
    const { ir, values, sets } = this;
    const list = ir.b.data[dict];
    if (values[index] === unknownYet) return unknownYet;
    if (values[index] === anything || !this.isUnchanged(dict)) return anything;
    let result: number = unknownYet;
    for (const key of sets.valuesOf(values[index])) {
      let found: number = anything;
      for (let i = 0, n = ir.lists.length(list); i < n; i += 2) {
        const known = ir.lists.at(list, i) < 0 ? anything : values[ir.lists.at(list, i)];
        if (known <= unknownYet || sets.membersOf(known).length !== 1) return anything;
        if (areEqual(sets.valuesOf(known)[0], key)) found = values[ir.lists.at(list, i + 1)];
      }
      result = sets.union(result, found);
    }
    return result;
  }

  private slice(v: number, slice: number): number {
    const { ir, values, sets } = this;
    const parts = ir.lists.toArray(ir.b.data[slice]).map((part) => values[part]);
    return sets.combine([values[v], ...parts], ([text, ...bounds]) => {
      if (!isText(text)) return undefined;
      const numbers = bounds.map((bound) => (bound.type === "none" ? undefined : Number(asInteger(bound) ?? Number.NaN)));
      return numbers.some((n) => Number.isNaN(n)) ? undefined : textSlice(text, numbers[0], numbers[1], numbers[2]);
    });
  }

  private sizeOfDisplay(v: number): number | undefined {
    return this.ir.a.data[v] === BuildKind.Set ? undefined : this.elementsOf(v)?.length;
  }

  private length(v: number): number {
    const { values, sets } = this;
    const at = originOf(this.ir, v);
    const elements = this.ir.op.data[at] === Op.Build ? this.sizeOfDisplay(at) : this.elementsOf(at)?.length;
    if (elements !== undefined) return sets.ofValues([{ type: "int", value: elements }]);
    return sets.combine([values[v]], ([text]) => (isText(text) ? { type: "int", value: textLength(text) } : undefined));
  }

  // ---- calls

  private call(v: number, callee: number, args: number, keywords: number): number {
    const { ir, values } = this;
    const count = ir.lists.length(args);
    if (count > operandsMax) return anything;
    const operands: number[] = [];
    for (let i = 0; i < count; i++) operands.push(ir.lists.at(args, i));
    if (ir.op.data[callee] === Op.GetAttr) {
      if (values[ir.a.data[callee]] === anything) return anything;
      return this.method(ir.a.data[callee], ir.strings.text(ir.b.data[callee]), operands, keywords);
    }
    if (ir.op.data[callee] !== Op.Global || keywords !== 0 || this.isShadowed(v, ir.a.data[callee])) return anything;
    return this.builtin(ir.strings.text(ir.a.data[callee]), operands);
  }

  private method(self: number, name: string, args: readonly number[], keywords: number): number {
    const { ir, values, sets } = this;
    if (name === "join" && args.length === 1 && keywords === 0) {
      const parts = this.elementsOf(args[0]);
      if (parts === undefined || parts.length > operandsMax) return anything;
      return sets.combine([values[self], ...parts], ([text, ...rest]) => (isText(text) ? joinText(text, rest) : undefined));
    }
    const sources = [self, ...args];
    if (name === "format") {
      const names: string[] = [];
      for (let i = 0, n = ir.lists.length(keywords); i < n; i += 2) {
        const keyword = ir.lists.at(keywords, i);
        if (keyword < 0) return anything;
        names.push(ir.strings.text(keyword));
        sources.push(ir.lists.at(keywords, i + 1));
      }
      return sets.combine(
        sources.map((s) => values[s]),
        ([text, ...rest]) => {
          if (text.type !== "str") return undefined;
          const named = new Map(names.map((key, i) => [key, rest[args.length + i]] as const));
          return formatBraces(text.value, rest.slice(0, args.length), named);
        },
      );
    }
    if (keywords !== 0) return anything;
    return sets.combine(
      sources.map((s) => values[s]),
      ([text, ...rest]) => (isText(text) ? callTextMethod(text, name, rest) : undefined),
    );
  }

  private builtin(name: string, args: readonly number[]): number {
    if (args.length !== 1) return anything;
    if (name === "len") return this.length(args[0]);
    const apply = literalBuiltins.get(name);
    return apply === undefined ? anything : this.sets.combine([this.values[args[0]]], ([value]) => apply(value));
  }

  /** Holds if the module of a row may give a built-in name another meaning. */
  private isShadowed(v: number, name: number): boolean {
    this.shadowed ??= this.findShadowed();
    const module = (this.ir.functions[this.ir.blocks.func.data[this.ir.block.data[v]]] as FunctionInfo).module;
    const names = this.shadowed.get(module);
    return names === "all" || names?.has(name) === true;
  }

  private findShadowed(): Map<number, Set<number> | "all"> {
    const { ir } = this;
    const out = new Map<number, Set<number> | "all">();
    for (const info of ir.functions) {
      for (let v = info.firstInstr; v < info.endInstr; v++) {
        const op = ir.op.data[v];
        if (op === Op.ImportStar) out.set(info.module, "all");
        if (op !== Op.SetGlobal) continue;
        const names = out.get(info.module) ?? new Set<number>();
        if (names !== "all") out.set(info.module, names.add(ir.a.data[v]));
      }
    }
    return out;
  }
}

function asText(value: string | undefined): ConstantValue {
  return { type: "str", value: value ?? "" };
}
