/** Checks what the instructions of a function promise. For tests and scripts: it costs more than lowering. */
import { BlockFlag, type FunctionInfo, type Ir, Op } from "./ir.ts";
import { forEachUse, isTerminator, Operand, operandOf } from "./operands.ts";

/** Returns what is wrong with a function, one sentence each; empty if nothing is. */
export function verifyFunction(ir: Ir, info: FunctionInfo): string[] {
  return new Verifier(ir, info).run();
}

/** Returns what is wrong with a whole program; stops at `max` messages. */
export function verifyProgram(ir: Ir, max = 50): string[] {
  const out: string[] = [];
  for (const info of ir.functions) {
    for (const message of verifyFunction(ir, info)) {
      if (out.length >= max) return out;
      out.push(`${ir.strings.text(info.qualname)}: ${message}`);
    }
  }
  return out;
}

class Verifier {
  private readonly messages: string[] = [];
  private readonly ir: Ir;
  private readonly info: FunctionInfo;
  /** Immediate dominator by block offset; -1 for blocks that nothing reaches. */
  private idom: Int32Array = new Int32Array(0);
  private order: Int32Array = new Int32Array(0);
  private enter: Int32Array = new Int32Array(0);
  private leave: Int32Array = new Int32Array(0);

  constructor(ir: Ir, info: FunctionInfo) {
    this.ir = ir;
    this.info = info;
  }

  run(): string[] {
    const { info } = this;
    if (info.firstBlock < 0 || info.endBlock <= info.firstBlock) return ["has no blocks"];
    this.checkBlocks();
    if (this.messages.length > 0) return this.messages;
    this.findDominators();
    for (let block = info.firstBlock; block < info.endBlock; block++) this.checkRows(block);
    this.checkInfo();
    return this.messages;
  }

  private check(condition: boolean, message: () => string): void {
    if (!condition) this.messages.push(message());
  }

  private checkBlocks(): void {
    const { ir, info } = this;
    let row = info.firstInstr;
    for (let block = info.firstBlock; block < info.endBlock; block++) {
      const first = ir.blocks.first.data[block];
      const end = ir.blocks.end.data[block];
      const name = `block ${block - info.firstBlock}`;
      this.check(first === row, () => `${name}: rows are not contiguous`);
      this.check(end > first, () => `${name}: is empty`);
      row = end;
      for (let v = first; v < end; v++) {
        const op = ir.op.data[v] as Op;
        this.check(ir.block.data[v] === block, () => `${name}: row ${v} names another block`);
        this.check(isTerminator(op) === (v === end - 1), () => `${name}: row ${v} (op ${op}) ends it at the wrong place`);
        if (op === Op.Phi && v > first) {
          const before = ir.op.data[v - 1] as Op;
          this.check(before === Op.Phi || before === Op.Undef || before === Op.Global, () => `${name}: phi ${v} is not at its start`);
        }
      }
      this.check(ir.blocks.func.data[block] === info.id, () => `${name}: names another function`);
      this.checkEdges(block, name);
    }
    this.check(row === info.endInstr, () => "rows go on after the last block");
  }

  private checkEdges(block: number, name: string): void {
    const { ir, info } = this;
    const succs = ir.lists.toArray(ir.blocks.succs.data[block]);
    const preds = ir.lists.toArray(ir.blocks.preds.data[block]);
    const handler = ir.blocks.handler.data[block];
    const inside = (b: number): boolean => b >= info.firstBlock && b < info.endBlock;
    for (const b of handler < 0 ? succs : [...succs, handler]) {
      if (!inside(b)) this.messages.push(`${name}: leads out of the function`);
      else {
        const back = ir.lists.toArray(ir.blocks.preds.data[b]);
        this.check(back.filter((p) => p === block).length === 1, () => `${name}: successor ${b - info.firstBlock} does not name it once`);
      }
    }
    for (const p of preds) {
      const known = inside(p) && (ir.lists.toArray(ir.blocks.succs.data[p]).includes(block) || ir.blocks.handler.data[p] === block);
      this.check(known, () => `${name}: predecessor ${p - info.firstBlock} does not lead here`);
    }
    const isEntry = block === info.firstBlock;
    const isDead = (ir.blocks.flags.data[block] & BlockFlag.Dead) !== 0;
    this.check(isEntry || isDead === (preds.length === 0), () => `${name}: is dead or not, but says otherwise`);
    const op = ir.op.data[ir.blocks.end.data[block] - 1] as Op;
    const expected = op === Op.Jump ? 1 : op === Op.Branch ? 2 : op === Op.Switch ? succs.length : 0;
    this.check(succs.length === expected, () => `${name}: has ${succs.length} successors`);
    if (op === Op.Branch || op === Op.Switch) {
      for (const s of succs) {
        this.check(ir.lists.length(ir.blocks.preds.data[s]) === 1, () => `${name}: edge to ${s - info.firstBlock} is critical`);
      }
    }
  }

