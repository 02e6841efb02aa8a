/** Weak settings: shown where the program decides for itself; held back where someone is asked to turn the check off. */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, constantOf, functionOf, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { Condition } from "../knowledge/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { conditionsAbove } from "./conditions-above.ts";
import type { CheckContext } from "./context.ts";
import { isTextSwitch } from "./text-switch.ts";

const switchName = /verif|valid|insecure|secure|check|cert|ssl|tls|reqs|skip|trust|debug|dev_mode|testing|unsafe|self_signed|autoescape|escape/i;
const openlyWeak = /insecure|unverified|no_?verif|skip_?verif|without_?verif|noverify|unsafe/i;

/** What a condition asks about that is true of a service that is reached by TLS. */
const encrypted = /https|(?:^|_)scheme$|is_secure|(?:^|_)(?:ssl|tls)(?:_|$)|PREFERRED_URL_SCHEME/i;

/** Most values read to find the names that a condition asks about. */
const namesMax = 60;

/** Why a weak value or call is not shown, or "". */
export function choiceHeldBack(row: Obligation, context: CheckContext): string {
  const { ir } = context.program;
  const site = row.site;
  const fn = functionOf(ir, site);
  const above = conditionsAbove(ir, ir.block.data[site]);
  if (above.some((condition) => namesIn(ir, condition).some((name) => switchName.test(name)) && !isTextSwitch(context, condition))) return "it is behind a switch that someone has to turn";
  if (openlyWeak.test(className(ir, fn))) return "the name of the class says that it is so";
  if (isOfUnknownKind(context, site)) return "whether the call is of this kind is not known";
  const to: readonly string[] = context.detector.constant?.to ?? context.detector.call?.to ?? [];
  if (to.includes("autoescape-off") && !speaksOfPages(ir, fn.module)) return "nothing says that the templates make pages";
  if (to.includes("cookie-secure") && context.detector.reports === "question" && !isSensitiveCookie(ir, site)) return "the cookie is not known to be sensitive";
  const bad = row.steps.length > 0 ? row.steps[0].instr : -1;
  if (bad < 0) return "";
  if (isKey(ir, bad)) return "the literal is the name of an entry";
  if (!spreads(ir, site) && row.steps.some((step) => step.kind === "item" || step.kind === "element")) return "the value is one of several that a table holds";
  const known = new Set(above);
  const own = conditionsAbove(ir, ir.block.data[bad]).filter((condition) => !known.has(condition));
  own.push(...mergedUnder(ir, bad).filter((condition) => !known.has(condition)));
  if (to.includes("cookie-secure") && [...own, ...decidingOf(ir, bad)].some((condition) => namesIn(ir, condition).some((name) => encrypted.test(name)))) return "the cookie goes without encryption where the service itself does";
  return own.length > 0 && !own.every((condition) => isTextSwitch(context, condition)) ? "the weak value is used under a condition only" : "";
}

/** The conditions that choose between the inputs of a value that ways bring together: `True if secure else False`. */
function decidingOf(ir: Ir, value: number): number[] {
  if (ir.op.data[value] !== Op.Phi) return [];
  return ir.lists.toArray(ir.blocks.preds.data[ir.block.data[value]]).flatMap((pred) => conditionsAbove(ir, pred));
}

/** The conditions under which a value comes through where it was set before them: `v = False`, `if check: v = path`. */
function mergedUnder(ir: Ir, value: number): number[] {
  const fn = functionOf(ir, value);
  const out: number[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.Phi) continue;
    const inputs = ir.lists.toArray(ir.a.data[row]);
    const place = inputs.indexOf(value);
    if (place < 0) continue;
    const block = ir.block.data[row];
    const outside = new Set(conditionsAbove(ir, block));
    const own = conditionsAbove(ir, ir.lists.at(ir.blocks.preds.data[block], place)).filter((condition) => !outside.has(condition));
    // `if path: v = path` is no switch: without a path, the weak value is what one gets.
    const names = new Set(inputs.flatMap((input) => (input === value ? [] : namesIn(ir, input))));
    if (own.length === 0 || inputs.filter((input) => input === value).length > 1 || own.some((condition) => namesIn(ir, condition).some((name) => names.has(name) && name !== "self"))) return [];
    out.push(...own);
  }
  return out;
}

