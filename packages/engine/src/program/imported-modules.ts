/** Which modules the code of a program imports, before it is linked. */
import { type Ir, Op } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { type ModuleFile, ModuleTable } from "./modules.ts";

/** Answers for modules that are known by their paths alone; a module is its place in the list. */
export class ImportedModules {
  private readonly table: ModuleTable;

  constructor(modules: readonly ModuleFile[], api: ApiGraph) {
    this.table = new ModuleTable(modules, api);
  }

  /** What the rows from `first` on import; `moduleOf` says which module a row stands in. */
  of(ir: Ir, first: number, moduleOf: (row: number) => number): ReadonlySet<number> {
    const found = new Set<number>();
    for (let row = first; row < ir.length; row++) {
      const op = ir.op.data[row];
      if (op !== Op.Import && op !== Op.ImportStar) continue;
      const dotted = ir.strings.text(ir.a.data[row]);
      const from = moduleOf(row);
      this.add(dotted, from, found);
      if (op === Op.Import && ir.b.data[row] >= 0) this.add(`${dotted}.${ir.strings.text(ir.b.data[row])}`, from, found);
    }
    return found;
  }

  /** A module comes with the packages that it lies in. */
  private add(dotted: string, from: number, found: Set<number>): void {
    for (let end = dotted.length; end > 0; end = dotted.lastIndexOf(".", end - 1)) {
      const imported = this.table.find(dotted.slice(0, end), from);
      if (imported.kind === "module") found.add(imported.module);
    }
  }
}
