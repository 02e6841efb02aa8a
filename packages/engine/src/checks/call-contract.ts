/**
 * Calls that Python refuses: too many arguments, a keyword that is no parameter, a parameter that nothing is given to.
 *
 * ```python
 * def grant(user, role): ...
 * grant(user)             # TypeError when it runs
 * ```
 * All functions that the call may reach must refuse it. Of a function under a decorator nothing is said: the decorator may
 * take or give arguments.
 */
import {
  callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, type FunctionInfo, functionOf, type Ir, Op,
} from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { BindMode, type CallTarget, type Program, TokenKind, tokenKind } from "../program/index.ts";
import { isCaught } from "./caught.ts";
import type { CheckContext } from "./context.ts";

export function callContract(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const decorated = decoratedFunctions(ir);
  const out: Obligation[] = [];
  // One row tells of all calls of a function that fit: there are as many calls as statements.
  const fitting = new Map<number, { readonly call: number; count: number }>();
  for (const i of ir.rowsOf(Op.Call)) {
    if (!context.isProduct(i) || !program.isReachable(ir.block.data[i])) continue;
    const targets = program.targetsOf(i);
    if (targets.length === 0 || targets.some((target) => target.kind !== "project")) continue;
    const known = targets as readonly ProjectTarget[];
    const row = decide(context, i, known, decorated);
    if (row !== "fits") {
      if (row) out.push(row);
      continue;
    }
    const first = fitting.get(known[0].function);
    if (first) first.count++;
    else fitting.set(known[0].function, { call: i, count: 1 });
  }
  for (const [fn, { call, count }] of fitting) out.push(fits(context, fn, call, count));
  return out;
}

const fits = (context: CheckContext, fn: number, call: number, count: number): Obligation =>
  context.row(call, "proven", { code: "good-value", text: `the arguments fit, here and at ${count - 1} other calls`, at: call }, { sink: `${context.program.ir.strings.text(context.program.ir.functions[fn].qualname)}()` });

const typeErrors = new Set(["TypeError", "Exception", "BaseException"]);

type ProjectTarget = Extract<CallTarget, { kind: "project" }>;

/** Most functions of a call that are looked at; a call of more is left alone. */
const targetsMax = 8;

function decide(context: CheckContext, call: number, targets: readonly ProjectTarget[], decorated: ReadonlySet<number>): Obligation | "fits" | undefined {
  const { program } = context;
  const { ir } = program;
  if (targets.length > targetsMax || isSpread(ir, call)) return undefined;
  if (!targets.every((target) => isCertain(program, target, decorated))) return undefined;
  const faults = targets.map((target) => faultOf(ir, call, ir.functions[target.function], target.mode));
  const [fault] = faults;
  const sink = nameOf(ir, targets[0]);
  if (faults.some((each) => each === undefined)) return "fits";
  const isKnown = targets.every((target) => isBoundAsSeen(ir, callCallee(ir, call), target)) && isComplete(program, callCallee(ir, call));
  if (isKnown && !isCaught(ir, call, typeErrors) && !fitsOverride(program, call, targets)) {
    return context.row(call, "violated", { code: "bad-value", text: fault!, at: ir.functions[targets[0].function].definition }, { sink, source: fault! });
  }
  return context.row(call, "open", { code: "needs-judgement", text: `${fault}; what is called may be more than is seen`, at: call }, { sink });
}

/** Holds if a class below has a method of the name that takes the arguments: an object that is declared as of the base may be of it. */
function fitsOverride(program: Program, call: number, targets: readonly ProjectTarget[]): boolean {
  const { ir } = program;
  if (ir.op.data[callCallee(ir, call)] !== Op.GetAttr) return false;
  return targets.some(({ function: target, mode }) => {
    const base = ir.functions[target];
    if (base.class < 0) return false;
    return ir.functions.some((fn) => fn.class >= 0 && fn.class !== base.class && fn.name === base.name && program.mroOf(fn.class).includes(base.class)
      && faultOf(ir, call, fn, mode) === undefined);
  });
}

const nameOf = (ir: Ir, target: ProjectTarget): string => `${ir.strings.text(ir.functions[target.function].qualname)}()`;

function isSpread(ir: Ir, call: number): boolean {
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) if (ir.op.data[callArg(ir, call, i)] === Op.Star) return true;
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) if (callKeywordName(ir, call, i) < 0) return true;
  return false;
}

/** Functions that stand under a decorator; what is bound to their name may take other arguments. */
function decoratedFunctions(ir: Ir): ReadonlySet<number> {
  const out = new Set<number>();
  for (const i of ir.rowsOf(Op.Decorate)) {
    if (isPlain(ir, ir.a.data[i])) continue;
    const inner = ir.b.data[i];
    if (ir.op.data[inner] === Op.Func) out.add(ir.a.data[inner]);
  }
  // Under several decorators the outer ones hold the inner one.
  for (const i of ir.rowsOf(Op.Decorate)) {
    if (isPlain(ir, ir.a.data[i])) continue;
    let inner = ir.b.data[i];
    while (ir.op.data[inner] === Op.Decorate) inner = ir.b.data[inner];
    if (ir.op.data[inner] === Op.Func) out.add(ir.a.data[inner]);
  }
  return out;
}

