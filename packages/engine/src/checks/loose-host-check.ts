/**
 * Addresses that are checked by a part of their text: `"example.org" in url`, `url.startswith("https://example.org")`,
 * `host.endswith("example.org")`. Other hosts contain, begin or end like that too.
 */
import { callArg, callArgCount, callCallee, CmpOp, Op } from "../ir/index.ts";
import { LeafKind, type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function looseHostCheck(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Cmp, Op.Call)) {
    const op = ir.op.data[i] as Op;
    if (!context.isProduct(i)) continue;
    const found = op === Op.Cmp ? inTest(context, i) : methodTest(context, i);
    if (found && context.program.isReachable(ir.block.data[i])) out.push(...decide(context, i, found));
  }
  return out;
}

interface HostTest {
  readonly subject: number;
  /** The text that is looked for. */
  readonly text: string;
  readonly form: "in" | "startswith" | "endswith";
  readonly isExact: boolean;
}

const host = "[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]{2,}";
const hostText = new RegExp(`^(?:https?://)?${host}$`, "i");
const originText = new RegExp(`^https?://${host}(?::\\d+)?(/?)`, "i");
const endText = new RegExp(`^(\\.?)${host}$`, "i");
/** Ends that are those of files, not of hosts. */
const fileEnding = /^\.?[a-z0-9_-]*\.?(?:py|js|ts|css|html?|json|ya?ml|xml|txt|md|zip|gz|tar|png|jpe?g|gif|svg|pdf|csv|ini|cfg|conf|log|sh|exe|dll|so|db|sql|pem|key|crt|ico|mp[34]|toml|lock)$/i;

function inTest(context: CheckContext, row: number): HostTest | undefined {
  const { ir } = context.program;
  if (ir.a.data[row] !== CmpOp.In && ir.a.data[row] !== CmpOp.NotIn) return undefined;
  const text = literal(context, ir.b.data[row]);
  if (text === undefined || !hostText.test(text) || fileEnding.test(text) || ir.op.data[ir.c.data[row]] === Op.Build) return undefined;
  return { subject: ir.c.data[row], text, form: "in", isExact: false };
}

function methodTest(context: CheckContext, row: number): HostTest | undefined {
  const { ir } = context.program;
  const callee = callCallee(ir, row);
  if (ir.op.data[callee] !== Op.GetAttr || callArgCount(ir, row) !== 1) return undefined;
  const form = ir.strings.text(ir.b.data[callee]);
  if (form !== "startswith" && form !== "endswith") return undefined;
  const text = literal(context, callArg(ir, row, 0));
  if (text === undefined) return undefined;
  const match = (form === "startswith" ? originText : endText).exec(text);
  if (!match || (form === "endswith" && fileEnding.test(text))) return undefined;
  return { subject: ir.a.data[callee], text, form, isExact: match[1] !== "" };
}

function literal({ program: { ir } }: CheckContext, value: number): string | undefined {
  const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]] : undefined;
  return constant?.type === "str" ? constant.value : undefined;
}

/** Ways through a field, or through calls that a model knows, still are of the value. */
const knownFlags = 1 | 32;

function decide(context: CheckContext, site: number, { subject, text, form, isExact }: HostTest): readonly Obligation[] {
  const sink = form === "in" ? `"${text}" in` : `.${form}("${text}")`;
  if (isExact) return [context.row(site, "proven", { code: "good-value", text: "the text ends where the host does", at: site }, { sink, subject })];
  const remote = context.origins(subject, ["remote-input"], []).find(({ leaf, flags }) => leaf.kind === LeafKind.Source && leaf.code === "remote-input" && (flags & ~knownFlags) === 0);
  if (!remote) return [context.row(site, "open", { code: "unknown-value", text: "where the address comes from is not known", at: site }, { sink, subject })];
  return [context.row(site, "violated", { code: "source-reaches-sink", text: "other hosts pass this test", at: remote.leaf.instr }, {
    sink, subject, source: remote.leaf.text, sourceKind: remote.leaf.code, steps: context.steps(remote, site, "tested by a part of its text"),
  })];
}
