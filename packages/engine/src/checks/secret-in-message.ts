/** Secrets that are written into the text of an error, of a result or of an object's description: who gets the message gets the secret. */
import {
  BuildKind, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, forEachUse, functionOf, Op,
} from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { isSecretName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { isUsedAsObject, namesOfValue, partsOf } from "./secret-words.ts";

/** Names that say that a text is a secret, and not an object about one, or where one is kept, as `private_key` often does. */
const secretText = /passw(?:or)?d|passphrase|pwd|api_?key|secret_?key|secret_access_key|(?:access|auth|refresh|api|bearer|session)_?token/i;
const messageKey = /^(?:msg|message|comment|error|err|detail|details|reason|description|failure|stderr|stdout)$/;
const messageWord = /^(?:msg|comment|error|detail|details|reason|failure)$/;
/** Two words of prose; what speaks to the person whose secret it is, or is written for a machine, is no message of this kind. */
const prose = /[A-Za-z]{2,} [a-z]{2,}/;
const notMessage = /\byour\b|:\/\/|\b(?:identified by|alter|create|grant|insert|update|select|bearer|basic|authorization|files?|path|director(?:y|ies)|no such)\b|--\w/i;

export function secretInMessage(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out = new Map<number, Obligation>();
  for (const i of ir.rowsOf(Op.Return, Op.Raise, Op.SetItem, Op.Build, Op.Call)) {
    if (!context.isProduct(i)) continue;
    const isDescription = ir.op.data[i] === Op.Return && descriptions.test(ir.strings.text(functionOf(ir, i).name));
    for (const text of isDescription ? [ir.a.data[i]] : messagesAt(context, i)) {
      const row = decide(context, text, isDescription);
      if (row && !out.has(text)) out.set(text, row);
    }
  }
  return [...out.values()];
}

const none: readonly number[] = [];

/** The texts that an instruction makes a message of. */
function messagesAt(context: CheckContext, instr: number): readonly number[] {
  const { ir } = context.program;
  switch (ir.op.data[instr] as Op) {
    case Op.Raise: return ir.a.data[instr] < 0 ? none : argumentsOf(context, ir.a.data[instr]);
    case Op.SetItem: return messageKey.test(context.text(ir.b.data[instr]) ?? "") ? [ir.c.data[instr]] : none;
    case Op.Build: {
      if (ir.a.data[instr] !== BuildKind.Dict) return none;
      const items = ir.lists.toArray(ir.b.data[instr]);
      return items.filter((_v, i) => i % 2 === 1 && items[i - 1] >= 0 && messageKey.test(context.text(items[i - 1]) ?? ""));
    }
    case Op.Call: {
      if (callKeywordCount(ir, instr) === 0) return none;
      const out: number[] = [];
      for (let i = 0, n = callKeywordCount(ir, instr); i < n; i++) {
        const name = callKeywordName(ir, instr, i);
        if (name >= 0 && messageWord.test(ir.strings.text(name))) out.push(callKeywordValue(ir, instr, i));
      }
      return out;
    }
    default: return none;
  }
}

function argumentsOf(context: CheckContext, value: number): readonly number[] {
  const { ir } = context.program;
  if (ir.op.data[value] !== Op.Call) return [];
  return Array.from({ length: callArgCount(ir, value) }, (_v, i) => callArg(ir, value, i));
}

/** How an object describes itself in logs and traces. */
const descriptions = /^__(?:repr|str|unicode)__$/;

function decide(context: CheckContext, text: number, isDescription: boolean): Obligation | undefined {
  const parts = partsOf(context, added(context, text));
  if (!parts || (!isDescription && !prose.test(parts.literal)) || notMessage.test(parts.literal)) return undefined;
  for (const value of parts.values) {
    const name = namesOfValue(context, value).find((each) => isSecretName(each) && secretText.test(each));
    if (name === undefined || /^_*[A-Z][A-Z0-9_]*$/.test(name) || isUsedAsObject(context, value)) continue;
    return context.row(text, "violated", { code: "bad-value", text: `${name} is part of a message`, at: text }, { sink: "the message", subject: value, source: name, sourceKind: "secret" });
  }
  return undefined;
}

/** What `message += text` adds. */
function added(context: CheckContext, value: number): number {
  const { ir } = context.program;
  if (partsOf(context, value)?.values.some((part) => secretText.test(namesOfValue(context, part).join(" ")))) return value;
  let found = value;
  if (ir.op.data[value] === Op.Bin) forEachUse(ir, value, (use) => { if (partsOf(context, use)) found = use; });
  return found;
}

