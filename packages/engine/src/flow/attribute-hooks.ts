/**
 * Code that runs when an attribute is read: properties, `__getattr__`, and methods by which a library fetches a field that
 * has no value yet (the kind `attribute-hook` of a model page).
 *
 * Of an object that is not known, each of these may run that knows the name: a property of this name, a method that
 * fetches fields of a class whose body names the field.
 */
import { type Ir, Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

const languageHooks = ["__getattr__", "__getattribute__", "__get__"];
const hookKind = "attribute-hook";
const namesMax = 2_000;
const tokensMax = 40;
const nothing: readonly number[] = [];

export class AttributeHooks {
  /** Methods by which classes of the project answer attributes that an object does not have, and that raise something themselves. */
  readonly general: readonly number[];
  /** All properties, and all methods that fetch fields: what `getattr(x, name)` may run. */
  readonly all: readonly number[];
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly properties = new Map<number, number[]>();
  private readonly fetching = new Map<number, number[]>();

  constructor(program: Program, byName: ReadonlyMap<number, readonly number[]>) {
    this.program = program;
    this.ir = program.ir;
    this.general = languageHooks.flatMap((name) => byName.get(this.ir.strings.find(name)) ?? []).filter((fn) => this.raises(fn));
    for (let row = 0, n = this.ir.length; row < n; row++) if (this.ir.op.data[row] === Op.Decorate) this.readProperty(row);
    for (const fn of [...byName.values()].flat()) if (this.isFetching(fn)) this.readFields(fn);
    this.all = [...new Set([...this.properties.values(), ...this.fetching.values()].flat())];
  }

  private raises(fn: number): boolean {
    const { firstInstr, endInstr } = this.ir.functions[fn]!;
    for (let row = firstInstr; row < endInstr; row++) if (this.ir.op.data[row] === Op.Raise && this.ir.c.data[row] === 0) return true;
    return false;
  }

  private readProperty(row: number): void {
    const { ir } = this;
    let decorator = ir.a.data[row]!;
    if (ir.op.data[decorator] === Op.Call) decorator = ir.a.data[decorator]!;
    const op = ir.op.data[decorator] as Op;
    const name = op === Op.Global ? ir.a.data[decorator]! : op === Op.GetAttr || op === Op.Import ? ir.b.data[decorator]! : -1;
    const func = ir.b.data[row]!;
    if (name < 0 || ir.op.data[func] !== Op.Func || !/property|reify|lazy|memoize/i.test(ir.strings.text(name))) return;
    const fn = ir.functions[ir.a.data[func]!]!;
    put(this.properties, fn.name, fn.id);
  }

  private isFetching(fn: number): boolean {
    const { program, ir } = this;
    const { class: cls, name } = ir.functions[fn]!;
    if (cls < 0) return false;
    return program.apiBasesOf(cls).some((base) => {
      const instance = program.api.step(base, "()");
      const method = instance < 0 ? -1 : program.api.step(instance, ir.strings.text(name));
      return method >= 0 && program.api.facts(method).some((fact) => fact.kind === hookKind);
    });
  }

  /** The fields that a class may fetch: the texts of its body, and of those of its ancestors. */
  private readFields(fn: number): void {
    const { ir, program } = this;
    const names = new Set<number>();
    for (const cls of program.mroOf(ir.functions[fn]!.class)) {
      const body = cls < 0 ? undefined : ir.functions[ir.classes[cls]!.body]!;
      for (let row = body?.firstInstr ?? 0; row < (body?.endInstr ?? 0) && names.size < namesMax; row++) {
        const constant = ir.op.data[row] === Op.Const ? ir.constants[ir.a.data[row]!] : undefined;
        const name = constant?.type === "str" ? ir.strings.find(constant.value) : -1;
        if (name >= 0) names.add(name);
      }
    }
    for (const name of names) put(this.fetching, name, fn);
  }

  /** What reading an attribute of an object that is not known may run. */
  ofUnknown(name: number): readonly number[] {
    const properties = this.properties.get(name);
    const fetching = this.fetching.get(name);
    return properties || fetching ? [...(properties ?? nothing), ...(fetching ?? nothing)] : nothing;
  }

  /** What reading an attribute runs that the classes of an object do not have. */
  ofObject(tokens: ArrayLike<number>, name: number): readonly number[] {
    const { ir, program } = this;
    const out: number[] = [];
    for (let i = 0; i < tokens.length && i < tokensMax; i++) {
      const cls = tokenKind(tokens[i]!) === TokenKind.Instance ? tokenId(tokens[i]!) : -1;
      if (cls < 0 || program.methodOf(cls, name) >= 0) continue;
      for (const hook of languageHooks) {
        const id = ir.strings.find(hook);
        const method = id < 0 ? -1 : program.methodOf(cls, id);
        if (method >= 0) out.push(method);
      }
      for (const fn of this.fetching.get(name) ?? nothing) if (program.methodOf(cls, ir.functions[fn]!.name) === fn) out.push(fn);
    }
    return out;
  }
}

function put(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
