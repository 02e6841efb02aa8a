/**
 * Whether a path is a name in a shared temporary folder that can be told before the file is made.
 *
 * ```text
 * "/tmp/%s.pid" % type(self).__name__.lower()        told: nothing of it is drawn by lot
 * os.path.join(gettempdir(), "x-%d" % os.getpid())   told: the number of a process is known
 * "/tmp/" + uuid4().hex                              not told
 * ```
 */
import { BinOp, callArg, callArgCount, callCallee, type Ir, Op } from "../ir/index.ts";
import { calledName } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

/** `name`: in a shared folder; `folder`: such a folder; `told`: another text that can be told; `unknown`: may be drawn by lot. */
export interface PathName {
  readonly kind: "name" | "folder" | "told" | "unknown";
  /** The instruction that shows it. */
  readonly at: number;
}

const folderText = /^\/(?:tmp|var\/tmp|dev\/shm)\/*$/;
const nameText = /^\/(?:tmp|var\/tmp|dev\/shm)\/+[^/]/;
const folderVariable = /^(?:TMPDIR|TMP|TEMP)$/;
const depthMax = 12;
const storesMax = 6;

/** Functions that give the same text again, or a text made of it alone, of their first argument or their receiver. */
const keeping = /^(?:str|int|repr|lower|upper|strip|rstrip|lstrip|replace|format|encode|decode|abspath|normpath|realpath|expanduser|basename|fspath|Path|PurePath|PosixPath|strftime|isoformat|joinpath|splitext)$/;
/** What everyone on the machine knows or can read. */
const told = /^(?:getpid|getppid|getuser|getlogin|getuid|geteuid|gethostname|node|time|now|today|ctime|get_ident)$/;
const toldAttribute = /^(?:__name__|__class__|__file__|__qualname__|__module__|argv|platform|pid|name)$/;

export function pathNameOf(context: CheckContext, value: number, depth = 0): PathName {
  const { ir } = context.program;
  const unknown: PathName = { kind: "unknown", at: value };
  if (depth > depthMax || value < 0) return unknown;
  const text = context.program.ir.op.data[value] === Op.Param ? undefined : constantText(context, value);
  if (text !== undefined) return { kind: folderText.test(text) ? "folder" : nameText.test(text) ? "name" : "told", at: value };
  switch (ir.op.data[value] as Op) {
    case Op.Sigma: case Op.Content: return pathNameOf(context, ir.a.data[value], depth + 1);
    case Op.Phi: return oneOf(context, ir.lists.toArray(ir.a.data[value]), depth, unknown);
    case Op.Global: case Op.Import: case Op.Cell: return oneOf(context, context.program.storesOf(value), depth, unknown);
    case Op.GetAttr: {
      if (toldAttribute.test(ir.strings.text(ir.b.data[value]))) return { kind: "told", at: value };
      return oneOf(context, context.program.storesOf(value), depth, unknown);
    }
    case Op.GetItem: return isToldItem(context, value) ? { kind: folderItem(context, value) ? "folder" : "told", at: value } : unknown;
    case Op.Fmt: return joined(context, ir.lists.toArray(ir.a.data[value]), depth, value);
    case Op.Bin: return ofOperation(context, value, depth);
    case Op.Call: return ofCall(context, value, depth);
    default: return unknown;
  }
}

function constantText(context: CheckContext, value: number): string | undefined {
  const constant = context.solver.facts.literalOf(value);
  return constant?.type === "str" || constant?.type === "bytes" ? constant.value : constant?.type === "int" ? String(constant.value) : undefined;
}

/** One of several values: that it is a name in a shared folder is told by any of them. */
function oneOf(context: CheckContext, values: readonly number[], depth: number, otherwise: PathName): PathName {
  if (values.length === 0 || values.length > storesMax) return otherwise;
  const names = values.map((value) => pathNameOf(context, value, depth + 1));
  return names.find((name) => name.kind === "name") ?? names.find((name) => name.kind === "folder") ?? (names.every((name) => name.kind === "told") ? names[0] : otherwise);
}

