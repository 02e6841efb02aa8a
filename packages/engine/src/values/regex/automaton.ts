/**
 * The position automaton (Glushkov) of a regular expression: one state for each character, an edge for each way in which one
 * character can follow another, and what loops it has.
 *
 * It says when matching takes a number of steps in proportion to the text, which needs two things (Weber and Seidl, "On the degree
 * of ambiguity of finite automata"): no state lies on two different loops that read the same text (else exponential), and no
 * two loops, one reached from the other, read a text that also leads from the first to the second (else polynomial).
 * Where matching may begin anywhere, beginning is a loop like the others.
 */
import { type CharacterSet, commonCharacter, intersects, setOf } from "./characters.ts";
import type { Anchor, Node } from "./tree.ts";

const positionsMax = 240;
const repeatsUnrolledMax = 6;

export interface Automaton {
  readonly classes: readonly CharacterSet[];
  /** follow[p] lists the positions that can come after p, one entry for each way. */
  readonly follow: readonly (readonly number[])[];
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Strongly connected component of each position. */
  readonly component: readonly number[];
  /** The position that stands for beginning later, or -1. */
  readonly restart: number;
  /** Looks around or refers back, which positions do not show. */
  readonly isPartial: boolean;
  /** Positions after which nothing can fail any more: a way through one of them ends the match. */
  readonly ends: readonly boolean[];
}

interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}

const emptyPart: Part = { first: [], last: [], nullable: true };

/** The automaton of a tree, or `undefined` if it has too many positions. */
export function buildAutomaton(tree: Node, options: { readonly isSearch: boolean; readonly isWhole: boolean }): Automaton | undefined {
  const builder = new Builder();
  const root = builder.part(tree, 0);
  if (builder.isTooLong) return undefined;
  let first = root.first;
  let restart = -1;
  if (options.isSearch && !beginsWith(tree, ["text-start"])) {
    restart = builder.position(setOf(() => true));
    // Where each line may be a beginning, a line break comes before it.
    const before = beginsWith(tree, ["text-start", "line-start"]) ? builder.position(setOf((code) => code === 10)) : restart;
    builder.link([restart], [...new Set([restart, before])]);
    builder.link([before], root.first);
    first = [...new Set([restart, before]), ...root.first];
  }
  return {
    classes: builder.classes, follow: builder.follow, first, last: root.last, component: components(builder.follow), restart,
    isPartial: builder.isPartial,
    ends: builder.follow.map((_f, p) => !options.isWhole && !builder.hasTests && root.last.includes(p)),
  };
}

function beginsWith(node: Node, anchors: readonly Anchor[]): boolean {
  switch (node.kind) {
    case "anchor": return anchors.includes(node.at);
    case "sequence": return node.parts.length > 0 && beginsWith(node.parts[0], anchors);
    case "choice": return node.parts.every((part) => beginsWith(part, anchors));
    case "group": case "atomic": return beginsWith(node.body, anchors);
    default: return false;
  }
}

class Builder {
  readonly classes: CharacterSet[] = [];
  readonly follow: number[][] = [];
  isTooLong = false;
  isPartial = false;
  /** Something besides characters must hold, so that the last character alone is no success. */
  hasTests = false;

  position(set: CharacterSet): number {
    if (this.classes.length >= positionsMax) this.isTooLong = true;
    this.classes.push(set);
    this.follow.push([]);
    return this.classes.length - 1;
  }

  link(from: readonly number[], to: readonly number[]): void {
    for (const p of from) for (const q of to) this.follow[p].push(q);
  }

