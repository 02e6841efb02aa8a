/**
 * Checks of the host that an address leads to.
 *
 * ```text
 * ipaddress.ip_address(socket.gethostbyname(urlparse(url).hostname)).is_private    false: public-host
 * ip_address(host) in ip_network("10.0.0.0/8")                                     false: public-host
 * urlparse(url).hostname.endswith(".example.org")                                  true: allowed-host
 * ```
 * The names of the properties are those of the `ipaddress` module, which nothing else has.
 */
import { CmpOp, Op, callArg, callArgCount, forEachUse } from "../ir/index.ts";
import { elementOf, mergesTo } from "./characters.ts";
import { literalText } from "./constants.ts";
import { guardsOfCondition, type GuardQuestion } from "./guards.ts";
import { receiverValue } from "./ports.ts";
import { calledName, isPartAskedAbout } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { beginningOf } from "./text-beginning.ts";

const valuesMax = 60;
const none: readonly string[] = [];
const inside = new Set(["is_private", "is_loopback", "is_link_local", "is_reserved", "is_multicast", "is_unspecified", "is_site_local"]);
const hostParts = new Set(["netloc", "hostname", "host", "domain", "authority"]);
export const isHostPart = (name: string): boolean => hostParts.has(name);
const addressMakers = new Set(["ip_address", "IPv4Address", "IPv6Address", "IPAddress", "ip_network", "IPNetwork", "IPSet", "IPv4Network", "IPv6Network"]);

/** Guards that a condition about the host of an address gives the subject of a question. */
export function hostGuards(solver: Solver, question: GuardQuestion): readonly string[] {
  const { ir } = solver;
  const { condition, polarity } = question;
  switch (ir.op.data[condition]! as Op) {
    case Op.GetAttr: {
      const name = ir.strings.text(ir.b.data[condition]!);
      const isOutside = inside.has(name) ? !polarity : name === "is_global" && polarity;
      return isOutside && mentions(solver, ir.a.data[condition]!, question) ? ["public-host"] : none;
    }
    case Op.Cmp: {
      const op = ir.a.data[condition]! as CmpOp;
      if (op !== CmpOp.In && op !== CmpOp.NotIn) return none;
      const address = ir.b.data[condition]!;
      if (!isAddress(solver, address) || !mentions(solver, address, question)) return none;
      return polarity === (op === CmpOp.In) ? ["allowed-host"] : ["public-host"];
    }
    case Op.Call: return guardsOfHostCall(solver, question);
    default: return none;
  }
}

function guardsOfHostCall(solver: Solver, question: GuardQuestion): readonly string[] {
  const { ir } = solver;
  const { condition: call, polarity } = question;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  if ((name === "any" && !polarity) || (name === "all" && polarity)) {
    const element = callArgCount(ir, call) === 1 ? elementOf(solver, callArg(ir, call, 0)) : -1;
    return element < 0 ? none : guardsOfCondition(solver, { ...question, condition: element }).kinds.filter((kind) => kind === "public-host");
  }
  if (receiver < 0 || callArgCount(ir, call) === 0) return none;
  if (inside.has(name) && !polarity) return mentions(solver, receiver, question) ? ["public-host"] : none;
  if (name !== "endswith" || !polarity || !isHostOf(solver, receiver, question)) return none;
  return suffixes(solver, callArg(ir, call, 0)) ? ["allowed-host"] : none;
}

/** Holds if all that a host may end with begins with a dot: `evil-example.org` ends with `example.org` too. */
function suffixes(solver: Solver, value: number): boolean {
  const { ir } = solver;
  if (ir.op.data[value] === Op.Build) {
    const items = ir.lists.toArray(ir.b.data[value]!);
    return items.length > 0 && items.every((item) => suffixes(solver, item));
  }
  const text = literalText(solver, value);
  return text === undefined ? beginningOf(solver, value).text.startsWith(".") : text.startsWith(".") && text.length > 1;
}

/** Holds for the host of the address that is asked about, and texts made of it. */
function isHostOf(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  let v = value;
  let isHost = false;
  for (let i = 0; i < 12 && v >= 0; i++) {
    if (isPartAskedAbout(solver, v, question)) return isHost;
    const op = ir.op.data[v]! as Op;
    if (op === Op.GetAttr) {
      if (hostParts.has(ir.strings.text(ir.b.data[v]!))) isHost = true;
      v = ir.a.data[v]!;
    } else if (op === Op.Sigma || op === Op.Content || op === Op.GetItem) v = ir.a.data[v]!;
    else if (op === Op.Call) {
      const receiver = receiverValue(ir, v);
      const isParser = /^(?:urlparse|urlsplit|url_parse|parse_url|URL|furl|str)$/.test(calledName(solver, v));
      v = isParser && callArgCount(ir, v) > 0 ? callArg(ir, v, 0) : receiver;
    } else return false;
  }
  return false;
}

/** Holds if a value is made by a function for addresses and networks. */
function isAddress(solver: Solver, value: number): boolean {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 12 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
  return ir.op.data[v] === Op.Call && addressMakers.has(calledName(solver, v));
}

/** Holds if a value is computed from what is asked about, by whatever steps of the same function. */
export function mentions(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  const seen = new Set<number>();
  const todo = [value];
  for (let v = todo.pop(); v !== undefined && seen.size < valuesMax; v = todo.pop()) {
    if (v < 0 || seen.has(v)) continue;
    seen.add(v);
    if (isPartAskedAbout(solver, v, question) || (question.path === 0 && mergesTo(solver, question.subject, v))) return true;
    if (ir.op.data[v] === Op.Content || ir.op.data[v] === Op.Sigma) todo.push(ir.a.data[v]!);
    else forEachUse(ir, v, (use) => { todo.push(use); });
  }
  return false;
}
