/** Calls: of functions, classes, instances, and of what a library calls on our behalf. */
import {
  BuildKind, callArg, callArgCount, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, type FunctionInfo, Op,
} from "../ir/index.ts";
import { flowSelf } from "./attribute-rules.ts";
import { callbackShims, type CallbackShim, launchShim } from "./callback-shims.ts";
import { callContainerMethod } from "./container-rules.ts";
import { callLibrary } from "./library-calls.ts";
import { bindArguments } from "./bind-arguments.ts";
import { constructManager, constructPlugin } from "./plugins.ts";
import { BindMode } from "./program.ts";
import { fieldArguments } from "./record-fields.ts";
import { Edge, type Solver } from "./solver.ts";
import { isFromTest } from "./test-flow.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

/** Most elements of `*args` that are told apart. */
const restElementsMax = 6;

export function calleeRule(s: Solver, token: number, call: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Function: invoke(s, call, id, BindMode.Plain); return;
    case Tok.Bound: invoke(s, call, id, BindMode.Bound); return;
    case Tok.Class: construct(s, call, id, true); return;
    case Tok.Instance: callInstance(s, call, id); return;
    case Tok.Api:
    case Tok.External: callLibrary(s, token, call); return;
    case Tok.Launched: callbackRule(s, tokOf((id & 1) === 1 ? Tok.Bound : Tok.Function, id >> 1), call, launchShim); return;
    case Tok.Maker: s.add(call, tokOf(Tok.Instance, s.makers[id].cls)); return;
    case Tok.ContainerMethod: callContainerMethod(s, token, call); return;
    case Tok.Query: s.add(call, (id & 1) === 1 ? tokOf(Tok.Instance, id >> 1) : token); return;
    case Tok.Partial:
      if (callArgCount(s.ir, id) > 0) s.addEdge(callArg(s.ir, id, 0), Edge.PartialCallee, call, id);
      return;
    default:
  }
}

function invoke(s: Solver, call: number, fn: number, mode: BindMode): void {
  if (!s.link(call, fn, mode)) return;
  const info = s.ir.functions[fn];
  const first = mode === BindMode.Plain ? 0 : 1;
  if (isFromTest(s, call, fn)) s.testCalls.push({ call, fn: info, first });
  else flowArguments(s, call, info, first, call, 0);
  if (mode === BindMode.Constructor) return;
  ownResult(s, info, call);
  const returned = s.returnedOf(fn);
  if (returned.length === 0) return;
  const bound = bindArguments(s.ir, call, info, { mode });
  for (const index of returned) {
    const values = bound[index].filter((argument) => argument.kind === "value");
    if (index === 0 && mode === BindMode.Bound && info.class >= 0 && values.length > 0) {
      s.addEdge(values[0].value, Edge.Subclasses, call, info.class);
    } else if (values.length > 0) for (const argument of values) s.copy(argument.value, call);
    else s.copy(info.params[index].value, call);
  }
}

/** What a call of a function gives. A coroutine is taken for what it returns. */
export function result(s: Solver, fn: FunctionInfo, target: number): void {
  ownResult(s, fn, target);
  for (const index of s.returnedOf(fn.id)) s.copy(fn.params[index].value, target);
}

/** What a function gives beside parameters that it returns as they came. */
export function ownResult(s: Solver, fn: FunctionInfo, target: number): void {
  if (fn.isGenerator) s.add(target, tokOf(Tok.Generator, fn.id));
  else s.copy(s.returnNode(fn.id), target);
}

/** A call of a class makes an instance; with `isCall`, arguments are those of the Call row. */
export function construct(s: Solver, call: number, cls: number, isCall: boolean): void {
  const { classes } = s;
  s.add(call, tokOf(Tok.Instance, cls));
  const make = classes.methodOf(cls, s.ir.strings.intern("__new__"));
  if (make >= 0) {
    flowSelf(s, make, tokOf(Tok.Class, cls));
    if (isCall) invoke(s, call, make, BindMode.Bound);
  }
  const init = classes.methodOf(cls, s.ir.strings.intern("__init__"));
  if (init >= 0) {
    flowSelf(s, init, tokOf(Tok.Instance, cls));
    if (isCall) invoke(s, call, init, BindMode.Constructor);
    else s.link(call, init, BindMode.Constructor);
  }
  if (!isCall) return;
  if (init < 0) constructManager(s, call, cls);
  fillFields(s, call, cls);
}

/** Data classes and models take their fields as arguments. */
function fillFields(s: Solver, call: number, cls: number): void {
  for (const { name, value } of fieldArguments(s.ir, s.classes, call, cls)) {
    s.copy(value, s.fieldNode(cls, name));
    s.keywordStores.push({ cls, name, value });
  }
}

function callInstance(s: Solver, call: number, cls: number): void {
  const method = s.classes.methodOf(cls, s.ir.strings.intern("__call__"));
  if (method >= 0) {
    flowSelf(s, method, tokOf(Tok.Instance, cls));
    invoke(s, call, method, BindMode.Bound);
    return;
  }
  for (const base of s.classes.libraryBases(cls)) {
    for (const found of s.libraries.call(s.libraries.instance(base))) if (s.libraries.isModelled(found)) s.add(call, found);
  }
}