  part(node: Node, depth: number): Part {
    if (this.isTooLong || depth > 120) {
      this.isTooLong = true;
      return emptyPart;
    }
    switch (node.kind) {
      case "set": {
        const id = this.position(node.set);
        return { first: [id], last: [id], nullable: false };
      }
      case "sequence": {
        let out = emptyPart;
        for (const part of node.parts) out = this.joined(out, this.part(part, depth + 1));
        return out;
      }
      case "choice": return either(node.parts.map((part) => this.part(part, depth + 1)));
      case "condition":
        this.isPartial = true;
        return either([this.part(node.yes, depth + 1), this.part(node.no, depth + 1)]);
      case "group": return this.part(node.body, depth + 1);
      case "atomic": return this.part(node.body, depth + 1);
      case "repeat": return this.repeat(node, depth);
      case "look": {
        this.isPartial ||= hasLoop(node.body);
        this.hasTests = true;
        return emptyPart;
      }
      case "back":
        this.isPartial = this.hasTests = true;
        return emptyPart;
      case "anchor":
        if (node.at !== "text-start") this.hasTests = true;
        return emptyPart;
    }
  }

  private joined(left: Part, right: Part): Part {
    this.link(left.last, right.first);
    return {
      first: left.nullable ? [...left.first, ...right.first] : left.first,
      last: right.nullable ? [...right.last, ...left.last] : right.last,
      nullable: left.nullable && right.nullable,
    };
  }

  private repeat(node: Node & { kind: "repeat" }, depth: number): Part {
    if (node.most === Infinity || node.most > repeatsUnrolledMax) {
      const part = this.part(node.body, depth + 1);
      this.link(part.last, part.first);
      return { ...part, nullable: part.nullable || node.least === 0 };
    }
    let out = emptyPart;
    for (let i = 0; i < node.most; i++) {
      const copy = this.part(node.body, depth + 1);
      out = this.joined(out, i < node.least ? copy : { ...copy, nullable: true });
    }
    return out;
  }
}

function either(parts: readonly Part[]): Part {
  return { first: parts.flatMap((p) => p.first), last: parts.flatMap((p) => p.last), nullable: parts.some((p) => p.nullable) };
}

function hasLoop(node: Node): boolean {
  switch (node.kind) {
    case "repeat": return node.most > repeatsUnrolledMax || hasLoop(node.body);
    case "sequence": case "choice": return node.parts.some(hasLoop);
    case "group": case "atomic": case "look": return hasLoop(node.body);
    default: return false;
  }
}

/** Holds if a position lies on a loop. */
export function isLooping(nfa: Automaton, p: number): boolean {
  return nfa.follow[p].some((q) => nfa.component[q] === nfa.component[p]);
}

/** A text that leads from p back to p in two ways, as character codes; `undefined` if there is none. */
export function doubleLoop(nfa: Automaton, p: number): readonly number[] | undefined {
  const n = nfa.follow.length;
  const inside = (q: number): boolean => nfa.component[q] === nfa.component[p] && !nfa.ends[q];
  const start = (p * n + p) * 2;
  const cameFrom = new Map<number, number>([[start, -1]]);
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const item = queue[head];
    const parted = (item & 1) === 1;
    const a = Math.floor((item >> 1) / n);
    const b = (item >> 1) % n;
    for (let i = 0; i < nfa.follow[a].length; i++) {
      const x = nfa.follow[a][i];
      if (!inside(x)) continue;
      for (let j = 0; j < nfa.follow[b].length; j++) {
        const y = nfa.follow[b][j];
        if (!inside(y) || !intersects(nfa.classes[x], nfa.classes[y])) continue;
        const nowParted = parted || x !== y || (a === b && i !== j);
        const next = (x * n + y) * 2 + (nowParted ? 1 : 0);
        if (nowParted && next === start + 1) return wordBack(nfa, cameFrom, item, [x, y], n);
        if (cameFrom.has(next)) continue;
        cameFrom.set(next, item);
        queue.push(next);
      }
    }
  }
  return undefined;
}

function wordBack(nfa: Automaton, cameFrom: ReadonlyMap<number, number>, item: number, last: readonly [number, number], n: number): readonly number[] {
  const word = [commonCharacter(nfa.classes[last[0]], nfa.classes[last[1]])];
  for (let at = item; cameFrom.get(at)! >= 0; at = cameFrom.get(at)!) {
    word.push(commonCharacter(nfa.classes[Math.floor((at >> 1) / n)], nfa.classes[(at >> 1) % n]));
  }
  return word.reverse();
}

