/**
 * From files to one program: product code, and of the test code what the product imports.
 *
 * ```text
 * shop/app.py            lowered
 * shop/testing/fake.py   lowered if the product imports it, directly or through another such file
 * tests/test_app.py      parsed: its comments, its syntax errors and how many tests it has
 * ```
 * A caller in test code says nothing of what product code is given when it runs, and two thirds of many projects are tests
 * (`docs/design/performance.md`). A tree without product code is followed as it is.
 */
import type { Problem } from "./base/index.ts";
import type { FileComments } from "./findings/index.ts";
import type { Ir, Language, LoweredFile } from "./ir/index.ts";
import type { ApiGraph } from "./knowledge/index.ts";
import { ImportedModules, type ModuleFile, moduleNames } from "./program/index.ts";
import type { UnfollowedTests } from "./review/index.ts";
import type { SourceFile } from "./source/index.ts";

export interface LowerOptions {
  readonly languageOf: (path: string) => Language | undefined;
  readonly api: ApiGraph;
  readonly followTests: boolean;
  readonly onProgress: (done: number) => void;
}

export interface Lowered {
  readonly problems: readonly Problem[];
  /** By file, in order. */
  readonly comments: readonly FileComments[];
  readonly unfollowed: UnfollowedTests;
}

/** Appends to the program what is followed, and looks into the rest. */
export function lowerFiles(ir: Ir, files: readonly SourceFile[], options: LowerOptions): Lowered {
  return new FileLowering(ir, files, options).run();
}

class FileLowering {
  private readonly ir: Ir;
  private readonly files: readonly SourceFile[];
  private readonly options: LowerOptions;
  private readonly places: readonly ModuleFile[];
  private readonly problems: Problem[] = [];
  private readonly comments: FileComments[] = [];
  private readonly isLowered: Uint8Array;
  private done = 0;

  constructor(ir: Ir, files: readonly SourceFile[], options: LowerOptions) {
    this.ir = ir;
    this.files = files;
    this.options = options;
    const names = moduleNames(files.map((file) => file.path));
    this.places = files.map(({ path }, id) => ({
      path, name: names[id] ?? path, isPackage: path === "__init__.py" || path.endsWith("/__init__.py"),
    }));
    this.isLowered = new Uint8Array(files.length);
  }

  run(): Lowered {
    const all = this.files.map((_file, id) => id);
    const product = all.filter((id) => this.files[id]!.role === "product");
    const isWhole = this.options.followTests || product.length === 0;
    this.lowerAll(isWhole ? all : product);
    if (!isWhole && product.length < all.length) this.lowerImported();
    const unfollowed = this.survey(all.filter((id) => this.isLowered[id] === 0));
    this.comments.sort((a, b) => a.file - b.file);
    return { problems: this.problems, comments: this.comments, unfollowed };
  }

  private lowerAll(ids: readonly number[]): void {
    for (const id of ids) {
      this.isLowered[id] = 1;
      const file = this.files[id]!;
      const { name, isPackage } = this.places[id]!;
      this.take(id, this.next(file)?.lower(this.ir, file, { id: this.ir.modules.length, name, isPackage }));
    }
  }

  /** Test code that is imported is part of the product's program, and so is what it imports of other test code. */
  private lowerImported(): void {
    const { ir } = this;
    const imported = new ImportedModules(this.places, this.options.api);
    const fileOf = (row: number): number => ir.modules[ir.functions[ir.blocks.func.data[ir.block.data[row]!]!]!.module]!.file;
    for (let first = 0; first < ir.length; ) {
      const from = first;
      first = ir.length;
      this.lowerAll([...imported.of(ir, from, fileOf)].filter((id) => this.isLowered[id] === 0).sort((a, b) => a - b));
    }
  }

  private survey(ids: readonly number[]): UnfollowedTests {
    let functions = 0;
    for (const id of ids) {
      const file = this.files[id]!;
      const found = this.next(file)?.survey(file);
      this.take(id, found);
      functions += found?.tests ?? 0;
    }
    return { paths: ids.map((id) => this.files[id]!.path), functions };
  }

  private next(file: SourceFile): Language | undefined {
    if (this.done % 64 === 0) this.options.onProgress(this.done);
    this.done++;
    return this.options.languageOf(file.path);
  }

  private take(id: number, result: LoweredFile | undefined): void {
    if (result === undefined) return;
    this.problems.push(...result.problems);
    const { comments, statements } = result;
    if (comments.length + statements.length > 0) this.comments.push({ file: this.files[id]!.id, comments, statements });
  }
}
