/** Library objects as tokens: steps through the API graph, and dotted names for what no page speaks of. */
import type { Ir } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { PairMap } from "../base/index.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

/** Most steps that the name of an unmodelled object keeps; beyond, only the package is remembered. */
const nameStepsMax = 6;

export const builtinPrefix = "<builtin>.";

export class Libraries {
  private readonly ir: Ir;
  private readonly api: ApiGraph;
  private readonly apiSteps = new PairMap(4096);
  private readonly externalSteps = new PairMap(4096);
  private readonly imports = new Map<string, number>();
  private readonly callStep: number;
  private readonly itemStep: number;

  constructor(ir: Ir, api: ApiGraph) {
    this.ir = ir;
    this.api = api;
    this.callStep = ir.strings.intern("()");
    this.itemStep = ir.strings.intern("[*]");
  }

  /** Attribute `name` (interned) of an Api or External token. */
  attribute(token: number, name: number): number {
    return this.step(token, name);
  }

  call(token: number): number {
    return this.step(token, this.callStep);
  }

  item(token: number): number {
    return this.step(token, this.itemStep);
  }

  /** Holds if a page says what the step leads to. */
  isModelled(token: number): boolean {
    return tokKind(token) === Tok.Api;
  }

  /** The object that an absolute dotted name imports. */
  imported(dotted: string): number {
    let token = this.imports.get(dotted);
    if (token === undefined) {
      token = this.walk(dotted);
      this.imports.set(dotted, token);
    }
    return token;
  }

  builtin(name: string): number {
    const node = this.api.step(0, name);
    return node >= 0 ? tokOf(Tok.Api, node) : this.external(builtinPrefix + name);
  }

  /** A value of a built-in type: the node of the type if a page declares it, else the name `<str>`. */
  valueOfType(type: string): number {
    const node = this.api.typeNode(type);
    return node >= 0 ? tokOf(Tok.Api, node) : this.external(`<${type}>`);
  }

  external(name: string): number {
    return tokOf(Tok.External, this.ir.strings.intern(name));
  }

  /** Readable name of an Api or External token. */
  name(token: number): string {
    return tokKind(token) === Tok.Api ? this.api.name(tokId(token)) : this.ir.strings.text(tokId(token));
  }

  private step(token: number, step: number): number {
    const id = tokId(token);
    if (tokKind(token) === Tok.Api) {
      let next = this.apiSteps.get(id, step);
      if (next < 0) {
        const node = this.api.step(id, this.ir.strings.text(step));
        next = node >= 0 ? tokOf(Tok.Api, node) : this.extended(this.api.name(id), this.ir.strings.text(step));
        this.apiSteps.set(id, step, next);
      }
      return next;
    }
    let next = this.externalSteps.get(id, step);
    if (next < 0) {
      next = this.extended(this.ir.strings.text(id), this.ir.strings.text(step));
      this.externalSteps.set(id, step, next);
    }
    return next;
  }

  private extended(name: string, step: string): number {
    if (name.endsWith(".*")) return this.external(name);
    let steps = 1;
    for (let i = 0; i < name.length; i++) {
      const char = name[i];
      if (char === "." || char === "(" || char === "[") steps++;
    }
    if (steps >= nameStepsMax) return this.external(`${rootOf(name)}.*`);
    return this.external(step === "()" || step === "[*]" ? name + step : `${name}.${step}`);
  }

  private walk(dotted: string): number {
    let node = 0;
    for (const part of dotted.split(".")) {
      node = this.api.step(node, part);
      if (node < 0) return this.external(dotted);
    }
    return tokOf(Tok.Api, node);
  }
}

function rootOf(name: string): string {
  const found = /^(<[a-z]+>\.)?[^.([]*/.exec(name);
  return found ? found[0] : name;
}
