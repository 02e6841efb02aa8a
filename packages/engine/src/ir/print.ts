/**
 * Instructions as text, for people and for the literate cases.
 *
 *     f(x, y = 1):
 *       b0:
 *         %0 = global check
 *         %1 = call %0(%x)
 *         branch %1 ? b1 : b2
 *
 * Literals stand where they are used, parameters by their names; rows that nothing refers to have no number.
 */
import {
  BinOp,
  BlockFlag,
  BranchKind,
  BuildKind,
  CmpOp,
  type ConstantValue,
  type FunctionInfo,
  InPlace,
  type Ir,
  type ModuleInfo,
  Op,
  type ParameterInfo,
  UnOp,
} from "./ir.ts";
import { forEachUse } from "./operands.ts";

const binary: Record<BinOp, string> = {
  [BinOp.Add]: "+",
  [BinOp.Sub]: "-",
  [BinOp.Mult]: "*",
  [BinOp.MatMult]: "@",
  [BinOp.Div]: "/",
  [BinOp.Mod]: "%",
  [BinOp.Pow]: "**",
  [BinOp.LShift]: "<<",
  [BinOp.RShift]: ">>",
  [BinOp.BitOr]: "|",
  [BinOp.BitXor]: "^",
  [BinOp.BitAnd]: "&",
  [BinOp.FloorDiv]: "//",
};
const comparison: Record<CmpOp, string> = {
  [CmpOp.Eq]: "==",
  [CmpOp.NotEq]: "!=",
  [CmpOp.Lt]: "<",
  [CmpOp.LtE]: "<=",
  [CmpOp.Gt]: ">",
  [CmpOp.GtE]: ">=",
  [CmpOp.Is]: "is",
  [CmpOp.IsNot]: "is not",
  [CmpOp.In]: "in",
  [CmpOp.NotIn]: "not in",
};
const unary: Record<UnOp, string> = { [UnOp.Invert]: "~", [UnOp.Plus]: "+", [UnOp.Minus]: "-" };
const built: Record<BuildKind, string> = {
  [BuildKind.List]: "list",
  [BuildKind.Tuple]: "tuple",
  [BuildKind.Set]: "set",
  [BuildKind.Dict]: "dict",
  [BuildKind.Slice]: "slice",
};

/** A literal as Python would write it, control characters escaped. */
export function printConstant(value: ConstantValue): string {
  switch (value.type) {
    case "none":
      return "None";
    case "true":
      return "True";
    case "false":
      return "False";
    case "ellipsis":
      return "...";
    case "int":
    case "float":
      return String(value.value);
    case "imaginary":
      return `${value.value}j`;
    case "str":
      return JSON.stringify(value.value);
    case "bytes":
      return `b${JSON.stringify(value.value)}`;
  }
}

/** All functions of a module, in order of their ids. */
export function printModule(ir: Ir, module: ModuleInfo): string {
  const functions = ir.functions.filter((f) => f.module === module.id);
  return functions.map((f) => printFunction(ir, f)).join("");
}

export function printFunction(ir: Ir, info: FunctionInfo): string {
  return new FunctionPrinter(ir, info).print();
}

class FunctionPrinter {
  private readonly ir: Ir;
  private readonly info: FunctionInfo;
  private readonly names = new Map<number, string>();

  constructor(ir: Ir, info: FunctionInfo) {
    this.ir = ir;
    this.info = info;
  }

