/** Parses and lowers one piece of Python for a test. */
import { Interner, type Problem } from "../../src/base/index.ts";
import { Ir, type ModuleInfo } from "../../src/ir/index.ts";
import { lowerModule, parseModule } from "../../src/languages/python/index.ts";
import type { SourceFile } from "../../src/source/index.ts";

export interface Lowered {
  readonly ir: Ir;
  readonly module: ModuleInfo;
  readonly problems: readonly Problem[];
}

export function lowerText(text: string, name = "m", isPackage = false): Lowered {
  const strings = new Interner();
  const ir = new Ir(strings);
  const bytes = new TextEncoder().encode(text);
  const starts = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) starts.push(i + 1);
  const file: SourceFile = { id: 0, path: "m.py", bytes, lineStarts: Int32Array.from(starts), role: "product" };
  const problems: Problem[] = [];
  const ast = parseModule(bytes, strings);
  const module = lowerModule(ir, ast, file, { name, isPackage, id: 0 }, problems);
  return { ir, module, problems };
}
