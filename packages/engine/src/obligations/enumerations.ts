/** Classes of the project that enumerate their objects: `Color("red")` gives one of them or raises. */
import { Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

const bases = new Set(["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "TextChoices", "IntegerChoices", "Choices"]);

/** Holds if a class, or one that it extends, is an enumeration. */
export function isEnumeration(program: Program, cls: number): boolean {
  const { ir } = program;
  return [cls, ...program.mroOf(cls)].some((each) => {
    const info = each < 0 ? undefined : ir.classes[each];
    return info !== undefined && ir.lists.toArray(ir.b.data[info.definition]!).some((base) => bases.has(nameOf(program, base)));
  });
}

/** The enumeration that a value names, or -1. */
export function enumerationOf(program: Program, value: number): number {
  const tokens = program.tokensOf(value);
  if (tokens.length !== 1 || tokenKind(tokens[0]!) !== TokenKind.Class) return -1;
  const cls = tokenId(tokens[0]!);
  return isEnumeration(program, cls) ? cls : -1;
}

function nameOf({ ir }: Program, row: number): string {
  switch (ir.op.data[row]! as Op) {
    case Op.Global: return ir.strings.text(ir.a.data[row]!);
    case Op.GetAttr: return ir.strings.text(ir.b.data[row]!);
    case Op.Import: return ir.b.data[row]! >= 0 ? ir.strings.text(ir.b.data[row]!) : "";
    default: return "";
  }
}
