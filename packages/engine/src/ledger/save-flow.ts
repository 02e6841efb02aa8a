/**
 * Where values come from, as columns: for each value the values that it is made of, in its function and by stores; for
 * each parameter the arguments of every known call; for each function what it gives back.
 *
 * The columns over-approximate what a walk would follow: guards do not stop them, and parts of a container are not told
 * apart. Test code is left out, as it is no evidence about the product.
 */
import { IntColumn } from "../base/index.ts";
import { callCallee, type Ir, forEachUse, Op, phiInputs } from "../ir/index.ts";
import { allArguments } from "../obligations/index.ts";
import { bindArguments, type Program } from "../program/index.ts";
import { keepsInputs } from "../review/index.ts";
import { sectionNames, takesOnly } from "./layout.ts";
import type { Sections } from "./sections.ts";

/** Stores that one read is said to come from; a read of more says little. */
const storesMax = 64;
/** Calls told of one parameter. */
const callersMax = 400;

export class FlowColumns {
  /** Call rows of product code. */
  readonly callRows: number[] = [];
  private readonly program: Program;
  private readonly ir: Ir;
  /** Node of a row, plus 1; 0 for rows that are none. */
  private readonly nodeIds: Int32Array;
  private readonly rows = new IntColumn(1 << 16);
  private readonly ranges: (readonly [number, number])[] = [];
  private readonly keptBy = new Map<number, boolean>();

  constructor(program: Program) {
    this.program = program;
    this.ir = program.ir;
    this.nodeIds = new Int32Array(program.ir.length);
    const isProduct = program.ir.modules.map((module) => program.files[module.file].role === "product");
    for (const fn of program.ir.functions) {
      const first = this.rows.length;
      if (isProduct[fn.module]) this.number(fn.firstInstr, fn.endInstr);
      this.ranges.push([first, this.rows.length]);
    }
  }

  nodeOf(row: number): number {
    return row < 0 ? -1 : this.nodeIds[row] - 1;
  }

  nodesOf(func: number): readonly [number, number] {
    return this.ranges[func];
  }

  private number(from: number, to: number): void {
    const { ir } = this;
    for (let row = from; row < to; row++) {
      const op = ir.op.data[row] as Op;
      if (op >= Op.Jump && op !== Op.Return) continue;
      this.nodeIds[row] = this.rows.push(row) + 1;
      if (op === Op.Call) this.callRows.push(row);
    }
  }

  sections(program: Program): Sections {
    const { ir, rows } = this;
    const nodes = new Int32Array(rows.length * 3);
    const preds = new IntColumn(rows.length * 2);
    for (let node = 0; node < rows.length; node++) {
      const row = rows.data[node];
      nodes[node * 3 + 1] = ir.src.data[row];
      nodes[node * 3 + 2] = ir.end.data[row] - ir.src.data[row];
      const at = preds.push(0);
      nodes[node * 3] = ir.op.data[row] | (this.addPreds(row, node, preds) ? 0 : takesOnly);
      preds.data[at] = preds.length - at - 1;
    }
    return {
      [sectionNames.nodes]: nodes, [sectionNames.preds]: preds.data.slice(0, preds.length),
      [sectionNames.passes]: this.passes(program), [sectionNames.returns]: this.returns(),
    };
  }

  /** Pushes what a row takes, each as the distance to it, which is small and packs well. Holds if its value is made of it. */
  private addPreds(row: number, node: number, preds: IntColumn): boolean {
    const push = (value: number): void => {
      if (value >= 0 && this.nodeIds[value] > 0) preds.push(node - this.nodeIds[value] + 1);
    };
    const op = this.ir.op.data[row] as Op;
    if (op === Op.Call) return this.pushCall(row, push);
    if (op === Op.Cmp || op === Op.Un || op === Op.Not || op === Op.Len || op === Op.IsInst || op === Op.Expr || op === Op.DelItem || op === Op.DelAttr) {
      forEachUse(this.ir, row, push);
      return false;
    }
    this.pushMaking(row, push);
    return true;
  }