  print(): string {
    const { ir, info } = this;
    this.nameRows();
    const lines = [`${this.header()}:`];
    for (let block = info.firstBlock; block < info.endBlock; block++) {
      if (info.endBlock - info.firstBlock > 1) lines.push(`  ${this.blockHeader(block)}:`);
      for (let v = ir.blocks.first.data[block]; v < ir.blocks.end.data[block]; v++) {
        const op = ir.op.data[v] as Op;
        if (op === Op.Const || op === Op.Param) continue;
        const name = this.names.get(v);
        lines.push(`    ${name === undefined ? "" : `${name} = `}${this.row(v, op)}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  /** Numbers the rows that something refers to, in order. */
  private nameRows(): void {
    const { ir, info } = this;
    const used = new Set<number>();
    for (let v = info.firstInstr; v < info.endInstr; v++) forEachUse(ir, v, (use) => used.add(use));
    let next = 0;
    for (let v = info.firstInstr; v < info.endInstr; v++) {
      const op = ir.op.data[v];
      if (op === Op.Const) continue;
      if (op === Op.Param) this.names.set(v, `%${this.text(ir.b.data[v])}`);
      else if (used.has(v)) this.names.set(v, `%${next++}`);
    }
  }

  private header(): string {
    const { info } = this;
    const marks = `${info.isAsync ? "async " : ""}${info.isGenerator ? "generator " : ""}`;
    const kind = info.kind === "class" ? "class " : "";
    const params = info.params.map((p) => this.parameter(p)).join(", ");
    const name = info.kind === "module" ? "module" : this.text(info.qualname);
    return `${marks}${kind}${name}${info.kind === "function" || info.kind === "lambda" ? `(${params})` : ""}`;
  }

  private parameter(p: ParameterInfo): string {
    const stars = p.kind === "varargs" ? "*" : p.kind === "kwargs" ? "**" : "";
    const mark = p.kind === "positional-only" ? " /" : p.kind === "keyword-only" ? " kw" : "";
    const parts = [`${stars}${this.text(p.name)}`];
    if (p.annotation >= 0) parts.push(`: ${this.outer(p.annotation)}`);
    if (p.default >= 0) parts.push(` = ${this.outer(p.default)}`);
    return parts.join("") + mark;
  }

  /** A value of the function around: a literal, or a name, or what kind of row it is. */
  private outer(v: number): string {
    const { ir } = this;
    const op = ir.op.data[v];
    if (op === Op.Const) return printConstant(ir.constants[ir.a.data[v]]);
    if (op === Op.Global) return this.text(ir.a.data[v]);
    return "<outer>";
  }

  private blockHeader(block: number): string {
    const { blocks } = this.ir;
    const flags = blocks.flags.data[block];
    const notes: string[] = [];
    if (flags & BlockFlag.LoopHead) notes.push("loop");
    if (flags & BlockFlag.Handler) notes.push("handler");
    if (flags & BlockFlag.Finally) notes.push("finally");
    if (flags & BlockFlag.Dead) notes.push("dead");
    if (flags & BlockFlag.DropsPending) notes.push("drops what is pending");
    if (blocks.handler.data[block] >= 0) notes.push(`raises to ${this.block(blocks.handler.data[block])}`);
    return this.block(block) + (notes.length > 0 ? ` (${notes.join(", ")})` : "");
  }

  private block(block: number): string {
    return `b${block - this.info.firstBlock}`;
  }

  private text(id: number): string {
    return id < 0 ? "?" : this.ir.strings.text(id);
  }

  private value(v: number): string {
    if (v < 0) return "-";
    if (this.ir.op.data[v] === Op.Const) return printConstant(this.ir.constants[this.ir.a.data[v]]);
    return this.names.get(v) ?? `%row${v}`;
  }

  private values(list: number): string[] {
    return this.ir.lists.toArray(list).map((v) => this.value(v));
  }

  private keywords(list: number): string[] {
    const out: string[] = [];
    for (let i = 0, n = this.ir.lists.length(list); i < n; i += 2) {
      const name = this.ir.lists.at(list, i);
      const value = this.value(this.ir.lists.at(list, i + 1));
      out.push(name < 0 ? `**${value}` : `${this.text(name)}=${value}`);
    }
    return out;
  }

  private succs(block: number): string[] {
    return this.ir.lists.toArray(this.ir.blocks.succs.data[block]).map((b) => this.block(b));
  }

  private row(v: number, op: Op): string {
    return op >= Op.Jump ? this.terminator(v, op) : op >= Op.Call ? this.effect(v, op) : this.pure(v, op);
  }

  private pure(v: number, op: Op): string {
    const { ir } = this;
    const a = ir.a.data[v];
    const b = ir.b.data[v];
    const c = ir.c.data[v];
    switch (op) {
      case Op.Undef:
        return b < 0 ? "undef" : `undef ${this.text(b)}`;
      case Op.Phi: {
        const preds = ir.lists.toArray(ir.blocks.preds.data[ir.block.data[v]]);
        return `phi(${this.values(a)
          .map((x, i) => `${this.block(preds[i])}: ${x}`)
          .join(", ")})`;
      }
      case Op.Sigma:
        return `sigma(${this.value(a)} ${c === 1 ? "if" : "if not"} ${this.value(b)})`;
      case Op.Content:
        return `content(${this.value(a)} after ${this.value(b)}${c < -1 ? `, keyword ${-2 - c}` : c >= 0 ? `, arg ${c}` : ""})`;
      case Op.Global:
        return `global ${this.text(a)}`;
      case Op.Cell:
        return `cell ${this.text(ir.cells[a].name)}`;
      case Op.Import:
        return `import ${this.text(a)}${b >= 0 ? `: ${this.text(b)}` : c === 1 ? " (whole)" : ""}`;
      case Op.ImportStar:
        return `import ${this.text(a)}: *`;
      case Op.Func: {
        const defaults = [...this.values(b), ...this.values(c)];
        return `func ${this.text(ir.functions[a].qualname)}${defaults.length > 0 ? ` (${defaults.join(", ")})` : ""}`;
      }
      case Op.Class:
        return `class ${this.text(ir.classes[a].qualname)}(${[...this.values(b), ...this.keywords(c)].join(", ")})`;
      case Op.ExcVal:
        return `exception${a === 0 ? "" : ` ${this.values(a).join(" | ")}`}`;
      case Op.Un:
        return `${unary[a as UnOp]} ${this.value(b)}`;
      case Op.Bin:
        return `${this.value(b)} ${binary[(a & ~InPlace) as BinOp]}${a & InPlace ? "=" : ""} ${this.value(c)}`;
      case Op.Cmp:
        return `${this.value(b)} ${comparison[a as CmpOp]} ${this.value(c)}`;
      case Op.Not:
        return `not ${this.value(a)}`;
      case Op.Fmt:
        return `format(${this.formatParts(a, b, c).join(", ")})`;
      case Op.Build:
        return `${c === 1 ? "generator" : built[a as BuildKind]}(${this.elements(a as BuildKind, b).join(", ")})`;
      case Op.Star:
        return `*${this.value(a)}`;
      case Op.GetAttr:
        return `${this.value(a)}.${this.text(b)}`;
      case Op.GetItem:
        return `${this.value(a)}[${this.value(b)}]`;
      case Op.Unpack:
        return `unpack ${this.value(a)} ${c === 1 ? "*" : ""}${b}`;
      case Op.Iter:
        return `iter ${this.value(a)}${b === 1 ? " (async)" : ""}`;
      case Op.Next:
        return `next ${this.value(a)}`;
      case Op.IsInst:
        return `isinstance ${this.value(a)}, ${this.value(b)}`;
      case Op.Len:
        return `len ${this.value(a)}`;
      default:
        return `op ${op}`;
    }
  }

  private formatParts(parts: number, specs: number, conversions: number): string[] {
    const { lists } = this.ir;
    return this.values(parts).map((part, i) => {
      const conversion = lists.at(conversions, i);
      const spec = lists.at(specs, i);
      return part + (conversion > 0 ? `!${String.fromCharCode(conversion)}` : "") + (spec >= 0 ? `:${this.value(spec)}` : "");
    });
  }

  private elements(kind: BuildKind, list: number): string[] {
    if (kind !== BuildKind.Dict) return this.values(list);
    const out: string[] = [];
    for (let i = 0, n = this.ir.lists.length(list); i < n; i += 2) {
      const key = this.ir.lists.at(list, i);
      const value = this.value(this.ir.lists.at(list, i + 1));
      out.push(key < 0 ? `**${value}` : `${this.value(key)}: ${value}`);
    }
    return out;
  }

  private effect(v: number, op: Op): string {
    const { ir } = this;
    const a = ir.a.data[v];
    const b = ir.b.data[v];
    const c = ir.c.data[v];
    switch (op) {
      case Op.Call:
        return `call ${this.value(a)}(${[...this.values(b), ...this.keywords(c)].join(", ")})`;
      case Op.Decorate:
        return `decorate ${this.value(b)} with ${this.value(a)}`;
      case Op.Await:
        return `await ${this.value(a)}`;
      case Op.Yield:
        return `yield ${this.value(a)}`;
      case Op.YieldFrom:
        return `yield from ${this.value(a)}`;
      case Op.SetAttr:
        return `set ${this.value(a)}.${this.text(b)} = ${this.value(c)}`;
      case Op.SetItem:
        return `set ${this.value(a)}[${this.value(b)}] = ${this.value(c)}`;
      case Op.DelAttr:
        return `del ${this.value(a)}.${this.text(b)}`;
      case Op.DelItem:
        return `del ${this.value(a)}[${this.value(b)}]`;
      case Op.SetGlobal:
        return `set global ${this.text(a)} = ${this.value(b)}`;
      case Op.DelGlobal:
        return `del global ${this.text(a)}`;
      case Op.SetCell:
        return `set cell ${this.text(ir.cells[a].name)} = ${this.value(b)}`;
      case Op.Append:
        return `append ${this.value(a)}, ${c >= 0 ? `${this.value(c)}: ` : ""}${this.value(b)}`;
      case Op.Annotate:
        return `annotate ${this.text(b)}: ${this.value(c)}${a >= 0 ? ` = ${this.value(a)}` : ""}`;
      case Op.AnnotateAttr:
        return `annotate ${this.value(a)}.${this.text(b)}: ${this.value(c)}`;
      case Op.ClassVar:
        return `attribute ${this.text(a)} = ${this.value(b)}`;
      case Op.Enter:
        return `enter ${this.value(a)}${b === 1 ? " (async)" : ""}`;
      case Op.Exit:
        return `exit ${this.value(a)}${b === 1 ? " (exception)" : ""}`;
      case Op.Expr:
        return `drop ${this.value(a)}`;
      default:
        return `op ${op}`;
    }
  }

  private terminator(v: number, op: Op): string {
    const { ir } = this;
    const a = ir.a.data[v];
    const b = ir.b.data[v];
    const succs = this.succs(ir.block.data[v]);
    switch (op) {
      case Op.Jump:
        return `jump ${succs[0]}`;
      case Op.Branch: {
        const asks = b === BranchKind.MoreItems ? "more " : b === BranchKind.Catches ? "catches " : "";
        return `branch ${asks}${this.value(a)} ? ${succs[0]} : ${succs[1]}`;
      }
      case Op.Switch: {
        const cases = ir.lists.toArray(b).map((k) => printConstant(ir.constants[k]));
        return `switch ${this.value(a)} (${succs.map((s, i) => `${cases[i] ?? "else"}: ${s}`).join(", ")})`;
      }
      case Op.Raise: {
        const why = ir.c.data[v];
        if (why === 1) return "raise (assert)";
        const what = `raise${a >= 0 ? ` ${this.value(a)}` : ""}${b >= 0 ? ` from ${this.value(b)}` : ""}`;
        return why === 2 ? `${what} (goes on)` : what;
      }
      case Op.Return:
        return `return ${this.value(a)}`;
      default:
        return "unreachable";
    }
  }
}
