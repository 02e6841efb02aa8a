/**
 * Policies by which pages of every origin may read answers that a browser asks for with the visitor's credentials.
 *
 * ```text
 * CORS(app, supports_credentials=True)                                   every origin by default
 * CORSMiddleware(app, allow_origins=["*"], allow_credentials=True)
 * CORS_ALLOW_ALL_ORIGINS = True, CORS_ALLOW_CREDENTIALS = True
 * response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"], and credentials are allowed beside it
 * ```
 */
import { BranchKind, BuildKind, callCallee, callKeyword, constantOf, functionOf, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

const originWords = ["allow_origins", "origins", "allow_origin_regex"];
const credentialWords = ["allow_credentials", "supports_credentials"];

export function openCors(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const row of ir.rowsOf(Op.Call, Op.SetItem, Op.SetGlobal)) {
    const op = ir.op.data[row] as Op;
    if (!context.isProduct(row)) continue;
    if (op === Op.Call) callRow(context, row, out);
    else if (op === Op.SetItem) headerRow(context, row, out);
    else settingRow(context, row, out);
  }
  return out;
}

function callRow(context: CheckContext, call: number, out: Obligation[]): void {
  const { ir, api } = context.program;
  const isPolicy = (node: number): boolean => api.facts(node).some((fact) => fact.kind === "cors-policy");
  const named = ir.lists.toArray(ir.b.data[call]!).some((value) => context.solver.apiNodes(value).some(isPolicy));
  if (!named && !context.solver.apiNodes(callCallee(ir, call)).some(isPolicy)) return;
  const origins = keyword(context, call, originWords);
  const credentials = keyword(context, call, credentialWords);
  // Middleware that is named to the application admits no origin by itself; an extension that is told nothing admits all.
  const isOpen = origins < 0 ? !named && !context.solver.apiNodes(callCallee(ir, call)).some((node) => /Middleware/.test(api.name(node))) : isEvery(context, origins);
  decide(context, call, isOpen, credentials >= 0 && context.solver.facts.literalOf(credentials)?.type === "true", out);
}

function decide(context: CheckContext, site: number, isOpen: boolean, hasCredentials: boolean, out: Obligation[]): void {
  if (isOpen && hasCredentials) out.push(context.row(site, "violated", { code: "bad-value", text: "every origin may ask with credentials", at: site }));
  else out.push(context.row(site, "proven", { code: "good-value", text: isOpen ? "credentials are not allowed" : "origins are named", at: site }));
}

function keyword(context: CheckContext, call: number, names: readonly string[]): number {
  const { ir } = context.program;
  for (const name of names) {
    const id = ir.strings.find(name);
    const value = id === undefined || id < 0 ? -1 : callKeyword(ir, call, id);
    if (value >= 0) return value;
  }
  return -1;
}

/** Holds for `"*"`, a list with it, and a pattern that every origin matches. */
function isEvery(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const text = context.text(value);
  if (text !== undefined) return text === "*" || /^\^?(?:https?\??:\/\/)?\.[*+]\$?$/.test(text);
  if (ir.op.data[value] !== Op.Build || ir.a.data[value] === BuildKind.Dict) return false;
  return ir.lists.toArray(ir.b.data[value]!).some((item) => item >= 0 && isEvery(context, item));
}

const allOrigins = /^(?:CORS_ALLOW_ALL_ORIGINS|CORS_ORIGIN_ALLOW_ALL)$/;

/** The two settings stand in one module. */
function settingRow(context: CheckContext, row: number, out: Obligation[]): void {
  const { ir } = context.program;
  if (!allOrigins.test(ir.strings.text(ir.a.data[row]!))) return;
  const isOpen = context.solver.facts.literalOf(ir.b.data[row]!)?.type === "true";
  const fn = functionOf(ir, row);
  let hasCredentials = false;
  for (let at = fn.firstInstr; at < fn.endInstr; at++) {
    if (ir.op.data[at] === Op.SetGlobal && ir.strings.text(ir.a.data[at]!) === "CORS_ALLOW_CREDENTIALS") {
      hasCredentials = context.solver.facts.literalOf(ir.b.data[at]!)?.type === "true";
    }
  }
  decide(context, row, isOpen, hasCredentials, out);
}

/** `headers["Access-Control-Allow-Origin"] = origin`, of the request, with credentials beside it. */
function headerRow(context: CheckContext, row: number, out: Obligation[]): void {
  const { ir } = context.program;
  if (keyText(context, row) !== "access-control-allow-origin") return;
  const value = ir.c.data[row]!;
  const fn = functionOf(ir, row);
  let hasCredentials = false;
  for (let at = fn.firstInstr; at < fn.endInstr; at++) {
    if (ir.op.data[at] === Op.SetItem && keyText(context, at) === "access-control-allow-credentials") hasCredentials = /^true$/i.test(context.text(ir.c.data[at]!) ?? "");
  }
  const isReflected = constantOf(ir, value) === undefined && context.origins(value, ["remote-input"], []).some((origin) => origin.leaf.code === "remote-input");
  if (!isReflected) {
    decide(context, row, context.text(value) === "*", false, out);
    return;
  }
  if (hasCredentials && isAskedAbout(context, row)) out.push(context.row(row, "open", { code: "unmodelled-guard", text: "a condition on the origin is not understood", at: row }));
  else decide(context, row, true, hasCredentials, out);
}

function keyText(context: CheckContext, row: number): string {
  const key = constantOf(context.program.ir, context.program.ir.b.data[row]!);
  return key?.type === "str" ? key.value.toLowerCase() : "";
}

/** Holds if the function decides by membership or equality before it sets the header. */
function isAskedAbout(context: CheckContext, row: number): boolean {
  const { ir } = context.program;
  const fn = functionOf(ir, row);
  for (let block = fn.firstBlock; block < fn.endBlock; block++) {
    const last = ir.blocks.end.data[block]! - 1;
    if (ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition && ir.src.data[last]! < ir.src.data[row]!) return true;
  }
  return false;
}
