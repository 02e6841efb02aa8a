/** How a walk passes a check: one that makes the value fine ends it, one that is not understood weakens it. */
import { argumentsFor } from "./arguments.ts";
import { functionOf, Op, parameterIndex } from "../ir/index.ts";
import type { Choice } from "./guard-containers.ts";
import { refinedPath } from "./exclusions.ts";
import type { GuardAnswer } from "./guards.ts";
import { Flag, LeafKind } from "./leaf.ts";
import { areEnough, checksOfMember, type NamePart } from "./loop-checks.ts";
import { guardsByFacts, type PathFacts, pathFacts } from "./path-facts.ts";
import { anyKey, attributeSelector, itemSelector } from "./paths.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

/** Visits `Sigma(value, condition, polarity)`. */
export function visitSigma(solver: Solver, walk: Walk, node: number, sigma: number, path: number): void {
  const { ir } = solver;
  const subject = ir.a.data[sigma]!;
  if (walk.need.exact) {
    walk.push(subject, path === 0 ? refinedPath(solver, sigma) : path, node);
    return;
  }
  const result = solver.guardsOfSigma(sigma, path);
  if (endsAtGuard(solver, walk, node, { value: subject, path }, result, ir.b.data[sigma]!)) return;
  if (path === 0 && walk.need.stops.has("checked-members") && areEnough(partsOfMember(solver, sigma))) {
    walk.leaf(node, LeafKind.Proven, ir.b.data[sigma]!, "guard", "the name of the member was checked");
    return;
  }
  walk.push(subject, path, node, result.isUnknown ? Flag.Guard : Flag.None);
}

/** What the checks of a member of an archive leave of its name, this one and those before it. */
function partsOfMember(solver: Solver, sigma: number): readonly NamePart[] {
  const { ir } = solver;
  const out: NamePart[] = [];
  for (let v = sigma, i = 0; i < sigmasMax && ir.op.data[v] === Op.Sigma; v = ir.a.data[v]!, i++) {
    out.push(...checksOfMember(solver, { condition: ir.b.data[v]!, polarity: ir.c.data[v] === 1, subject: ir.a.data[v]!, path: 0 }));
  }
  return out;
}

/** Most checks of one value, one after the other, that are looked at. */
const sigmasMax = 16;

/**
 * Ends the walk at a value that the conditions at the place of its use make fine, whenever it was read; marks it if one
 * is not understood. A part of an object may have been checked as another read of the same part.
 */
export function visitFacts(solver: Solver, walk: Walk, node: number, value: number, path: number): boolean {
  const site = walk.sites[node]!;
  if (site < 0 || walk.need.exact) return false;
  const facts = pathFacts(solver, site);
  const part = partOf(solver, value, path);
  const answers = guardsByFacts(solver, facts, value, path);
  for (const answer of part ? [...answers, ...guardsOfPart(solver, facts, part.object, part.path)] : answers) {
    if (endsAtGuard(solver, walk, node, { value, path }, answer, answer.at ?? value)) return true;
    if (answer.isUnknown) walk.flags[node] = walk.flags[node]! | Flag.Guard;
  }
  return false;
}

/** The object that a value is an attribute or a constant item of. */
function partOf(solver: Solver, value: number, path: number): { object: number; path: number } | undefined {
  const { ir, paths } = solver;
  const op = ir.op.data[value]!;
  const object = ir.a.data[value]!;
  if (op === Op.GetAttr) return { object, path: paths.push(attributeSelector(ir.b.data[value]!), path) };
  if (op !== Op.GetItem) return undefined;
  const keys = solver.facts.constantsOf(ir.b.data[value]!);
  return keys?.length === 1 ? { object, path: paths.push(itemSelector(keys[0]!), path) } : undefined;
}

/** What the facts say of a part of an object, and do not say of the object: a form that is valid says nothing of its raw data. */
function guardsOfPart(solver: Solver, facts: PathFacts, object: number, path: number): readonly GuardAnswer[] {
  const whole = guardsByFacts(solver, facts, object, 0);
  return guardsByFacts(solver, facts, object, path).map((answer, i) => ({
    ...answer, kinds: answer.kinds.filter((kind) => !whole[i]!.kinds.includes(kind)), isUnknown: answer.isUnknown && !whole[i]!.isUnknown,
  }));
}

/** Most calls that lead one inside the other to a part of a parameter. */
const callersDepthMax = 4;

