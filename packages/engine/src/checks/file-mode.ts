/**
 * Permissions that let everyone on the machine write: modes given to `chmod`, and a mask of nothing.
 *
 * A mode that is given when a file or folder is made is cut by the mask of the process, so it is no evidence.
 */
import { BinOp, callArg, callArgCount, callKeyword, forEachUse, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

const writableByOthers = 0o002;
const stickyBit = 0o1000;
const bits: Readonly<Record<string, number>> = {
  S_IRWXU: 0o700, S_IRUSR: 0o400, S_IWUSR: 0o200, S_IXUSR: 0o100, S_IREAD: 0o400, S_IWRITE: 0o200, S_IEXEC: 0o100,
  S_IRWXG: 0o070, S_IRGRP: 0o040, S_IWGRP: 0o020, S_IXGRP: 0o010, S_IRWXO: 0o007, S_IROTH: 0o004, S_IWOTH: 0o002, S_IXOTH: 0o001,
  S_ISUID: 0o4000, S_ISGID: 0o2000, S_ISVTX: 0o1000,
};

export function fileMode(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Call)) {
    if (!context.isProduct(i)) continue;
    const name = calledName(context.solver, i);
    const mode = modeAt(context, i, name);
    if (mode < 0) continue;
    const row = name === "umask" ? ofMask(context, i, mode) : ofMode(context, i, mode, name);
    if (row) out.push(row);
  }
  return out;
}

/** The value of the mode of `os.chmod(path, mode)`, `path.chmod(mode)`, `os.fchmod` and `os.umask`; -1 for other calls. */
function modeAt(context: CheckContext, call: number, name: string): number {
  if (!/^(?:chmod|fchmod|lchmod|umask)$/.test(name)) return -1;
  const { ir } = context.program;
  const keyword = callKeyword(ir, call, ir.strings.intern("mode"));
  if (keyword >= 0) return keyword;
  const count = callArgCount(ir, call);
  return count === 1 || count === 2 ? callArg(ir, call, count - 1) : -1;
}

function ofMode(context: CheckContext, site: number, value: number, name: string): Obligation | undefined {
  const mode = numberOf(context, value, 0);
  if (mode === undefined) return context.row(site, "open", { code: "unknown-value", text: "the mode is not known", at: site }, { sink: name, subject: value });
  if ((mode & writableByOthers) === 0 || (mode & stickyBit) !== 0) {
    return context.row(site, "proven", { code: "good-value", text: `0o${mode.toString(8)} lets no other user write`, at: site }, { sink: name, subject: value });
  }
  return context.row(site, "violated", { code: "bad-value", text: `0o${mode.toString(8)} lets everyone write`, at: value }, { sink: name, subject: value });
}

function ofMask(context: CheckContext, site: number, value: number): Obligation | undefined {
  const mask = numberOf(context, value, 0);
  if (mask === undefined) return undefined;
  if ((mask & writableByOthers) !== 0) return context.row(site, "proven", { code: "good-value", text: "files of the process are not writable for others", at: site }, { sink: "umask", subject: value });
  return context.row(site, "violated", { code: "bad-value", text: `a mask of 0o${mask.toString(8)} lets everyone write to what is made from now on`, at: value }, {
    sink: "umask", subject: value, notShown: isPutBack(context.program.ir, site) ? "the mask of before is read, and can be put back" : "",
  });
}

/** Holds if the result of `os.umask(0)` is used: the old mask, which is set again afterwards. */
function isPutBack(ir: Ir, call: number): boolean {
  const fn = functionOf(ir, call);
  let isUsed = false;
  for (let i = fn.firstInstr; i < fn.endInstr && !isUsed; i++) {
    if (ir.op.data[i] !== Op.Expr) forEachUse(ir, i, (use) => { isUsed ||= use === call; });
  }
  return isUsed;
}

/** The number of `0o777`, `stat.S_IRWXU | stat.S_IWOTH` and the like. */
function numberOf(context: CheckContext, value: number, depth: number): number | undefined {
  const { ir } = context.program;
  if (depth > 12) return undefined;
  const constant = context.solver.facts.literalOf(value);
  if (constant?.type === "int") return Number(constant.value);
  switch (ir.op.data[value] as Op) {
    case Op.GetAttr: case Op.Import: {
      const name = ir.b.data[value] < 0 ? "" : ir.strings.text(ir.b.data[value]);
      return bits[name] ?? ofStores(context, value, depth);
    }
    case Op.Global: return bits[ir.strings.text(ir.a.data[value])] ?? ofStores(context, value, depth);
    case Op.Sigma: return numberOf(context, ir.a.data[value], depth + 1);
    case Op.Bin: {
      const [left, right] = [numberOf(context, ir.b.data[value], depth + 1), numberOf(context, ir.c.data[value], depth + 1)];
      const operation = (ir.a.data[value] & 31) as BinOp;
      if (operation === BinOp.BitOr) {
        // Bits that are added to an unknown mode are there all the same.
        if (left === undefined && right === undefined) return undefined;
        return (left ?? 0) | (right ?? 0);
      }
      return left !== undefined && right !== undefined && operation === BinOp.BitAnd ? left & right : undefined;
    }
    default: return undefined;
  }
}

function ofStores(context: CheckContext, value: number, depth: number): number | undefined {
  const stores = context.program.storesOf(value);
  return stores.length === 1 ? numberOf(context, stores[0], depth + 1) : undefined;
}
