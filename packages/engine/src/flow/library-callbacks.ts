/** Functions of the project that a library calls: those that it is handed, and methods of objects that have methods from it. */
import { callArg, callArgCount, callCallee, callKeywordCount, callKeywordValue, functionOf, type Ir, Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

const argumentsMax = 40;
const methodsMax = 400;
const subclassesMax = 64;

export class LibraryCallbacks {
  private readonly program: Program;
  private readonly ir: Ir;
  /** The functions that a wrapper may call as the one it wraps. */
  private readonly behind: (fn: number) => readonly number[];
  private readonly classMethods = new Map<number, readonly number[]>();

  constructor(program: Program, behind: (fn: number) => readonly number[]) {
    this.program = program;
    this.ir = program.ir;
    this.behind = behind;
  }

  /** Functions of the project that a library is given, and methods of objects that it is given. */
  handedOver(row: number, isLooking: boolean): readonly number[] {
    const { ir } = this;
    const out: number[] = [];
    const count = Math.min(argumentsMax, callArgCount(ir, row));
    for (let i = 0; i < count; i++) this.handed(callArg(ir, row, i), isLooking, out);
    for (let i = 0, n = Math.min(argumentsMax, callKeywordCount(ir, row)); i < n; i++) this.handed(callKeywordValue(ir, row, i), isLooking, out);
    return out;
  }

  private handed(value: number, isLooking: boolean, out: number[]): void {
    const { program, ir } = this;
    const tokens = program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const id = tokenId(tokens[i]!);
      switch (tokenKind(tokens[i]!)) {
        case TokenKind.Function:
        case TokenKind.Bound: if (!isLooking) out.push(id, ...this.behind(id)); break;
        case TokenKind.Class: {
          const init = isLooking ? -1 : program.methodOf(id, ir.strings.intern("__init__"));
          if (init >= 0) out.push(init);
          break;
        }
        case TokenKind.Instance: if (!isLooking && program.libraryBasesOf(id).length > 0) out.push(...this.methodsOf(id)); break;
        default:
      }
    }
  }

  /** A method that a class of the project has from a library may call other methods of the object. */
  inherited(row: number): readonly number[] {
    const { ir, program } = this;
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] !== Op.GetAttr) return [];
    if (isSuper(ir, ir.a.data[callee]!)) return this.ofFamily(functionOf(ir, row).class);
    const tokens = program.tokensOf(ir.a.data[callee]!);
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      const cls = tokenId(tokens[i]!);
      if (kind !== TokenKind.Instance && kind !== TokenKind.Class) continue;
      if (program.methodOf(cls, ir.b.data[callee]!) >= 0) continue;
      out.push(...this.ofFamily(cls));
    }
    return [...new Set(out)].slice(0, methodsMax);
  }

  /** A constructor that a class of the project has from a library may call methods of the new object. */
  constructed(row: number): readonly number[] {
    const tokens = this.program.tokensOf(callCallee(this.ir, row));
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]!) === TokenKind.Class) out.push(...this.methodsOf(tokenId(tokens[i]!)));
    return out;
  }

  /** Methods of a class and of those below it that a library may call by itself. */
  private ofFamily(cls: number): readonly number[] {
    return cls < 0 ? [] : [cls, ...this.program.subclassesOf(cls).slice(0, subclassesMax)].flatMap((each) => this.methodsOf(each));
  }

  /** Methods that a library may call by itself: those of the language, and those that nothing in the project calls. */
  private isHook(fn: number): boolean {
    const name = this.ir.strings.text(this.ir.functions[fn]!.name);
    if (name.startsWith("__") && name.endsWith("__")) return name !== "__init__";
    return this.program.callersOf(fn).length === 0 && !this.program.entriesOf(fn).some((entry) => entry.kind !== "library");
  }

  private methodsOf(cls: number): readonly number[] {
    let found = this.classMethods.get(cls);
    if (found === undefined) {
      const { ir, program } = this;
      const out: number[] = [];
      for (const ancestor of program.mroOf(cls)) {
        if (ancestor < 0) continue;
        const body = ir.functions[ir.classes[ancestor]!.body]!;
        for (let row = body.firstInstr; row < body.endInstr; row++) {
          if (ir.op.data[row] === Op.Func && this.isHook(ir.a.data[row]!)) out.push(ir.a.data[row]!);
        }
      }
      this.classMethods.set(cls, (found = out));
    }
    return found;
  }
}

export const isSuper = (ir: Ir, value: number): boolean => {
  const callee = ir.op.data[value] === Op.Call ? callCallee(ir, value) : -1;
  return callee >= 0 && ir.op.data[callee] === Op.Global && ir.strings.text(ir.a.data[callee]!) === "super";
};