/** A text of several parts: its beginning says where it is, and every part must be told. */
function joined(context: CheckContext, parts: readonly number[], depth: number, at: number): PathName {
  const names = parts.map((part) => pathNameOf(context, part, depth + 1));
  const first = names[0];
  if (!first || names.some((name) => name.kind === "unknown")) return { kind: "unknown", at };
  if (first.kind === "folder") return { kind: names.length > 1 ? "name" : "folder", at: first.at };
  return first;
}

function ofOperation(context: CheckContext, value: number, depth: number): PathName {
  const { ir } = context.program;
  const operation = (ir.a.data[value] & 31) as BinOp;
  const [left, right] = [ir.b.data[value], ir.c.data[value]];
  if (operation === BinOp.Add || operation === BinOp.Div) return joined(context, [left, right], depth, value);
  if (operation !== BinOp.Mod) return { kind: "unknown", at: value };
  const items = ir.op.data[right] === Op.Build ? ir.lists.toArray(ir.b.data[right]).filter((item) => item >= 0) : [right];
  return joined(context, [left, ...items], depth, value);
}

function ofCall(context: CheckContext, call: number, depth: number): PathName {
  const { ir } = context.program;
  const name = calledName(context.solver, call);
  if (name === "gettempdir" || name === "gettempdirb") return { kind: "folder", at: call };
  if (told.test(name)) return { kind: "told", at: call };
  const callee = callCallee(ir, call);
  const receiver = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee] : -1;
  const given = Array.from({ length: callArgCount(ir, call) }, (_v, i) => callArg(ir, call, i));
  if ((name === "get" || name === "getenv") && given.length > 0) return ofVariable(context, call, given, receiver, depth);
  if (name === "join" && given.length > 1) return joined(context, given, depth, call);
  if (!keeping.test(name)) return { kind: "unknown", at: call };
  const isMethod = receiver >= 0 && !isModule(ir, receiver);
  return joined(context, isMethod ? [receiver, ...given] : given, depth, call);
}

const isModule = (ir: Ir, value: number): boolean => {
  const op = ir.op.data[value] as Op;
  return op === Op.Import || (op === Op.GetAttr && ir.op.data[ir.a.data[value]] === Op.Import) || (op === Op.Global && /^(?:os|path|datetime|time|tempfile)$/.test(ir.strings.text(ir.a.data[value])));
};

/** `os.environ.get("TMPDIR", "/tmp")`. */
function ofVariable(context: CheckContext, call: number, given: readonly number[], receiver: number, depth: number): PathName {
  const name = context.text(given[0]);
  const { ir } = context.program;
  const holder = receiver >= 0 && (ir.op.data[receiver] === Op.GetAttr || ir.op.data[receiver] === Op.Import);
  if (!holder || name === undefined) return { kind: "unknown", at: call };
  if (folderVariable.test(name)) return { kind: "folder", at: call };
  return /^(?:USER|LOGNAME|HOME|HOSTNAME)$/.test(name) ? { kind: "told", at: call } : given.length > 1 ? pathNameOf(context, given[1], depth + 1) : { kind: "unknown", at: call };
}

function isToldItem(context: CheckContext, item: number): boolean {
  const { ir } = context.program;
  const object = ir.a.data[item];
  const name = ir.op.data[object] === Op.GetAttr || ir.op.data[object] === Op.Import ? ir.strings.text(ir.b.data[object]) : "";
  return name === "argv" || (name === "environ" && /^(?:USER|LOGNAME|HOSTNAME|TMPDIR|TMP|TEMP)$/.test(context.text(ir.b.data[item]) ?? ""));
}

function folderItem(context: CheckContext, item: number): boolean {
  return folderVariable.test(context.text(context.program.ir.b.data[item]) ?? "");
}
