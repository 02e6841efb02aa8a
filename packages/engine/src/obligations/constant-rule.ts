/** What became of "the value at this place must not be one of these": the literal that breaks it, or its absence. */
import {
  BuildKind, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, type Ir, Op,
} from "../ir/index.ts";
import type { ConstantRule } from "../knowledge/index.ts";
import { constantMatches } from "./constants.ts";
import { calledName } from "./relations.ts";
import { type Leaf, LeafKind } from "./leaf.ts";
import { exactNeed } from "./need.ts";
import type { Reason, Verdict } from "./obligation.ts";
import { type Origin, originsOf, type Scope } from "./origins.ts";
import { itemSelector } from "./paths.ts";
import type { Seed } from "./seeds.ts";
import type { Solver } from "./solver.ts";

export interface ConstantAnswer {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** The value asked about, or -1 if the argument is absent. */
  readonly subject: number;
  /** Where the bad literal comes from. */
  readonly origin?: Origin;
  /** The bad literal in words. */
  readonly text: string;
}

/** Decides a constant rule at a seed. */
export function decideConstant(solver: Solver, scope: Scope, seed: Seed, rule: ConstantRule): ConstantAnswer {
  const subject = seed.values[0] ?? -1;
  if (subject < 0) return absence(seed, rule, "absent");
  const key = spreadKey(solver.ir, seed, subject);
  const given = key >= 0 && rule.absent === "bad" ? keyIn(solver, subject, key, 0) : "has";
  if (given === "omits") return absence(seed, rule, "absent from the options");
  const path = key < 0 ? 0 : solver.paths.push(itemSelector(key), 0);
  const origins = originsOf(solver, scope, subject, path, exactNeed, seed.site);
  const bad = origins.find((origin) => isConstantLeaf(origin.leaf) && constantMatches(solver, origin.leaf, rule.bad));
  if (bad) {
    const text = leafText(solver.ir, bad.leaf);
    return { verdict: "violated", reason: { code: "bad-value", text: `the value is ${text}`, at: bad.leaf.instr }, subject, origin: bad, text };
  }
  const open = origins.find((origin) => !isConstantLeaf(origin.leaf));
  if (!open && given === "unknown") return { verdict: "open", reason: { code: "unknown-value", text: "whether the options name it is not known", at: seed.site }, subject, text: "" };
  if (!open) return { verdict: "proven", reason: { code: "good-value", text: "every value it can have is fine", at: seed.site }, subject, text: "" };
  const text = open.leaf.text === "" ? "the value is not a literal" : `the value is ${open.leaf.text}`;
  return { verdict: "open", reason: { code: "unknown-value", text, at: open.leaf.instr }, subject, text: "" };
}

function absence(seed: Seed, rule: ConstantRule, what: string): ConstantAnswer {
  const isBad = rule.absent === "bad";
  return {
    verdict: isBad ? "violated" : "proven", subject: -1, text: "",
    reason: { code: isBad ? "bad-value" : "good-value", text: `the argument is ${what}, and its default is ${isBad ? "the weak one" : "fine"}`, at: seed.site },
  };
}

/** The key under which `**options` would pass the argument of a seed, or -1 if the value is no such mapping. */
function spreadKey(ir: Ir, { site, fact }: Seed, value: number): number {
  if (ir.op.data[site] !== Op.Call || fact?.port.type !== "argument" || fact.port.name === "") return -1;
  for (let i = 0, n = callKeywordCount(ir, site); i < n; i++) {
    if (callKeywordName(ir, site, i) < 0 && callKeywordValue(ir, site, i) === value) return ir.constant({ type: "str", value: fact.port.name });
  }
  return -1;
}

const depthMax = 12;

/**
 * Whether a mapping has a key. "omits": on some way it is a literal without it, and on none it is given it; a mapping
 * that the code completes on some ways only is a switch, which another rule judges.
 */
function keyIn(solver: Solver, value: number, key: number, depth: number): "has" | "omits" | "unknown" {
  const { ir } = solver;
  if (depth > depthMax) return "unknown";
  const deeper = (v: number) => keyIn(solver, v, key, depth + 1);
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: return deeper(ir.a.data[value]!);
    case Op.Phi: {
      const all = ir.lists.toArray(ir.a.data[value]!).map(deeper);
      return all.includes("has") ? "has" : all.includes("omits") ? "omits" : "unknown";
    }
    case Op.Build: return ir.a.data[value] === BuildKind.Dict ? keyInLiteral(solver, value, key, deeper) : "unknown";
    case Op.Content: {
      const before = deeper(ir.a.data[value]!);
      return before === "has" || addsKey(solver, ir.b.data[value]!, key, deeper) ? "has" : before;
    }
    case Op.Call: return calledName(solver, value) === "dict" ? keyInCall(solver, value, key, deeper) : "unknown";
    default: return "unknown";
  }
}

type Ask = (value: number) => "has" | "omits" | "unknown";

function keyInLiteral(solver: Solver, build: number, key: number, ask: Ask): "has" | "omits" | "unknown" {
  const { ir } = solver;
  const items = ir.lists.toArray(ir.b.data[build]!);
  let found: "omits" | "unknown" = "omits";
  for (let i = 0; i < items.length; i += 2) {
    const inner = items[i]! < 0 ? ask(items[i + 1]!) : isKey(solver, items[i]!, key);
    if (inner === "has") return "has";
    if (inner === "unknown") found = "unknown";
  }
  return found;
}

function isKey(solver: Solver, value: number, key: number): "has" | "omits" | "unknown" {
  const keys = solver.facts.constantsOf(value);
  if (keys?.length !== 1) return "unknown";
  return keys[0] === key ? "has" : "omits";
}

/** `d[k] = v`, `d.update(...)`, `d.setdefault(k, v)`. */
function addsKey(solver: Solver, effect: number, key: number, ask: Ask): boolean {
  const { ir } = solver;
  if (ir.op.data[effect] === Op.SetItem) return isKey(solver, ir.b.data[effect]!, key) !== "omits";
  if (ir.op.data[effect] !== Op.Call) return false;
  const name = calledName(solver, effect);
  if (name === "setdefault" && callArgCount(ir, effect) > 0) return isKey(solver, callArg(ir, effect, 0), key) !== "omits";
  return name === "update" && keyInCall(solver, effect, key, ask) === "has";
}

function keyInCall(solver: Solver, call: number, key: number, ask: Ask): "has" | "omits" | "unknown" {
  const { ir } = solver;
  const wanted = ir.constants[key];
  let found: "omits" | "unknown" = "omits";
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name >= 0 && wanted?.type === "str" && ir.strings.text(name) === wanted.value) return "has";
    if (name < 0) found = "unknown";
  }
  if (callArgCount(ir, call) === 0) return found;
  const given = ask(callArg(ir, call, 0));
  return given === "omits" ? found : given;
}

const isConstantLeaf = (leaf: Leaf): boolean => leaf.kind === LeafKind.Constant || leaf.kind === LeafKind.Object;

function leafText(ir: Ir, leaf: Leaf): string {
  if (leaf.kind === LeafKind.Object) return leaf.text;
  const constant = ir.constants[leaf.data];
  if (!constant) return "a literal";
  if (constant.type === "str" || constant.type === "bytes") return "a literal text";
  switch (constant.type) {
    case "none": return "None";
    case "true": return "True";
    case "false": return "False";
    case "ellipsis": return "...";
    default: return String(constant.value);
  }
}
