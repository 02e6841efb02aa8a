/**
 * Command lines that start a shell: what follows `-c` is a command of its own.
 *
 * ```text
 * ["sh", "-c", text]                              text is a shell command
 * line = ["cmd"] if windows else ["bash"]         what is appended in branches counts as well:
 * line.append("/c" if ...) ; line.append(text)    every way of putting the list together is looked at
 * ```
 */
import { BinOp, BuildKind, type Ir, Op, callArg, callArgCount, callCallee, callKeywordCount } from "../ir/index.ts";

const waysMax = 16;
const depthMax = 40;
const itemsMax = 64;

/** What a command line consists of, for each way that it can be put together; undefined if a way is not known. */
export function commandLines(ir: Ir, value: number): readonly (readonly number[])[] | undefined {
  return ways(ir, value, 0);
}

/** The items of a command line that a shell, started by it, reads as commands. */
export function shellCommands(ir: Ir, items: readonly number[]): number[] {
  for (let i = 0; i < items.length; i++) {
    const shell = /(?:^|[\\/])([\w.]+?)(?:\.exe)?$/i.exec(textOf(ir, items[i]!))?.[1]?.toLowerCase() ?? "";
    const flag = flags.get(shell);
    if (flag === undefined) continue;
    for (let at = i + 1; at < items.length; at++) {
      const text = textOf(ir, items[at]!);
      if (flag.test(text)) return posix.has(shell) ? items.slice(at + 1, at + 2) : items.slice(at + 1);
      if (!/^[-/]/.test(text)) break;
    }
  }
  return [];
}

const posix = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "csh", "tcsh", "busybox"]);
const flags: ReadonlyMap<string, RegExp> = new Map([
  ...[...posix].map((name): [string, RegExp] => [name, /^-[a-zA-Z]*c$/]),
  ["cmd", /^\/[ckr]$/i],
  ["powershell", /^[-/](?:c|command|e|ec|encodedcommand)$/i],
  ["pwsh", /^[-/](?:c|command|e|ec|encodedcommand)$/i],
]);

function textOf(ir: Ir, value: number): string {
  const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]!] : undefined;
  return constant?.type === "str" ? constant.value : "";
}

function ways(ir: Ir, value: number, depth: number): (readonly number[])[] | undefined {
  if (depth > depthMax || value < 0) return undefined;
  switch (ir.op.data[value]! as Op) {
    case Op.Build: {
      if (ir.a.data[value] !== BuildKind.List && ir.a.data[value] !== BuildKind.Tuple) return undefined;
      return spread(ir, ir.lists.toArray(ir.b.data[value]!), depth);
    }
    case Op.Sigma: return ways(ir, ir.a.data[value]!, depth + 1);
    case Op.Phi: {
      const out: (readonly number[])[] = [];
      for (const input of ir.lists.toArray(ir.a.data[value]!)) {
        const found = ways(ir, input, depth + 1);
        if (!found || out.length + found.length > waysMax) return undefined;
        out.push(...found);
      }
      return out;
    }
    case Op.Bin:
      return (ir.a.data[value]! & 31) === BinOp.Add
        ? joined(ways(ir, ir.b.data[value]!, depth + 1), ways(ir, ir.c.data[value]!, depth + 1)) : undefined;
    case Op.Content: return changed(ir, value, depth);
    default: return undefined;
  }
}

/** Items, with those behind a star spread out. */
function spread(ir: Ir, items: readonly number[], depth: number): (readonly number[])[] | undefined {
  let out: (readonly number[])[] | undefined = [[]];
  for (const item of items) out = joined(out, ir.op.data[item] === Op.Star ? ways(ir, ir.a.data[item]!, depth + 1) : [[item]]);
  return out;
}

function joined(first: readonly (readonly number[])[] | undefined, second: readonly (readonly number[])[] | undefined): (readonly number[])[] | undefined {
  if (!first || !second || first.length * second.length > waysMax) return undefined;
  const out = first.flatMap((start) => second.map((end) => [...start, ...end]));
  return out.some((items) => items.length > itemsMax) ? undefined : out;
}

function changed(ir: Ir, content: number, depth: number): (readonly number[])[] | undefined {
  const before = ways(ir, ir.a.data[content]!, depth + 1);
  const effect = ir.b.data[content]!;
  if (!before || ir.op.data[effect] !== Op.Call || callKeywordCount(ir, effect) > 0) return undefined;
  // Being passed to a function is not taken for a change.
  if (ir.c.data[content] !== -1) return before;
  const callee = callCallee(ir, effect);
  const name = ir.op.data[callee] === Op.GetAttr ? ir.strings.text(ir.b.data[callee]!) : "";
  const count = callArgCount(ir, effect);
  if (name === "append" && count === 1) return joined(before, [[callArg(ir, effect, 0)]]);
  if (name === "insert" && count === 2) return inserted(ir, before, callArg(ir, effect, 0), callArg(ir, effect, 1));
  if (name === "extend" && count === 1) return joined(before, ways(ir, callArg(ir, effect, 0), depth + 1));
  return name === "index" || name === "count" || name === "copy" ? before : undefined;
}

function inserted(ir: Ir, lines: readonly (readonly number[])[], place: number, item: number): (readonly number[])[] | undefined {
  const constant = ir.op.data[place] === Op.Const ? ir.constants[ir.a.data[place]!] : undefined;
  if (constant?.type !== "int") return undefined;
  const at = Number(constant.value);
  return lines.map((items) => [...items.slice(0, at), item, ...items.slice(at)]);
}