/** Holds if every caller of the function checks the attribute of an argument that `value` reads from the parameter. */
export function isCheckedByCallers(solver: Solver, walk: Walk, value: number): boolean {
  const { ir } = solver;
  if (walk.need.exact || ir.op.data[value] !== Op.GetAttr) return false;
  const param = solver.rootOf(ir.a.data[value]!);
  return param >= 0 && ir.op.data[param] === Op.Param && areChecked(solver, walk, param, solver.paths.push(attributeSelector(ir.b.data[value]!), 0), 0);
}

function areChecked(solver: Solver, walk: Walk, param: number, path: number, depth: number): boolean {
  const { ir, program } = solver;
  const fn = functionOf(ir, param);
  const index = parameterIndex(ir, fn, param);
  if (depth > callersDepthMax || program.entriesOf(fn.id).length > 0 || solver.openCallers.of(fn.id) !== "") return false;
  const sites = program.callersOf(fn.id).filter((site) => !solver.isInTest(site.call));
  return sites.length > 0 && sites.every((site) => {
    const given = argumentsFor(ir, solver.paths, site.call, site, fn, index, path);
    return given.length > 0 && given.every((argument) => {
      if (functionOf(ir, argument.value).id !== functionOf(ir, site.call).id) return false;
      const facts = pathFacts(solver, ir.block.data[site.call]!);
      const isFine = guardsOfPart(solver, facts, argument.value, argument.path).some((answer) => answer.kinds.some((kind) => !answer.choices?.has(kind) && walk.stops(kind)));
      const root = solver.rootOf(argument.value);
      return isFine || (ir.op.data[root] === Op.Param && areChecked(solver, walk, root, argument.path, depth + 1));
    });
  });
}

/** Ends the walk if a check, which stands at `at`, is enough for the need. What the check rests on is followed in place of the value. */
export function endsAtGuard(
  solver: Solver, walk: Walk, node: number, subject: { readonly value: number; readonly path: number }, answer: GuardAnswer, at: number, how = "a check leaves only",
): boolean {
  const enough = answer.kinds.filter((kind) => walk.stops(kind));
  const kind = enough.find((each) => !answer.choices?.has(each)) ?? enough[0];
  if (kind === undefined) return false;
  const choices = answer.choices?.get(kind) ?? [];
  if (choices.length === 0) walk.leaf(node, LeafKind.Proven, at, kind === "fixed-choice" ? "enum" : "guard", `${how} ${kind}`);
  if (choices.length > 0 && !isBetter(solver, walk, subject, choices)) return false;
  for (const choice of choices) visitChoice(solver, walk, node, choice);
  return true;
}

/** Holds if a container tells more of a value that was found in it than the value itself does. */
function isBetter(solver: Solver, walk: Walk, subject: { readonly value: number; readonly path: number }, choices: readonly Choice[]): boolean {
  const own = solver.ofValue(subject.value, subject.path, walk.need).leaves;
  if (own.every((leaf) => leaf.kind === LeafKind.Constant || leaf.kind === LeafKind.Proven || leaf.kind === LeafKind.Object)) return false;
  return choices.every(({ container, isEqual, via }) => {
    if (via.length > 0) return !isEqual;
    const { leaves } = solver.ofValue(container, isEqual ? 0 : solver.paths.push(anyKey, 0), walk.need);
    return leaves.every((leaf) => leaf.kind !== LeafKind.Source && !(isEqual && (leaf.kind === LeafKind.Open || leaf.kind === LeafKind.Port)));
  });
}

/** Goes on to the items of a container that the value was found in: it is one of them. */
export function visitChoice(solver: Solver, walk: Walk, node: number, { container, isEqual, via }: Choice): void {
  const items = isEqual ? 0 : solver.paths.push(anyKey, 0);
  if (via.length === 0) {
    walk.push(container, items, node);
    return;
  }
  pushThrough(solver, walk, node, container, items, via);
}

/** Follows a value of a called function outwards through the calls that lead to it. */
function pushThrough(solver: Solver, walk: Walk, node: number, value: number, path: number, via: Choice["via"]): void {
  const { call, target } = via[0]!;
  const fn = solver.ir.functions[target.function]!;
  const summary = solver.ofValue(value, path, walk.need);
  for (const leaf of summary.leaves) {
    if (leaf.kind !== LeafKind.Port || functionOf(solver.ir, leaf.data).id !== fn.id) {
      walk.adopt(node, summary, leaf, Flag.None);
      continue;
    }
    const index = parameterIndex(solver.ir, fn, leaf.data);
    for (const given of argumentsFor(solver.ir, solver.paths, call, target, fn, index, leaf.path)) {
      if (via.length === 1) walk.push(given.value, given.path, node, leaf.flags, summary, leaf);
      else pushThrough(solver, walk, node, given.value, given.path, via.slice(1));
    }
  }
}
