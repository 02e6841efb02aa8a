/**
 * What is raised and what a handler names, as small numbers, and which of them meet.
 *
 * ```text
 * raise Refused(x)           the class Refused of the project
 * raise ValueError()         a class of a library, by its name; what is above it is in the stubs
 * raise made()               anything, if it is not known what made() gives
 * except (Refused, OSError)  meets Refused and the classes below it, OSError and those below it
 * ```
 */
import { type Ir, BinOp, BuildKind, Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

/** Atoms that stand for no class. */
export const enum Atom {
  /** Any exception at all: a value or a call that is not known. */
  Anything,
  /** What libraries raise by themselves: none of the project's own classes. */
  Library,
  /** What the function raises that a decorator wrapped; known where the wrapper is called. */
  Decorated,
  /** What comes in at a `yield`: known where the generator is used. */
  Thrown,
  First,
}

/** What a handler or a raise names. */
export interface NamedClasses {
  /** Classes of the project. */
  readonly own: readonly number[];
  /** Tokens of library classes. */
  readonly library: readonly number[];
  /** Holds if there may be others. */
  readonly isOpen: boolean;
}

const partsMax = 60;
const depthMax = 8;
/** Classes that every exception is below. */
const roots = new Set(["BaseException", "Exception"]);

export class ExceptionClasses {
  readonly program: Program;
  private readonly ir: Ir;
  private readonly atoms = new Map<string, number>();
  /** Per atom from {@link Atom.First}: the class of the project, or -1; the token of the library class, or -1. */
  private readonly classOf: number[] = [];
  private readonly tokenOfAtom: number[] = [];
  private readonly ancestries = new Map<number, readonly string[] | undefined>();
  private readonly libraryAncestors = new Map<number, { readonly names: ReadonlySet<string>; readonly isOpen: boolean }>();

  constructor(program: Program) {
    this.program = program;
    this.ir = program.ir;
  }

  get count(): number {
    return Atom.First + this.classOf.length;
  }

  atomOfClass(cls: number): number {
    return this.atom(`c${cls}`, cls, -1);
  }

  atomOfToken(token: number): number {
    const names = this.ancestry(token);
    return this.atom(names === undefined ? `t${token}` : `n${names[0]!}`, -1, token);
  }

  private atom(key: string, cls: number, token: number): number {
    let atom = this.atoms.get(key);
    if (atom === undefined) {
      atom = this.count;
      this.atoms.set(key, atom);
      this.classOf.push(cls);
      this.tokenOfAtom.push(token);
    }
    return atom;
  }

  /** The name of what an atom stands for. */
  nameOf(atom: number): string {
    if (atom < Atom.First) return atom === Atom.Library ? "an exception of a library" : "any exception";
    const cls = this.classOf[atom - Atom.First]!;
    return cls >= 0 ? this.ir.strings.text(this.ir.classes[cls]!.name) : this.libraryName(this.tokenOfAtom[atom - Atom.First]!);
  }

  /** The class of the project that an atom stands for, or -1. */
  ownClass(atom: number): number {
    return atom < Atom.First ? -1 : this.classOf[atom - Atom.First]!;
  }

  libraryName(token: number): string {
    const text = tokenKind(token) === TokenKind.Api ? this.program.api.name(tokenId(token)) : this.ir.strings.text(tokenId(token));
    return text.replace(/^<builtin>\.|^<|\(\)$|>$/g, "");
  }

  /** Names of a library class and all above it; undefined if they are not known. */
  ancestry(token: number): readonly string[] | undefined {
    if (!this.ancestries.has(token)) this.ancestries.set(token, this.program.ancestryOf(token));
    return this.ancestries.get(token);
  }

  /** The classes that an expression names: of an `except`, or of a value that is raised. */
  named(value: number): NamedClasses {
    const own = new Set<number>();
    const library = new Set<number>();
    const isOpen = !this.collect(value, own, library, 0);
    return { own: [...own].sort((a, b) => a - b), library: [...library].sort((a, b) => a - b), isOpen };
  }

  private collect(value: number, own: Set<number>, library: Set<number>, depth: number): boolean {
    const { ir, program } = this;
    if (depth > depthMax || own.size + library.size > partsMax) return false;
    const op = ir.op.data[value] as Op;
    if (op === Op.Sigma || op === Op.Content || op === Op.Star) return this.collect(ir.a.data[value]!, own, library, depth + 1);
    if (op === Op.Build && ir.a.data[value] !== BuildKind.Dict) return this.collectAll(ir.lists.toArray(ir.b.data[value]!), own, library, depth);
    if (op === Op.Phi) return this.collectAll(ir.lists.toArray(ir.a.data[value]!), own, library, depth);
    if (op === Op.Bin && (ir.a.data[value]! & 31) === BinOp.Add) return this.collectAll([ir.b.data[value]!, ir.c.data[value]!], own, library, depth);
    const tokens = program.tokensOf(value);
    let found = 0;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      const kind = tokenKind(token);
      if (kind === TokenKind.Class || kind === TokenKind.Instance) own.add(tokenId(token));
      else if ((kind === TokenKind.Api || kind === TokenKind.External) && this.isExceptionToken(token)) library.add(token);
      else continue;
      found++;
    }
    if (found === tokens.length && found > 0) return true;
    if (found > 0 || (op !== Op.Global && op !== Op.GetAttr && op !== Op.Import && op !== Op.Cell)) return false;
    // A tuple of classes that has a name.
    const stores = program.storesOf(value);
    return stores.length > 0 && program.storesAreClosed(value) && this.collectAll(stores, own, library, depth);
  }

  private collectAll(values: readonly number[], own: Set<number>, library: Set<number>, depth: number): boolean {
    let isKnown = true;
    for (const value of values) if (!this.collect(value, own, library, depth + 1)) isKnown = false;
    return isKnown;
  }

  /** A list, a tuple or a text is no exception, whatever is in it. */
  private isExceptionToken(token: number): boolean {
    const names = this.ancestry(token);
    if (names !== undefined) return names.includes("BaseException");
    return tokenKind(token) === TokenKind.Api || !/^<\w+>$/.test(this.ir.strings.text(tokenId(token)));
  }

  /** Names of the library classes above a class of the project. */
  private libraryAbove(cls: number): { readonly names: ReadonlySet<string>; readonly isOpen: boolean } {
    let found = this.libraryAncestors.get(cls);
    if (found === undefined) {
      const names = new Set<string>();
      let isOpen = false;
      for (const token of this.program.libraryBasesOf(cls)) {
        const above = this.ancestry(token);
        if (above === undefined) {
          isOpen = true;
          names.add(this.libraryName(token));
        } else for (const name of above) names.add(name);
      }
      this.libraryAncestors.set(cls, (found = { names, isOpen }));
    }
    return found;
  }

  /** Holds if a class of the project is surely an exception; undefined if a base of it is not known. */
  isException(cls: number): boolean | undefined {
    const { names, isOpen } = this.libraryAbove(cls);
    return names.has("BaseException") ? true : isOpen ? undefined : false;
  }

  /** Holds if a handler takes all that is raised by intention. */
  isCatchAll(types: NamedClasses): boolean {
    return types.library.some((token) => roots.has((this.ancestry(token) ?? [this.libraryName(token)])[0]!));
  }

  /** Whether a handler takes an exception: "must", "may", or "no". */
  meets(atom: number, types: NamedClasses): "must" | "may" | "no" {
    if (this.isCatchAll(types)) return "must";
    const other = types.isOpen ? "may" : "no";
    if (atom === Atom.Library) return types.library.length > 0 ? "may" : other;
    if (atom < Atom.First) return "may";
    const cls = this.classOf[atom - Atom.First]!;
    return cls >= 0 ? this.classMeets(cls, types, other) : this.tokenMeets(this.tokenOfAtom[atom - Atom.First]!, types, other);
  }

  private classMeets(cls: number, types: NamedClasses, other: "may" | "no"): "must" | "may" | "no" {
    const mro = this.program.mroOf(cls);
    if (types.own.some((each) => mro.includes(each))) return "must";
    if (types.library.length === 0) return other;
    const { names, isOpen } = this.libraryAbove(cls);
    if (types.library.some((token) => names.has((this.ancestry(token) ?? [this.libraryName(token)])[0]!))) return "must";
    return isOpen ? "may" : other;
  }

  private tokenMeets(token: number, types: NamedClasses, other: "may" | "no"): "must" | "may" | "no" {
    const names = this.ancestry(token);
    for (const type of types.library) {
      if (type === token) return "must";
      const [first] = this.ancestry(type) ?? [this.libraryName(type)];
      if (names?.includes(first!)) return "must";
    }
    return names === undefined && types.library.length > 0 ? "may" : other;
  }

  /** Holds if all that a handler names was surely taken by an earlier one. */
  isShadowed(types: NamedClasses, earlier: NamedClasses): boolean {
    if (types.isOpen || types.own.length + types.library.length === 0) return false;
    return types.own.every((cls) => this.classMeets(cls, earlier, "no") === "must" || (this.isCatchAll(earlier) && this.isBelow(cls, earlier)))
      && types.library.every((token) => this.tokenIsBelow(token, earlier));
  }

  private isBelow(cls: number, earlier: NamedClasses): boolean {
    const { names } = this.libraryAbove(cls);
    return earlier.library.some((token) => names.has((this.ancestry(token) ?? [this.libraryName(token)])[0]!));
  }

  private tokenIsBelow(token: number, earlier: NamedClasses): boolean {
    const names = this.ancestry(token);
    return earlier.library.some((type) => type === token || names?.includes((this.ancestry(type) ?? [this.libraryName(type)])[0]!) === true);
  }
}