  private pushMaking(row: number, push: (value: number) => void): void {
    const { ir } = this;
    const a = ir.a.data[row];
    switch (ir.op.data[row] as Op) {
      case Op.Phi: for (const input of phiInputs(ir, row)) push(input); return;
      case Op.Sigma: case Op.Unpack: case Op.Iter: case Op.Next: case Op.Star: case Op.Await: case Op.Enter: case Op.GetItem: case Op.Return:
      case Op.Yield: case Op.YieldFrom: push(a); return;
      case Op.GetAttr: push(a); this.pushStores(row, push); return;
      case Op.Global: case Op.Cell: case Op.Import: this.pushStores(row, push); return;
      case Op.SetAttr: push(ir.c.data[row]); return;
      case Op.SetGlobal: case Op.SetCell: case Op.ClassVar: push(ir.b.data[row]); return;
      case Op.SetItem: push(ir.c.data[row]); return;
      case Op.Append: push(ir.b.data[row]); return;
      case Op.Content: push(a); this.pushWritten(ir.b.data[row], push); return;
      case Op.Bin: case Op.Fmt: case Op.Build: forEachUse(ir, row, push); return;
      default:
    }
  }

  private pushStores(row: number, push: (value: number) => void): void {
    const stores = this.program.storesOf(row);
    for (let i = 0; i < stores.length && i < storesMax; i++) push(stores[i]);
  }

  private pushWritten(change: number, push: (value: number) => void): void {
    const { ir } = this;
    const op = ir.op.data[change] as Op;
    if (op === Op.SetItem || op === Op.Append) push(change);
    else if (op === Op.Call && !this.program.targetsOf(change).some((target) => target.kind === "project")) allArguments(ir, change).forEach(push);
  }

  /** A call of a library is made of its arguments, unless its model says that nothing of them is in its result. */
  private pushCall(row: number, push: (value: number) => void): boolean {
    const targets = this.program.targetsOf(row);
    const keeps = targets.length === 0 || targets.some((target) => target.kind === "external" || (target.kind === "api" && this.keeps(target.node)));
    const callee = callCallee(this.ir, row);
    if (this.ir.op.data[callee] === Op.GetAttr) push(this.ir.a.data[callee]);
    allArguments(this.ir, row).forEach(push);
    return keeps;
  }

  private keeps(node: number): boolean {
    let keeps = this.keptBy.get(node);
    if (keeps === undefined) this.keptBy.set(node, (keeps = keepsInputs(this.program.api, node)));
    return keeps;
  }

  private passes(program: Program): Int32Array {
    const { ir } = this;
    const column = new IntColumn(1 << 16);
    for (const fn of ir.functions) {
      if (fn.params.length === 0 || fn.params.every((param) => this.nodeIds[param.value] === 0)) continue;
      let told = 0;
      for (const site of program.callersOf(fn.id)) {
        if (this.nodeIds[site.call] === 0 || told >= callersMax) continue;
        told++;
        bindArguments(ir, site.call, fn, site).forEach((bound, index) => {
          for (const { value, kind } of bound) {
            if (kind === "default" || value < 0 || value === site.call || this.nodeIds[value] === 0) continue;
            column.push(this.nodeOf(fn.params[index].value));
            column.push(this.nodeOf(site.call));
            column.push(this.nodeOf(value));
          }
        });
      }
    }
    return column.data.slice(0, column.length);
  }

  /** A constructor gives back the object that it was called for, which is no value of its body. */
  private returns(): Int32Array {
    const { ir } = this;
    const column = new IntColumn(1 << 14);
    for (const fn of ir.functions) {
      if (fn.kind === "module" || fn.kind === "class" || ir.strings.text(fn.name) === "__init__") continue;
      for (let row = fn.firstInstr; row < fn.endInstr; row++) {
        const op = ir.op.data[row] as Op;
        if ((op !== Op.Return && op !== Op.Yield && op !== Op.YieldFrom) || this.nodeIds[row] === 0) continue;
        column.push(fn.id);
        column.push(this.nodeOf(row));
      }
    }
    return column.data.slice(0, column.length);
  }
}