/**
 * Arguments of `call` from position `skip` on flow to the parameters of `fn` from parameter `first` on.
 * `target` is the Call that is made (it differs from `call` for `functools.partial`). With `pass`, only arguments of
 * plain parameters are passed, by it.
 */
export function flowArguments(
  s: Solver, call: number, fn: FunctionInfo, first: number, target: number, skip: number, pass?: (value: number, param: number) => void,
): number {
  const { ir } = s;
  const { params } = fn;
  const give = pass ?? ((value: number, param: number): void => s.copy(value, param));
  const positionalCount = countPositional(fn);
  const rest = params.findIndex((param) => param.kind === "varargs");
  let position = first;
  for (let i = skip, n = callArgCount(ir, call); i < n; i++) {
    const value = callArg(ir, call, i);
    if (ir.op.data[value] === Op.Star) {
      if (!pass) s.addEdge(ir.a.data[value], Edge.StarArguments, fn.id, position);
    } else if (position < positionalCount) give(value, params[position++].value);
    else if (rest >= 0 && !pass) s.copy(value, restElement(s, fn, rest, position++ - positionalCount));
  }
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    const value = callKeywordValue(ir, call, i);
    if (name < 0) {
      if (!pass) s.addEdge(value, Edge.KeywordArguments, fn.id, target);
      continue;
    }
    const index = params.findIndex((param) => param.name === name && param.kind !== "varargs" && param.kind !== "kwargs");
    if (index >= 0) give(value, params[index].value);
    else if (!pass) keywordElement(s, fn, name, value);
  }
  return position;
}

function countPositional(fn: FunctionInfo): number {
  let count = 0;
  while (count < fn.params.length && (fn.params[count].kind === "positional" || fn.params[count].kind === "positional-only")) count++;
  return count;
}

function restElement(s: Solver, fn: FunctionInfo, rest: number, index: number): number {
  const site = s.siteAt(fn.params[rest].value, BuildKind.Tuple);
  return index < restElementsMax ? s.elementNode(site, s.intKey(index)) : s.otherElementsNode(site);
}

function keywordElement(s: Solver, fn: FunctionInfo, name: number, value: number): void {
  const more = fn.params.find((param) => param.kind === "kwargs");
  if (!more) return;
  const site = s.siteAt(more.value, BuildKind.Dict);
  s.copy(value, s.elementNode(site, s.textKey(name)));
}

/** `f(*xs)`: elements of a known sequence keep their positions. */
export function starArgumentsRule(s: Solver, token: number, fn: number, first: number): void {
  const info = s.ir.functions[fn];
  const kind = tokKind(token);
  const positionalCount = countPositional(info);
  const rest = info.params.findIndex((param) => param.kind === "varargs");
  if (kind !== Tok.Container) return;
  const site = tokId(token);
  for (let i = first; i < positionalCount && i - first < restElementsMax; i++) {
    s.copy(s.elementNode(site, s.intKey(i - first)), info.params[i].value);
    s.copy(s.otherElementsNode(site), info.params[i].value);
  }
  if (rest < 0) return;
  if (first === positionalCount) s.add(info.params[rest].value, token);
  else s.copy(s.allElementsNode(site), s.otherElementsNode(s.siteAt(info.params[rest].value, BuildKind.Tuple)));
}

/** `f(**d)`: elements of a known dict flow by key. */
export function keywordArgumentsRule(s: Solver, token: number, fn: number): void {
  if (tokKind(token) !== Tok.Container) return;
  const site = tokId(token);
  for (const param of s.ir.functions[fn].params) {
    if (param.kind === "kwargs") s.add(param.value, token);
    else if (param.kind === "positional" || param.kind === "keyword-only") {
      s.copy(s.elementNode(site, s.textKey(param.name)), param.value);
      s.copy(s.otherElementsNode(site), param.value);
    }
  }
}

/** A call of `functools.partial(f, …)`: first the arguments of the partial, then those of the call. */
export function partialCalleeRule(s: Solver, token: number, call: number, partial: number): void {
  const kind = tokKind(token);
  if (kind === Tok.Class) {
    construct(s, call, tokId(token), false);
    return;
  }
  if (kind !== Tok.Function && kind !== Tok.Bound) {
    if (kind === Tok.Instance || kind === Tok.Api || kind === Tok.External) calleeRule(s, token, call);
    return;
  }
  const fn = s.ir.functions[tokId(token)];
  const args = partialArguments(s, fn, call, partial, kind === Tok.Bound ? 1 : 0);
  if (!s.link(call, fn.id, BindMode.Callback, args)) return;
  const next = flowArguments(s, partial, fn, kind === Tok.Bound ? 1 : 0, call, 1);
  flowArguments(s, call, fn, next, call, 0);
  result(s, fn, call);
}