  /** Cooper, Harvey and Kennedy: dominators by intersecting along reverse postorder. */
  private findDominators(): void {
    const { info } = this;
    const count = info.endBlock - info.firstBlock;
    const postorder = this.postorder();
    this.order = new Int32Array(count).fill(-1);
    postorder.forEach((b, i) => {
      this.order[b] = i;
    });
    this.idom = new Int32Array(count).fill(-1);
    this.idom[0] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = postorder.length - 2; i >= 0; i--) {
        const block = postorder[i];
        let dominator = -1;
        for (const p of this.preds(block)) {
          if (this.idom[p] < 0) continue;
          dominator = dominator < 0 ? p : this.intersect(dominator, p);
        }
        if (dominator >= 0 && this.idom[block] !== dominator) {
          this.idom[block] = dominator;
          changed = true;
        }
      }
    }
    this.numberTree(postorder);
  }

  private preds(block: number): number[] {
    const { ir, info } = this;
    return ir.lists.toArray(ir.blocks.preds.data[info.firstBlock + block]).map((p) => p - info.firstBlock);
  }

  private postorder(): number[] {
    const { ir, info } = this;
    const seen = new Uint8Array(info.endBlock - info.firstBlock);
    const out: number[] = [];
    const stack: { block: number; next: number; succs: number[] }[] = [];
    const open = (block: number): void => {
      seen[block] = 1;
      const succs = ir.lists.toArray(ir.blocks.succs.data[info.firstBlock + block]).map((s) => s - info.firstBlock);
      const handler = ir.blocks.handler.data[info.firstBlock + block];
      if (handler >= 0) succs.push(handler - info.firstBlock);
      stack.push({ block, next: 0, succs });
    };
    open(0);
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next === top.succs.length) {
        out.push(top.block);
        stack.pop();
        continue;
      }
      const succ = top.succs[top.next++];
      if (seen[succ] === 0) open(succ);
    }
    return out;
  }

  private intersect(x: number, y: number): number {
    let a = x;
    let b = y;
    while (a !== b) {
      while (this.order[a] < this.order[b]) a = this.idom[a];
      while (this.order[b] < this.order[a]) b = this.idom[b];
    }
    return a;
  }

  /** Numbers the dominator tree so that a block dominates the blocks inside its interval. */
  private numberTree(postorder: readonly number[]): void {
    const count = this.idom.length;
    const size = new Int32Array(count).fill(1);
    for (const block of postorder) if (block !== 0) size[this.idom[block]] += size[block];
    this.enter = new Int32Array(count).fill(-1);
    this.leave = new Int32Array(count);
    const next = new Int32Array(count);
    for (let i = postorder.length - 1; i >= 0; i--) {
      const block = postorder[i];
      const from = block === 0 ? 0 : next[this.idom[block]];
      if (block !== 0) next[this.idom[block]] += size[block];
      this.enter[block] = from;
      next[block] = from + 1;
      this.leave[block] = from + size[block];
    }
  }

  private dominates(x: number, y: number): boolean {
    return x === y || (this.enter[x] >= 0 && this.enter[x] <= this.enter[y] && this.enter[y] < this.leave[x]);
  }

  private checkRows(block: number): void {
    const { ir, info } = this;
    const offset = block - info.firstBlock;
    // In code that nothing reaches only the shape is promised.
    const isReached = this.idom[offset] >= 0;
    for (let v = ir.blocks.first.data[block]; v < ir.blocks.end.data[block]; v++) {
      const op = ir.op.data[v] as Op;
      this.checkOperands(v, op);
      if (op === Op.Phi) this.checkPhi(v, block);
      else forEachUse(ir, v, (use) => this.checkUse(v, use, offset, isReached));
      if (op === Op.Sigma) this.checkSigma(v, block);
    }
  }

  private checkUse(v: number, use: number, offset: number, isReached: boolean): void {
    const { ir, info } = this;
    if (use < info.firstInstr || use >= info.endInstr) {
      this.messages.push(`row ${v} (op ${ir.op.data[v]}) uses row ${use} of another function`);
      return;
    }
    if (!isReached) return;
    const from = ir.block.data[use] - info.firstBlock;
    const ok = from === offset ? use < v : this.dominates(from, offset);
    this.check(ok, () => `row ${v} (op ${ir.op.data[v]}) uses row ${use} (op ${ir.op.data[use]}), which does not dominate it`);
  }

  private checkPhi(v: number, block: number): void {
    const { ir, info } = this;
    const inputs = ir.lists.toArray(ir.a.data[v]);
    const preds = this.preds(block - info.firstBlock);
    this.check(inputs.length === preds.length, () => `phi ${v} has ${inputs.length} inputs for ${preds.length} predecessors`);
    inputs.forEach((input, i) => {
      if (input < info.firstInstr || input >= info.endInstr) {
        this.messages.push(`phi ${v} uses row ${input} of another function`);
        return;
      }
      const from = ir.block.data[input] - info.firstBlock;
      const pred = preds[i];
      if (pred === undefined || this.idom[pred] < 0) return;
      this.check(this.dominates(from, pred), () => `phi ${v}: input ${i} does not reach its edge`);
    });
  }

  private checkSigma(v: number, block: number): void {
    const { ir } = this;
    const preds = ir.lists.toArray(ir.blocks.preds.data[block]);
    const last = preds.length === 1 ? ir.blocks.end.data[preds[0]] - 1 : -1;
    const ok = last >= 0 && ir.op.data[last] === Op.Branch && ir.b.data[last] === 0;
    this.check(ok, () => `sigma ${v} does not follow a condition`);
    if (!ok) return;
    const succs = ir.blocks.succs.data[preds[0]];
    this.check(ir.lists.at(succs, ir.c.data[v] === 1 ? 0 : 1) === block, () => `sigma ${v} names the wrong edge`);
    this.check(ir.a.data[last] === ir.b.data[v], () => `sigma ${v} names another condition`);
  }

  private checkOperands(v: number, op: Op): void {
    const { ir } = this;
    const operands = [ir.a.data[v], ir.b.data[v], ir.c.data[v]];
    operands.forEach((operand, i) => {
      const kind = operandOf(op, i as 0 | 1 | 2);
      this.check(this.inRange(kind, operand), () => `row ${v} (op ${op}): operand ${i} is out of range`);
    });
  }

  private inRange(kind: Operand, operand: number): boolean {
    const { ir } = this;
    switch (kind) {
      case Operand.Value:
        return operand >= 0 && operand < ir.length;
      case Operand.OptionalValue:
        return operand >= -1 && operand < ir.length;
      case Operand.String:
        return operand >= 0 && operand < ir.strings.size;
      case Operand.OptionalString:
        return operand >= -1 && operand < ir.strings.size;
      case Operand.Constant:
        return operand >= 0 && operand < ir.constants.length;
      case Operand.Function:
        return operand >= 0 && operand < ir.functions.length;
      case Operand.Class:
        return operand >= 0 && operand < ir.classes.length;
      case Operand.Cell:
        return operand >= 0 && operand < ir.cells.length;
      case Operand.None:
        return operand === 0;
      case Operand.Int:
        return true;
      default: {
        const words = ir.lists.words;
        return operand >= 0 && operand < words.length && operand + ir.lists.length(operand) < words.length;
      }
    }
  }

  private checkInfo(): void {
    const { ir, info } = this;
    for (const p of info.params) {
      this.check(ir.op.data[p.value] === Op.Param, () => "a parameter is not a Param row");
      for (const outer of [p.default, p.annotation]) {
        this.check(outer < 0 || this.isOutside(outer), () => "a default or annotation is not in another function");
      }
    }
    if (info.definition < 0) return;
    const op = ir.op.data[info.definition];
    this.check(op === (info.kind === "class" ? Op.Class : Op.Func), () => "the definition is not a Func or Class row");
  }

  private isOutside(v: number): boolean {
    const { ir, info } = this;
    return v < ir.length && ir.blocks.func.data[ir.block.data[v]] === info.parent;
  }
}
