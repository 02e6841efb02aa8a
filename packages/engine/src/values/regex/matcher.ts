/**
 * A small backtracking matcher that counts its steps, to try out what a text costs.
 *
 * It works as the matchers of scripting languages do: alternatives in order, greedy and lazy repetition, captures, looking
 * around. The count is of tests of one character or position; it is the same on every machine.
 */
import type { CharacterSet } from "./characters.ts";
import type { Anchor, Node } from "./tree.ts";

const enum Code {
  Set, Jump, Split, Save, Assert, Back, Mark, Progress, Look, Atomic, Condition, Match,
}

interface Instruction {
  code: Code;
  /** Of `Split`: tried first and then. Of `Look` and `Atomic`: where the body begins and where it goes on. */
  x: number;
  y: number;
  set?: CharacterSet;
  at?: Anchor;
  flags?: number;
}

export interface RegexProgram {
  readonly instructions: readonly Instruction[];
  readonly slots: number;
}

const instructionsMax = 6000;

/** The program of a tree, or `undefined` if counted repetitions make it too long. */
export function compileRegex(node: Node): RegexProgram | undefined {
  const compiler = new Compiler();
  compiler.node(node, 0);
  compiler.add(Code.Match);
  return compiler.isTooLong ? undefined : { instructions: compiler.out, slots: compiler.slots };
}

class Compiler {
  readonly out: Instruction[] = [];
  slots = 220;
  isTooLong = false;

  add(code: Code, x = 0, y = 0, more: Partial<Instruction> = {}): Instruction {
    const instruction: Instruction = { code, x, y, ...more };
    if (this.out.length >= instructionsMax) this.isTooLong = true;
    else this.out.push(instruction);
    return instruction;
  }

  node(node: Node, depth: number): void {
    if (this.isTooLong || depth > 120) {
      this.isTooLong = true;
      return;
    }
    switch (node.kind) {
      case "set": this.add(Code.Set, 0, 0, { set: node.set }); return;
      case "anchor": this.add(Code.Assert, 0, 0, { at: node.at }); return;
      case "back": this.add(Code.Back, node.index); return;
      case "sequence":
        for (const part of node.parts) this.node(part, depth + 1);
        return;
      case "choice": this.choice(node.parts, depth); return;
      case "group":
        if (node.index > 99) this.isTooLong = true;
        this.add(Code.Save, node.index * 2);
        this.node(node.body, depth + 1);
        this.add(Code.Save, node.index * 2 + 1);
        return;
      case "repeat": this.repeat(node, depth); return;
      case "look": this.enclosed(Code.Look, node.body, depth, (node.ahead ? 1 : 0) + (node.negative ? 2 : 0)); return;
      case "atomic": this.enclosed(Code.Atomic, node.body, depth, 0); return;
      case "condition": {
        const test = this.add(Code.Condition, node.index);
        this.node(node.yes, depth + 1);
        const jump = this.add(Code.Jump);
        test.y = this.out.length;
        this.node(node.no, depth + 1);
        jump.x = this.out.length;
      }
    }
  }

  private choice(parts: readonly Node[], depth: number): void {
    const jumps: Instruction[] = [];
    for (let i = 0; i < parts.length; i++) {
      const split = i < parts.length - 1 ? this.add(Code.Split, this.out.length + 1) : undefined;
      this.node(parts[i], depth + 1);
      if (!split) break;
      jumps.push(this.add(Code.Jump));
      split.y = this.out.length;
    }
    for (const jump of jumps) jump.x = this.out.length;
  }

  private enclosed(code: Code, body: Node, depth: number, flags: number): void {
    const open = this.add(code, this.out.length + 1, 0, { flags });
    this.node(body, depth + 1);
    this.add(Code.Match);
    open.y = this.out.length;
  }

  private repeat(node: Node & { kind: "repeat" }, depth: number): void {
    if (node.mode === "possessive") {
      this.node({ kind: "atomic", body: { ...node, mode: "greedy" } }, depth + 1);
      return;
    }
    for (let i = 0; i < node.least && !this.isTooLong; i++) this.node(node.body, depth + 1);
    if (node.most === Infinity) {
      this.loop(node, depth);
      return;
    }
    const splits: Instruction[] = [];
    for (let i = node.least; i < node.most && !this.isTooLong; i++) {
      splits.push(this.add(Code.Split));
      this.order(splits[splits.length - 1], this.out.length, -1, node.mode === "lazy");
      this.node(node.body, depth + 1);
    }
    for (const split of splits) this.order(split, -1, this.out.length, node.mode === "lazy");
  }

  private loop(node: Node & { kind: "repeat" }, depth: number): void {
    const isLazy = node.mode === "lazy";
    const top = this.out.length;
    const split = this.add(Code.Split);
    this.order(split, this.out.length, -1, isLazy);
    const slot = node.body.kind === "set" ? -1 : this.slots++;
    if (slot >= 0) this.add(Code.Mark, slot);
    this.node(node.body, depth + 1);
    if (slot >= 0) this.add(Code.Progress, slot);
    this.add(Code.Jump, top);
    this.order(split, -1, this.out.length, isLazy);
  }

