/**
 * Where a library object is fetched, and where it only is.
 *
 * ```text
 * self.body = request.body            request.body fetches it
 * run(self.body)                      here it only is: what is stored in the field is followed
 * ```
 * The token flow knows no contexts: what one object keeps in a field, or one call puts into a container, others seem to get.
 * It is right about which library is meant and wrong about whose value it is; a walk tells these apart.
 */
import { Op } from "../ir/index.ts";
import { keyStep } from "../knowledge/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { type Need, requestPathKind } from "./need.ts";
import { attributeName, isAttribute, itemKey } from "./paths.ts";
import type { Solver } from "./solver.ts";

const containerTypes: readonly string[] = ["list", "tuple", "set", "dict"];

/** Holds if an instruction itself gets the library object `api` from another, or if nothing else says where it comes from. */
export function isFetchedThere(solver: Solver, value: number, api: number): boolean {
  const { ir, program } = solver;
  switch (ir.op.data[value]! as Op) {
    case Op.GetAttr: return isStepOf(solver, ir.a.data[value]!, api, [ir.strings.text(ir.b.data[value]!)]);
    case Op.GetItem: return isStepOf(solver, ir.a.data[value]!, api, ["[*]", ...keySteps(solver, ir.b.data[value]!)]);
    case Op.Next: return isStepOf(solver, iterated(solver, ir.a.data[value]!), api, ["[*]"]);
    case Op.Cell: case Op.Global: {
      const stores = program.storesOf(value);
      return stores.length === 0 || stores.some((store) => ir.op.data[store] === Op.Import);
    }
    default: return true;
  }
}

function iterated(solver: Solver, value: number): number {
  return solver.ir.op.data[value] === Op.Iter ? solver.ir.a.data[value]! : value;
}

function keySteps(solver: Solver, key: number): readonly string[] {
  const constants = solver.facts.constantsOf(key) ?? [];
  return constants.flatMap((id) => {
    const constant = solver.ir.constants[id]!;
    return constant.type === "str" ? [keyStep(constant.value)] : [];
  });
}

/** Holds if one of the steps leads from what `from` is to a library object, or if `from` keeps nothing of the project. */
function isStepOf(solver: Solver, from: number, api: number, steps: readonly string[]): boolean {
  const { program } = solver;
  const tokens = program.tokensOf(from);
  let keeps = false;
  for (let i = 0; i < tokens.length; i++) {
    const id = tokenId(tokens[i]!);
    const kind = tokenKind(tokens[i]!);
    if (kind === TokenKind.Api) {
      if (leadsTo(solver, id, api, steps)) return true;
      keeps ||= containerTypes.some((type) => solver.api.typeNode(type) === id);
    } else if (kind === TokenKind.External) keeps ||= solver.ir.strings.text(id).startsWith("<");
    if (kind !== TokenKind.Instance) continue;
    keeps = true;
    for (const base of program.apiBasesOf(id)) {
      if (leadsTo(solver, base, api, steps) || leadsTo(solver, solver.api.step(base, "()"), api, steps)) return true;
    }
  }
  return !keeps;
}

const leadsTo = (solver: Solver, node: number, api: number, steps: readonly string[]): boolean =>
  node >= 0 && steps.some((step) => solver.api.step(node, step) === api);

/** A source that part `path` of a library object is: what pages say of `environ["QUERY_STRING"]`, asked of a parameter `environ`. */
export function sourcePart(solver: Solver, object: number, path: number, need: Need): { readonly kind: string; readonly name: string } | undefined {
  if (path === 0) return undefined;
  const steps = stepsTo(solver, solver.paths.head(path));
  for (const node of solver.apiNodes(object)) {
    for (const step of steps) {
      const part = solver.api.step(node, step);
      const fact = part < 0 ? undefined : solver.api.facts(part).find(({ port, when, kind }) => port.type === "object" && !when && isAsked(need, kind));
      if (fact) return { kind: fact.kind === requestPathKind ? "remote-input" : fact.kind, name: solver.api.name(part) };
    }
  }
  return undefined;
}

const isAsked = (need: Need, kind: string): boolean => need.sources.has(kind === requestPathKind ? "remote-input" : kind);

function stepsTo(solver: Solver, selector: number): readonly string[] {
  if (isAttribute(selector)) return [solver.ir.strings.text(attributeName(selector))];
  const key = itemKey(selector) < 0 ? undefined : solver.ir.constants[itemKey(selector)];
  return key?.type === "str" ? [keyStep(key.value), "[*]"] : ["[*]"];
}
