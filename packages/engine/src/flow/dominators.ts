/**
 * Dominators of one function's control-flow graph (Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm").
 */
import type { FunctionInfo, Ir } from "../ir/index.ts";

/** The dominator tree of a function. Blocks that no feasible path reaches have no dominator and dominate nothing. */
export class Dominators {
  private readonly first: number;
  private readonly idom: Int32Array;
  private readonly order: Int32Array;

  /** `isEdge(block, i)` says whether successor i of a block can be taken; exceptional edges always can. */
  constructor(ir: Ir, fn: FunctionInfo, isEdge: (block: number, successor: number) => boolean) {
    this.first = fn.firstBlock;
    const count = fn.endBlock - fn.firstBlock;
    this.idom = new Int32Array(count).fill(-1);
    this.order = new Int32Array(count).fill(-1);
    const edges = successorLists(ir, this.first, count, isEdge);
    this.solve(this.number(count, edges), edges);
  }

  /** Holds if every path from the entry to `block` passes `dominator`. */
  dominates(dominator: number, block: number): boolean {
    const wanted = dominator - this.first;
    let at = block - this.first;
    if (this.order[at]! < 0) return false;
    for (let i = 0; i <= this.idom.length; i++) {
      if (at === wanted) return true;
      if (at === 0 || at < 0) return false;
      at = this.idom[at]!;
    }
    return false;
  }

  /** The nearest block that every path to `block` passes before it, or -1. */
  immediate(block: number): number {
    const at = block - this.first;
    return at === 0 || this.order[at]! < 0 || this.idom[at]! < 0 ? -1 : this.idom[at]! + this.first;
  }

  /** Numbers the blocks in reverse post-order; returns them in that order. */
  private number(count: number, edges: readonly (readonly number[])[]): number[] {
    const state = new Uint8Array(count);
    const post: number[] = [];
    const stack: number[] = [0];
    const next = new Int32Array(count);
    state[0] = 1;
    while (stack.length > 0) {
      const block = stack[stack.length - 1]!;
      const list = edges[block]!;
      const i = next[block]!++;
      if (i < list.length) {
        const to = list[i]!;
        if (state[to] === 0) {
          state[to] = 1;
          stack.push(to);
        }
      } else {
        post.push(block);
        stack.pop();
      }
    }
    post.reverse();
    post.forEach((block, i) => { this.order[block] = i; });
    return post;
  }

  private solve(reverse: readonly number[], edges: readonly (readonly number[])[]): void {
    const preds: number[][] = edges.map(() => []);
    for (const block of reverse) for (const to of edges[block]!) preds[to]!.push(block);
    this.idom[0] = 0;
    for (let changed = true; changed; ) {
      changed = false;
      for (const block of reverse) {
        if (block === 0) continue;
        let best = -1;
        for (const pred of preds[block]!) {
          if (this.idom[pred]! < 0) continue;
          best = best < 0 ? pred : this.meet(best, pred);
        }
        if (best >= 0 && this.idom[block] !== best) {
          this.idom[block] = best;
          changed = true;
        }
      }
    }
  }

  private meet(left: number, right: number): number {
    let a = left;
    let b = right;
    while (a !== b) {
      while (this.order[a]! > this.order[b]!) a = this.idom[a]!;
      while (this.order[b]! > this.order[a]!) b = this.idom[b]!;
    }
    return a;
  }
}

function successorLists(
  ir: Ir, first: number, count: number, isEdge: (block: number, successor: number) => boolean,
): number[][] {
  const out: number[][] = [];
  for (let block = 0; block < count; block++) {
    const list: number[] = [];
    const succs = ir.blocks.succs.data[block + first]!;
    for (let i = 0, n = ir.lists.length(succs); i < n; i++) {
      if (isEdge(block + first, i)) list.push(ir.lists.at(succs, i) - first);
    }
    const handler = ir.blocks.handler.data[block + first]!;
    if (handler >= 0 && !list.includes(handler - first)) list.push(handler - first);
    out.push(list);
  }
  return out;
}