function partialArguments(s: Solver, fn: FunctionInfo, call: number, partial: number, shift: number): number[] {
  const args = fn.params.map(() => -1);
  let position = shift;
  for (const [row, skip] of [[partial, 1], [call, 0]]) {
    for (let i = skip; i < callArgCount(s.ir, row); i++) {
      if (position < args.length) args[position++] = callArg(s.ir, row, i);
    }
    for (let i = 0; i < callKeywordCount(s.ir, row); i++) {
      const index = fn.params.findIndex((param) => param.name === callKeywordName(s.ir, row, i));
      if (index >= 0) args[index] = callKeywordValue(s.ir, row, i);
    }
  }
  return args;
}

/** A library calls the function that arrives, with the arguments its shim tells. */
export function callbackRule(s: Solver, token: number, call: number, shimIndex: number): void {
  const shim = callbackShims[shimIndex];
  const kind = tokKind(token);
  if (kind === Tok.Class) {
    if (shim.result === "iterable") construct(s, call, tokId(token), false);
    else if (shim.makes === true) constructPlugin(s, tokId(token), call);
    return;
  }
  if (kind === Tok.Partial) {
    const partial = tokId(token);
    if (callArgCount(s.ir, partial) > 0) s.addEdgeOnce(callArg(s.ir, partial, 0), Edge.Callback, call, shimIndex);
    return;
  }
  const isObject = shim.isTask === true && kind === Tok.Instance;
  const target = isObject ? s.classes.methodOf(tokId(token), s.ir.strings.intern("run")) : kind === Tok.Function || kind === Tok.Bound ? tokId(token) : -1;
  if (target < 0) return;
  const fn = s.ir.functions[target];
  const shift = isObject || kind === Tok.Bound || (shim.isTask === true && takesItself(s, fn)) ? 1 : 0;
  const args = callbackArguments(s, call, shim, fn, shift);
  if (!s.link(call, fn.id, BindMode.Callback, args)) return;
  args.forEach((value, index) => {
    if (value >= 0) s.copy(value, fn.params[index].value);
  });
  if (shim.passes.kind === "elements" && shim.passes.of < callArgCount(s.ir, call) && fn.params[shift]) {
    s.addEdge(callArg(s.ir, call, shim.passes.of), Edge.Elements, fn.params[shift].value);
  }
  if (shim.result === "result") result(s, fn, call);
  if (shim.result === "iterable") result(s, fn, s.otherElementsNode(s.siteAt(call, BuildKind.List)));
}

/** `@app.task(bind=True)` gives the task itself to a plain function. */
const takesItself = (s: Solver, fn: FunctionInfo): boolean => fn.class < 0 && fn.params.length > 0 && s.ir.strings.text(fn.params[0].name) === "self";

function callbackArguments(s: Solver, call: number, shim: CallbackShim, fn: FunctionInfo, shift: number): number[] {
  const { ir } = s;
  const args = fn.params.map(() => -1);
  const { passes } = shim;
  const named = (name: number, value: number): void => {
    const index = fn.params.findIndex((param) => param.name === name && param.kind !== "varargs" && param.kind !== "kwargs");
    if (index >= shift && args[index] < 0) args[index] = value;
  };
  if (passes.kind === "rest") {
    for (let i = passes.from, j = shift + (passes.after ?? 0); i < callArgCount(ir, call) && j < args.length; i++, j++) {
      const value = callArg(ir, call, i);
      if (ir.op.data[value] === Op.Star) break;
      args[j] = value;
    }
    for (let i = 0; i < callKeywordCount(ir, call); i++) named(callKeywordName(ir, call, i), callKeywordValue(ir, call, i));
  } else if (passes.kind === "tuple") {
    const tuple = argumentAt(s, call, passes);
    if (tuple >= 0 && ir.op.data[tuple] === Op.Build && ir.a.data[tuple] !== BuildKind.Dict) {
      ir.lists.toArray(ir.b.data[tuple]).forEach((value, i) => {
        if (i + shift < args.length && ir.op.data[value] !== Op.Star) args[i + shift] = value;
      });
    }
    const mapping = passes.mapping ? argumentAt(s, call, passes.mapping) : -1;
    if (mapping >= 0 && ir.op.data[mapping] === Op.Build && ir.a.data[mapping] === BuildKind.Dict) {
      const pairs = ir.lists.toArray(ir.b.data[mapping]);
      for (let i = 0; i + 1 < pairs.length; i += 2) {
        const constant = pairs[i] >= 0 && ir.op.data[pairs[i]] === Op.Const ? ir.constants[ir.a.data[pairs[i]]] : undefined;
        if (constant?.type === "str") named(ir.strings.intern(constant.value), pairs[i + 1]);
      }
    }
  }
  return args;
}

/** The argument of a call by its keyword or its position, or -1. */
function argumentAt(s: Solver, call: number, place: { readonly keyword: string; readonly index: number }): number {
  const given = callKeyword(s.ir, call, s.ir.strings.intern(place.keyword));
  return given >= 0 || place.index >= callArgCount(s.ir, call) ? given : callArg(s.ir, call, place.index);
}
