/** The call graph as PyCG writes it: caller to callees, by dotted names. */
import { callCallee, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { isBuiltinName } from "./builtin-names.ts";
import type { CallTarget, Program } from "./program.ts";

/** Names of built-in types as PyCG prints them. */
const typeNames: ReadonlyMap<string, string> = new Map([
  ["str", "<**PyStr**>"], ["bytes", "<**PyBytes**>"], ["list", "<**PyList**>"], ["dict", "<**PyDict**>"], ["tuple", "<**PyTuple**>"],
  ["set", "<**PySet**>"], ["int", "<**PyNum**>"],
]);

/** Every function, class body excepted, with the names it calls; sorted. */
export function callGraph(program: Program): Record<string, string[]> {
  const { ir } = program;
  const names = ir.functions.map((fn) => functionName(ir, fn));
  const edges = new Map<string, Set<string>>();
  for (const fn of ir.functions) {
    const caller = callerOf(ir, fn);
    const name = names[caller.id];
    let callees = edges.get(name);
    if (!callees) edges.set(name, (callees = new Set()));
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      for (const target of program.targetsOf(row)) {
        const callee = targetName(program, names, row, target);
        if (callee !== "") callees.add(callee);
      }
    }
  }
  const out: Record<string, string[]> = {};
  for (const name of [...edges.keys()].sort(byCodeUnit)) out[name] = [...(edges.get(name) ?? [])].sort(byCodeUnit);
  return out;
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The body of a class runs in the function or module around it. */
function callerOf(ir: Ir, fn: FunctionInfo): FunctionInfo {
  let at = fn;
  for (let depth = 0; at.kind === "class" && at.parent >= 0 && depth < 64; depth++) at = ir.functions[at.parent];
  return at;
}

export function functionName(ir: Ir, fn: FunctionInfo): string {
  const module = ir.strings.text(ir.modules[fn.module].name);
  return fn.kind === "module" ? module : `${module}.${ir.strings.text(fn.qualname)}`;
}

function targetName(program: Program, names: readonly string[], row: number, target: CallTarget): string {
  const { ir } = program;
  if (target.kind === "project") return target.via === "prior" ? "" : names[target.function];
  const name = libraryName(target.kind === "api" ? program.api.name(target.node) : ir.strings.text(target.name));
  if (name === "") return "";
  return isInheritedConstructor(program, row) && !name.startsWith("<") ? `${name}.__init__` : name;
}

/** Holds if the call makes an instance of a class of ours: then a library target is the constructor it inherits. */
function isInheritedConstructor(program: Program, row: number): boolean {
  const { ir } = program;
  if (ir.op.data[row] !== Op.Call) return false;
  const tokens = program.tokensOf(callCallee(ir, row));
  for (let i = 0; i < tokens.length; i++) if ((tokens[i] & 7) === 2) return true;
  return false;
}

/** `ext.Cls().run` is `ext.Cls.run`; names of builtins get their mark; `object`'s own methods are left out. */
function libraryName(name: string): string {
  const plain = name.replace(/\(\)|\[\*\]|\["[^"]*"\]/g, "");
  if (plain.startsWith("<builtin>.object") || plain.startsWith("<generator>")) return "";
  const type = /^<(\w+)>(.*)$/.exec(plain);
  if (type && typeNames.has(type[1])) return (typeNames.get(type[1]) ?? "") + type[2];
  if (plain.startsWith("<")) return plain;
  const dot = plain.indexOf(".");
  const head = dot < 0 ? plain : plain.slice(0, dot);
  const builtinType = typeNames.get(head);
  if (dot > 0 && builtinType !== undefined) return builtinType + plain.slice(dot);
  return isBuiltinName(head) ? `<builtin>.${plain}` : plain;
}