function className(ir: Ir, fn: FunctionInfo): string {
  const name = ir.strings.text(fn.qualname);
  return fn.class < 0 ? "" : name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** Holds if the condition of the model that makes the call a weak one asks about an argument that is computed. */
function isOfUnknownKind(context: CheckContext, site: number): boolean {
  const { program, detector } = context;
  const { ir } = program;
  if (ir.op.data[site] !== Op.Call) return false;
  const kinds = detector.constant?.to ?? detector.call?.to ?? [];
  for (const target of program.targetsOf(site)) {
    if (target.kind !== "api") continue;
    const result = program.api.step(target.node, "()");
    const facts = [...program.api.facts(target.node), ...(result < 0 ? [] : program.api.facts(result))];
    const own = facts.filter((fact) => kinds.includes(fact.kind));
    if (own.length > 0 && own.every((fact) => fact.when !== undefined && asksUnknown(ir, site, fact.when))) return true;
  }
  return false;
}

function asksUnknown(ir: Ir, call: number, condition: Condition): boolean {
  if (condition.type === "and" || condition.type === "or") {
    const answers = condition.parts.map((part) => asksUnknown(ir, call, part));
    return condition.type === "and" ? answers.includes(true) : !answers.includes(false);
  }
  if (condition.type !== "is") return false;
  const { index, name } = condition.argument;
  const byName = name === "" ? -1 : callKeyword(ir, call, ir.strings.intern(name));
  const value = byName >= 0 ? byName : index >= 0 && index < callArgCount(ir, call) ? callArg(ir, call, index) : -1;
  if (value < 0) return false;
  let v = value;
  for (let i = 0; i < 20 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v];
  const op = ir.op.data[v] as Op;
  return op === Op.Next || op === Op.Phi || op === Op.Param || op === Op.GetItem || op === Op.Call || op === Op.Unpack;
}

/** Holds if the module has a text that speaks of HTML: the name of a template, a media type, markup. */
function speaksOfPages(ir: Ir, module: number): boolean {
  let isSilent = true;
  for (const fn of ir.functions) {
    if (fn.module !== module) continue;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      const constant = constantOf(ir, i);
      if (constant?.type !== "str") continue;
      if (/html|<\/\w+>/i.test(constant.value)) return true;
      if (/\.(?:xml|ya?ml|json|conf|cfg|ini|txt|sh|sql|md|rst|tex|py|toml|j2|tpl|service|csv)$/i.test(constant.value)) isSilent = false;
    }
  }
  return isSilent && !ir.functions.some((fn) => fn.module === module && /(?:^|[._])(?:script|conf|config|cli|deploy|docker|mail|email)/i.test(ir.strings.text(fn.qualname)));
}

const sensitiveCookie = /(?:^|[_.-])(?:sess|session|sessionid|session_?id|sid|auth|authorization|token|jwt|csrf\w*|xsrf\w*|remember\w*|credentials?|secret|api_?key|access|refresh|identity|user_?id|uid|login|user)(?:$|[_.-](?:id|key|token|cookie)$|$)/i;

/** Holds if the name of a cookie is written at the call and is that of a session, a token or a user. */
function isSensitiveCookie(ir: Ir, site: number): boolean {
  if (ir.op.data[site] !== Op.Call) return true;
  const named = callKeyword(ir, site, ir.strings.intern("key"));
  const value = named >= 0 ? named : callArgCount(ir, site) > 0 ? callArg(ir, site, 0) : -1;
  if (value < 0) return false;
  const constant = constantOf(ir, value);
  return constant?.type === "str" && sensitiveCookie.test(constant.value);
}

/** Holds for `call(**options)`: of a table that is spread, the entry of this name is meant and no other. */
function spreads(ir: Ir, site: number): boolean {
  if (ir.op.data[site] !== Op.Call) return false;
  for (let i = 0, n = callKeywordCount(ir, site); i < n; i++) if (callKeywordName(ir, site, i) < 0) return true;
  return false;
}

/** Holds if a literal is the name of an entry, not what it holds. */
function isKey(ir: Ir, literal: number): boolean {
  const fn = functionOf(ir, literal);
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i] as Op;
    if ((op === Op.SetItem || op === Op.GetItem) && ir.b.data[i] === literal) return true;
    if (op !== Op.Build || ir.a.data[i] !== BuildKind.Dict) continue;
    const items = ir.b.data[i];
    for (let k = 0, n = ir.lists.length(items); k < n; k += 2) if (ir.lists.at(items, k) === literal) return true;
  }
  return false;
}


/** Names of variables, attributes and keys that a condition is made of. */
export function namesIn(ir: Ir, condition: number): string[] {
  const out: string[] = [];
  const todo = [condition];
  for (let i = 0; i < todo.length && i < namesMax; i++) {
    const v = todo[i];
    if (v < 0) continue;
    switch (ir.op.data[v] as Op) {
      case Op.Param: out.push(ir.strings.text(ir.b.data[v])); break;
      case Op.Global: out.push(ir.strings.text(ir.a.data[v])); break;
      case Op.GetAttr: out.push(ir.strings.text(ir.b.data[v])); todo.push(ir.a.data[v]); break;
      case Op.Const: {
        const constant = ir.constants[ir.a.data[v]];
        if (constant.type === "str") out.push(constant.value);
        break;
      }
      case Op.Not: case Op.Sigma: case Op.Content: case Op.Un: todo.push(ir.a.data[v]); break;
      case Op.Cmp: case Op.Bin: todo.push(ir.b.data[v], ir.c.data[v]); break;
      case Op.GetItem: todo.push(ir.a.data[v], ir.b.data[v]); break;
      case Op.Phi: todo.push(...ir.lists.toArray(ir.a.data[v])); break;
      case Op.Call: todo.push(callCallee(ir, v), ...ir.lists.toArray(ir.b.data[v])); break;
      default:
    }
  }
  return out;
}