  /** Sets where a split goes for one more round and where it leaves; -1 leaves a side as it is. */
  private order(split: Instruction, body: number, exit: number, isLazy: boolean): void {
    if (body >= 0) split[isLazy ? "y" : "x"] = body;
    if (exit >= 0) split[isLazy ? "x" : "y"] = exit;
  }
}

/** One beginning only; every beginning until one matches; or, behind each match, on to the end. */
export type Tries = "one" | "until-match" | "all";

/** Counts the steps of matching a text; at most `limit`. */
export function countSteps(program: RegexProgram, codes: Uint8Array, tries: Tries, limit: number): number {
  const run = new Run(program, codes, limit);
  for (let start = 0; start <= codes.length && run.steps < limit; start++) {
    const end = run.from(0, start, 0);
    if (tries === "one" || (tries === "until-match" && end >= 0)) break;
    if (end > start) start = end - 1;
  }
  return Math.min(run.steps, limit);
}

class Run {
  steps = 0;
  private readonly program: RegexProgram;
  private readonly codes: Uint8Array;
  private readonly limit: number;
  private readonly slots: Int32Array;

  constructor(program: RegexProgram, codes: Uint8Array, limit: number) {
    this.program = program;
    this.codes = codes;
    this.limit = limit;
    this.slots = new Int32Array(program.slots).fill(-1);
  }

  /** The end of the match of the code at `pc` from `start` on, or -1. */
  from(pc: number, start: number, depth: number): number {
    if (depth > 12) return -1;
    const { instructions } = this.program;
    const { codes, slots } = this;
    // Entries of three: a code address and a position; or, below zero, a slot and its old value.
    const stack: number[] = [];
    let at = start;
    for (;;) {
      const instruction = instructions[pc];
      let ok = true;
      switch (instruction.code) {
        case Code.Match: return at;
        case Code.Set:
          this.steps++;
          if (at < codes.length && instruction.set![codes[at]]) {
            at++;
            pc++;
          } else ok = false;
          break;
        case Code.Jump: pc = instruction.x; break;
        case Code.Split:
          stack.push(instruction.y, at);
          pc = instruction.x;
          break;
        case Code.Save: case Code.Mark:
          stack.push(-1 - instruction.x, slots[instruction.x]);
          slots[instruction.x] = at;
          pc++;
          break;
        case Code.Progress:
          if (slots[instruction.x] === at) ok = false;
          else pc++;
          break;
        default: {
          this.steps++;
          const next = this.other(instruction, pc, at, depth);
          if (next < 0) ok = false;
          else {
            pc = next % 8192;
            at = Math.floor(next / 8192);
          }
        }
      }
      if (this.steps >= this.limit) return -1;
      if (ok) continue;
      for (;;) {
        if (stack.length === 0) return -1;
        const value = stack.pop()!;
        const address = stack.pop()!;
        if (address >= 0) {
          pc = address;
          at = value;
          break;
        }
        slots[-1 - address] = value;
      }
    }
  }

  /** Where matching goes on after a test of the position, as code address and position in one number; -1 if it fails. */
  private other(instruction: Instruction, pc: number, at: number, depth: number): number {
    const go = (address: number, position: number): number => address + position * 8192;
    switch (instruction.code) {
      case Code.Assert: return holds(instruction.at!, this.codes, at) ? go(pc + 1, at) : -1;
      case Code.Atomic: {
        const end = this.from(instruction.x, at, depth + 1);
        return end < 0 ? -1 : go(instruction.y, end);
      }
      case Code.Look: {
        const isAhead = (instruction.flags! & 1) !== 0;
        const found = isAhead ? this.from(instruction.x, at, depth + 1) >= 0 : this.behind(instruction.x, at, depth + 1);
        return found === ((instruction.flags! & 2) === 0) ? go(instruction.y, at) : -1;
      }
      case Code.Back: {
        const begin = this.slots[instruction.x * 2];
        const length = this.slots[instruction.x * 2 + 1] - begin;
        if (begin < 0 || length < 0 || at + length > this.codes.length) return -1;
        this.steps += length;
        for (let i = 0; i < length; i++) if (this.codes[begin + i] !== this.codes[at + i]) return -1;
        return go(pc + 1, at + length);
      }
      default: return go((this.slots[instruction.x * 2 + 1] ?? -1) >= 0 ? pc + 1 : instruction.y, at);
    }
  }

  /** What stands behind has a fixed length, so one of a few beginnings matches up to here. */
  private behind(pc: number, at: number, depth: number): boolean {
    for (let back = 0; back <= Math.min(at, 8); back++) if (this.from(pc, at - back, depth) === at) return true;
    return false;
  }
}

const isWord = (code: number | undefined): boolean => code !== undefined && (code === 128 || /\w/.test(String.fromCharCode(code)));

function holds(anchor: Anchor, codes: Uint8Array, at: number): boolean {
  const end = codes.length;
  switch (anchor) {
    case "text-start": return at === 0;
    case "text-end": return at === end;
    case "line-start": return at === 0 || codes[at - 1] === 10;
    case "line-end": return at === end || codes[at] === 10;
    case "end-or-last-newline": return at === end || (at === end - 1 && codes[at] === 10);
    default: {
      const isBoundary = isWord(at > 0 ? codes[at - 1] : undefined) !== isWord(at < end ? codes[at] : undefined);
      return isBoundary === (anchor === "word");
    }
  }
}
