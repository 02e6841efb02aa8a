/** What stands in a region of the code: texts that are put together, calls, handlers, raised exceptions, literals. */
import { BinOp, callCallee, type FunctionInfo, InPlace, Op } from "../ir/index.ts";
import { handlersOf } from "../flow/index.ts";
import { literalsOf } from "../obligations/index.ts";
import { calleeText } from "../program/index.ts";
import { lineOf } from "../source/index.ts";
import type { FunctionPlace, Project, Region } from "./project.ts";
import { solverOf } from "./solver-of.ts";

/** A place in a region, with what stands there. */
export interface Spot {
  readonly path: string;
  readonly line: number;
  readonly row: number;
}

/** A handler with the lines of its `try` block's code and its own first line. */
export interface HandlerSpot extends Spot {
  /** Lines of the code that it protects. */
  readonly first: number;
  readonly last: number;
}

export class RegionFacts {
  private readonly project: Project;
  private readonly modules = new Map<string, readonly FunctionInfo[]>();

  constructor(project: Project) {
    this.project = project;
  }

  private get ir(): Project["input"]["program"]["ir"] {
    return this.project.input.program.ir;
  }

  /** All bodies of a file, the module's own among them. */
  private bodies(path: string): readonly FunctionInfo[] {
    let found = this.modules.get(path);
    if (found === undefined) {
      const file = this.project.fileOf(path);
      found = file === undefined ? [] : this.ir.functions.filter((fn) => this.project.input.program.files[this.ir.modules[fn.module]!.file] === file);
      this.modules.set(path, found);
    }
    return found;
  }

  /** Instructions of a region for which the test holds, in the order of the text. */
  private spots(region: Region, isMeant: (row: number) => boolean): readonly Spot[] {
    const file = this.project.fileOf(region.path);
    if (file === undefined) return [];
    const out: Spot[] = [];
    for (const fn of this.bodies(region.path)) {
      for (let row = fn.firstInstr; row < fn.endInstr; row++) {
        if (!isMeant(row)) continue;
        const line = lineOf(file, this.ir.src.data[row]!);
        const end = lineOf(file, Math.max(this.ir.src.data[row]!, this.ir.end.data[row]! - 1));
        if (line <= region.last && end >= region.first) out.push({ path: region.path, line, row });
      }
    }
    return out.sort((a, b) => a.line - b.line || a.row - b.row);
  }

  /** Texts that are put together of parts, of which not all are one of a few literals. */
  builtTexts(region: Region): readonly Spot[] {
    const { ir } = this;
    return this.spots(region, (row) => {
      const op = ir.op.data[row] as Op;
      if (op === Op.Fmt) return ir.lists.toArray(ir.a.data[row]!).some((part) => !this.isFixed(part));
      if (op === Op.Bin) {
        const kind = ir.a.data[row]! & ~InPlace;
        if (kind !== BinOp.Add && kind !== BinOp.Mod) return false;
        const sides = [ir.b.data[row]!, ir.c.data[row]!];
        return sides.some((side) => this.isText(side)) && sides.some((side) => !this.isFixed(side));
      }
      if (op !== Op.Call) return false;
      const callee = callCallee(ir, row);
      if (ir.op.data[callee] !== Op.GetAttr) return false;
      const name = ir.strings.text(ir.b.data[callee]!);
      return (name === "format" || name === "join" || name === "format_map") && this.isText(ir.a.data[callee]!);
    });
  }

  /** Holds for a value that is one of some literals of the program. */
  private isFixed(value: number): boolean {
    if (this.ir.op.data[value] === Op.Const) return true;
    const { program } = this.project.input;
    return literalsOf(solverOf(program), { countsCaller: () => true }, value) !== undefined;
  }

  /** Literal texts that calls take as they are. */
  handedOver(region: Region): readonly (Spot & { readonly text: string })[] {
    const { ir } = this;
    const taken = new Set<number>();
    for (const call of this.calls(region)) {
      for (const value of ir.lists.toArray(ir.b.data[call.row]!)) taken.add(value);
      for (let i = 1, keywords = ir.lists.toArray(ir.c.data[call.row]!); i < keywords.length; i += 2) taken.add(keywords[i]!);
    }
    return this.literals(region).filter((literal) => taken.has(literal.row));
  }

  private isText(value: number): boolean {
    const { ir } = this;
    if (ir.op.data[value] === Op.Fmt) return true;
    const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]!] : undefined;
    return constant?.type === "str" || constant?.type === "bytes";
  }

  /** Literal texts. */
  literals(region: Region): readonly (Spot & { readonly text: string })[] {
    const { ir } = this;
    return this.spots(region, (row) => ir.op.data[row] === Op.Const && this.isText(row)).map((spot) => {
      const constant = ir.constants[ir.a.data[spot.row]!]!;
      return { ...spot, text: "value" in constant ? String(constant.value) : "" };
    });
  }

  calls(region: Region): readonly (Spot & { readonly name: string })[] {
    const { ir } = this;
    return this.spots(region, (row) => ir.op.data[row] === Op.Call).map((spot) => ({ ...spot, name: calleeText(this.project.input.program, spot.row) }));
  }

  /** Calls of which nothing is known but the name. */
  unresolvedCalls(region: Region): readonly (Spot & { readonly name: string })[] {
    return this.calls(region).filter((call) => this.project.input.program.classOfCall(call.row) === "unresolved");
  }

  raises(region: Region): readonly Spot[] {
    const { ir } = this;
    return this.spots(region, (row) => ir.op.data[row] === Op.Raise && ir.c.data[row] === 0);
  }

  /** Handlers of a function, with what they protect. */
  handlersOf(place: FunctionPlace): readonly HandlerSpot[] {
    return this.handlersIn(place.fn, place.path);
  }

  private handlersIn(fn: FunctionInfo, path: string): readonly HandlerSpot[] {
    const { ir } = this;
    const file = this.project.fileOf(path);
    if (file === undefined) return [];
    return handlersOf(ir, fn).map(({ caught, block }) => {
      let [first, last] = [Infinity, 0];
      for (let each = fn.firstBlock; each < fn.endBlock; each++) {
        if (ir.blocks.handler.data[each] !== block) continue;
        for (let row = ir.blocks.first.data[each]!; row < ir.blocks.end.data[each]!; row++) {
          const line = lineOf(file, ir.src.data[row]!);
          if (ir.op.data[row] === Op.Phi || ir.op.data[row] === Op.Undef) continue;
          [first, last] = [Math.min(first, line), Math.max(last, line)];
        }
      }
      const line = lineOf(file, ir.src.data[caught]!);
      return { path, line, row: caught, first: Math.min(first, line), last: Math.max(Math.min(last, line), Math.min(first, line)) };
    });
  }

  /** Handlers of a whole file, in the order of the text. */
  handlersOfFile(path: string): readonly HandlerSpot[] {
    return this.bodies(path).flatMap((fn) => this.handlersIn(fn, path)).sort((a, b) => a.line - b.line);
  }

  /** Handlers whose `except` stands in a region, or that protect lines of it. */
  handlersAt(region: Region): readonly HandlerSpot[] {
    return this.handlersOfFile(region.path).filter((each) => (region.first <= each.line && each.line <= region.last) || (each.first <= region.last && region.first <= each.last));
  }
}
