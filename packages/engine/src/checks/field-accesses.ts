/** Where the fields of objects and the variables of modules are read and written, and how. */
import { callCallee, forEachUse, type FunctionInfo, InPlace, type Ir, Op } from "../ir/index.ts";
import type { LockNames } from "./lock-names.ts";

export type AccessKind = "read" | "iterate" | "write" | "change";

export interface FieldAccess {
  readonly row: number;
  readonly fn: FunctionInfo;
  /** Name of the field, or of the variable. */
  readonly name: number;
  /** `write` binds it anew; `change` alters what it holds. */
  readonly kind: AccessKind;
  /** Holds if what is written is made of what was there. */
  readonly isUpdate: boolean;
  /** The value that is written, or -1. */
  readonly value: number;
}

const changers = /^(?:append|add|update|pop|popitem|remove|discard|clear|extend|insert|setdefault|appendleft|popleft|sort|reverse|difference_update|intersection_update)$/;
const views = /^(?:items|values|keys)$/;

/** Accesses to fields of `self` in a function, and to module variables that `isState` names. */
export function accessesIn(ir: Ir, names: LockNames, fn: FunctionInfo, isState: (name: number) => boolean): FieldAccess[] {
  const out: FieldAccess[] = [];
  const reads = new Map<number, number>();
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    const op = ir.op.data[row] as Op;
    if (op === Op.GetAttr && names.isSelf(ir.a.data[row]!)) reads.set(row, ir.b.data[row]!);
    else if (op === Op.Global && isState(ir.a.data[row]!)) reads.set(row, ir.a.data[row]!);
    else if (op === Op.SetAttr && names.isSelf(ir.a.data[row]!)) out.push(writeOf(ir, fn, row, ir.b.data[row]!, ir.c.data[row]!));
    else if (op === Op.SetGlobal && isState(ir.a.data[row]!)) out.push(writeOf(ir, fn, row, ir.a.data[row]!, ir.b.data[row]!));
  }
  if (reads.size > 0) readsOf(ir, names, fn, reads, out);
  return out;
}

function writeOf(ir: Ir, fn: FunctionInfo, row: number, name: number, value: number): FieldAccess {
  return { row, fn, name, kind: "write", isUpdate: ir.op.data[value] === Op.Bin && (ir.a.data[value]! & InPlace) !== 0, value };
}

/** What is done with what was read: changed in place, gone through, or looked at. */
function readsOf(ir: Ir, names: LockNames, fn: FunctionInfo, reads: ReadonlyMap<number, number>, out: FieldAccess[]): void {
  const kinds = new Map<number, AccessKind>();
  const methods = new Map<number, number>();
  const viewed = new Map<number, number>();
  const note = (value: number, kind: AccessKind): void => {
    const read = names.rootOf(value);
    if (reads.has(read) && kinds.get(read) !== "change") kinds.set(read, kind);
  };
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    switch (ir.op.data[row] as Op) {
      case Op.SetItem: case Op.DelItem: note(ir.a.data[row]!, "change"); break;
      case Op.GetAttr: if (reads.has(names.rootOf(ir.a.data[row]!))) methods.set(row, names.rootOf(ir.a.data[row]!)); break;
      case Op.Call: {
        const read = methods.get(callCallee(ir, row));
        const word = read === undefined ? "" : ir.strings.text(ir.b.data[callCallee(ir, row)]!);
        if (changers.test(word)) note(read!, "change");
        else if (views.test(word)) viewed.set(row, read!);
        break;
      }
      case Op.Iter: note(viewed.get(ir.a.data[row]!) ?? ir.a.data[row]!, "iterate"); break;
      default:
    }
  }
  const updated = new Set<number>();
  for (const write of out) if (write.isUpdate) forEachUse(ir, write.value, (used) => { updated.add(used); });
  for (const [row, name] of reads) if (!updated.has(row)) out.push({ row, fn, name, kind: kinds.get(row) ?? "read", isUpdate: false, value: -1 });
}