/** Decorators of the language that leave the parameters as they are, bound or not. */
const plainDecorators = /^(?:staticmethod|classmethod|abstractmethod|override|final|wraps)$/;

function isPlain(ir: Ir, decorator: number): boolean {
  const op = ir.op.data[decorator];
  if (op === Op.Global) return plainDecorators.test(ir.strings.text(ir.a.data[decorator]));
  if (op === Op.GetAttr || op === Op.Import) return ir.b.data[decorator] >= 0 && plainDecorators.test(ir.strings.text(ir.b.data[decorator]));
  return false;
}

function isCertain(program: Program, target: ProjectTarget, decorated: ReadonlySet<number>): boolean {
  const { ir } = program;
  if (target.via === "prior" || target.arguments !== undefined || decorated.has(target.function)) return false;
  if (target.mode !== BindMode.Plain && target.mode !== BindMode.Bound && target.mode !== BindMode.Constructor) return false;
  const fn = ir.functions[target.function];
  if (fn.kind !== "function") return fn.kind === "lambda";
  if (fn.class < 0 || target.mode !== BindMode.Constructor) return true;
  // A base class of a library, or __new__, may take the arguments instead.
  return ir.strings.text(fn.name) === "__init__" && isPlainClass(program, fn.class);
}

function isPlainClass(program: Program, cls: number): boolean {
  const { ir } = program;
  const row = ir.classes[cls].definition;
  return ir.lists.length(ir.c.data[row]) === 0 && program.mroOf(cls).every((each) => each >= 0 || program.apiBasesOf(cls).length === 0)
    && program.methodOf(cls, ir.strings.intern("__new__")) < 0 && program.subclassesOf(cls).length === 0;
}

/** What Python says against the call, or `undefined` if nothing. */
function faultOf(ir: Ir, call: number, fn: FunctionInfo, mode: BindMode): string | undefined {
  const { params } = fn;
  const given = callArgCount(ir, call) + (mode === BindMode.Plain ? 0 : 1);
  const positional = params.filter((param) => param.kind === "positional" || param.kind === "positional-only");
  const takesRest = params.some((param) => param.kind === "varargs");
  const takesMore = params.some((param) => param.kind === "kwargs");
  if (given > positional.length && !takesRest) return `${fn.params.length === 0 ? "no argument is" : `${positional.length} positional arguments are`} taken and ${given} are given`;
  const named = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    const index = params.findIndex((param) => param.name === name && (param.kind === "positional" || param.kind === "keyword-only"));
    if (index < 0 && !takesMore) return `there is no parameter ${ir.strings.text(name)}`;
    if (index >= 0 && params[index].kind === "positional" && positional.indexOf(params[index]) < given) return `${ir.strings.text(name)} is given twice`;
    named.add(name);
  }
  const missing = params.find((param) => {
    if (param.default >= 0 || param.kind === "varargs" || param.kind === "kwargs") return false;
    const index = positional.indexOf(param);
    return (index < 0 || index >= given) && !(param.kind !== "positional-only" && named.has(param.name));
  });
  return missing && `nothing is given to the parameter ${ir.strings.text(missing.name)}`;
}

/** Holds unless a method is read from a value that may be the class or an object of it. */
function isBoundAsSeen(ir: Ir, callee: number, target: ProjectTarget): boolean {
  if (target.mode !== BindMode.Plain || ir.op.data[callee] !== Op.GetAttr || ir.functions[target.function].class < 0) return true;
  const object = ir.op.data[ir.a.data[callee]];
  return object === Op.Global || object === Op.Import || object === Op.Class;
}

/** Holds if nothing else than what is known of the callee can be called. */
function isComplete(program: Program, callee: number): boolean {
  const { ir } = program;
  const tokens = program.tokensOf(callee);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Top || tokenKind(tokens[i]) === TokenKind.External) return false;
  const op = ir.op.data[callee] as Op;
  if (op === Op.Func || op === Op.Class) return true;
  if (op !== Op.Global && op !== Op.Import && op !== Op.Cell && op !== Op.GetAttr) return false;
  const stores = program.storesOf(callee);
  if (op === Op.GetAttr && stores.length === 0) return isSelf(ir, ir.a.data[callee]);
  return stores.length > 0 && stores.every((store) => isDefinition(ir, store)) && (op !== Op.GetAttr || program.storesAreClosed(callee));
}

function isDefinition(ir: Ir, store: number): boolean {
  const op = ir.op.data[store];
  return op === Op.Func || op === Op.Class || (op === Op.Decorate && isPlain(ir, ir.a.data[store]) && isDefinition(ir, ir.b.data[store]));
}

/** Holds for the first parameter of a method. */
function isSelf(ir: Ir, value: number): boolean {
  const fn = functionOf(ir, value);
  return ir.op.data[value] === Op.Param && fn.class >= 0 && fn.params[0]?.value === value;
}