/**
 * Texts that lead from p back to p, from q back to q, and, where that was found out, from p to q. `budget.left` counts what is
 * looked at; where it is used up, a text that does the first two is given.
 */
export function twoLoops(nfa: Automaton, p: number, q: number, budget: { left: number }): readonly number[] | undefined {
  const n = nfa.follow.length;
  const start = (p * n + p) * n + q;
  const goal = (p * n + q) * n + q;
  // Most pairs of loops lead nowhere from their start: nothing is remembered of them.
  let cameFrom: Map<number, number> | undefined;
  const queue: number[] = [];
  for (let head = -1; head < queue.length; head++) {
    const item = head < 0 ? start : queue[head];
    const a = Math.floor(item / (n * n));
    const b = Math.floor(item / n) % n;
    const c = item % n;
    for (const x of nfa.follow[a]) {
      if (nfa.component[x] !== nfa.component[p] || nfa.ends[x]) continue;
      for (const z of nfa.follow[c]) {
        if (nfa.component[z] !== nfa.component[q] || nfa.ends[z] || !intersects(nfa.classes[x], nfa.classes[z])) continue;
        for (const y of nfa.follow[b]) {
          if (--budget.left < 0) return undefined;
          if (commonCharacter(nfa.classes[x], nfa.classes[z], nfa.classes[y]) < 0) continue;
          const next = (x * n + y) * n + z;
          cameFrom ??= new Map([[start, -1]]);
          if (cameFrom.has(next)) continue;
          cameFrom.set(next, item);
          if (next === goal) return wordOfThree(nfa, cameFrom, next, n);
          queue.push(next);
        }
      }
    }
  }
  return undefined;
}

function wordOfThree(nfa: Automaton, cameFrom: ReadonlyMap<number, number>, item: number, n: number): readonly number[] {
  const word: number[] = [];
  for (let at = item; cameFrom.get(at)! >= 0; at = cameFrom.get(at)!) {
    word.push(commonCharacter(nfa.classes[Math.floor(at / (n * n))], nfa.classes[Math.floor(at / n) % n], nfa.classes[at % n]));
  }
  return word.reverse();
}

/** A shortest text after which each position was just read, as character codes. */
export function shortestPrefixes(nfa: Automaton): readonly (readonly number[] | undefined)[] {
  const out: (readonly number[] | undefined)[] = nfa.follow.map(() => undefined);
  const queue: number[] = [];
  const visit = (p: number, before: readonly number[]): void => {
    const c = commonCharacter(nfa.classes[p]);
    if (out[p] || c < 0) return;
    out[p] = p === nfa.restart ? before : [...before, c];
    queue.push(p);
  };
  for (const p of nfa.first) visit(p, []);
  for (let head = 0; head < queue.length; head++) for (const q of nfa.follow[queue[head]]) visit(q, out[queue[head]]!);
  return out;
}

/** Strongly connected components (Tarjan), iterative; states on no loop get a component of their own. */
function components(follow: readonly (readonly number[])[]): number[] {
  const n = follow.length;
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const onStack = new Uint8Array(n);
  const out = new Array<number>(n).fill(-1);
  const stack: number[] = [];
  let counter = 0;
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (index[root] >= 0) continue;
    const work: [number, number][] = [[root, 0]];
    while (work.length > 0) {
      const top = work[work.length - 1];
      const [v, i] = top;
      if (i === 0) {
        index[v] = low[v] = counter++;
        stack.push(v);
        onStack[v] = 1;
      }
      if (i < follow[v].length) {
        top[1]++;
        const w = follow[v][i];
        if (index[w] < 0) work.push([w, 0]);
        else if (onStack[w]) low[v] = Math.min(low[v], index[w]);
        continue;
      }
      if (low[v] === index[v]) {
        let w: number;
        do {
          w = stack.pop()!;
          onStack[w] = 0;
          out[w] = count;
        } while (w !== v);
        count++;
      }
      work.pop();
      if (work.length > 0) {
        const parent = work[work.length - 1][0];
        low[parent] = Math.min(low[parent], low[v]);
      }
    }
  }
  return out;
}
