/** A language as the pipe sees it: something that turns files into instructions. */
import type { Problem } from "../base/index.ts";
import type { SourceFile } from "../source/index.ts";
import type { Construct } from "./construct.ts";
import type { Ir } from "./ir.ts";

/** Where a file stands in the program. */
export interface ModulePlace {
  /** Index into Ir.modules. */
  readonly id: number;
  /** Dotted name as imported. */
  readonly name: string;
  readonly isPackage: boolean;
}

/** What a file said beside its code. */
export interface LoweredFile {
  readonly problems: readonly Problem[];
  readonly comments: readonly { readonly offset: number; readonly text: string }[];
  /** Byte spans of statements, of those with a body the head: start, end, start, end, …, ascending. */
  readonly statements: Int32Array;
}

/** What a file that is not followed said, and how many test functions it has. */
export interface SurveyedFile extends LoweredFile {
  readonly tests: number;
}

/** One language. The pipe receives it as a value and knows nothing else of it. */
export interface Language {
  readonly name: string;
  /** Endings of its files, with the dot. */
  readonly extensions: readonly string[];
  /** Appends one file to the program. Never throws on input. */
  lower(ir: Ir, file: SourceFile, place: ModulePlace): LoweredFile;
  /** Reads one file without adding it to a program. Never throws on input. */
  survey(file: SourceFile): SurveyedFile;
  /** What stands where in one file, in the order of the text. Never throws on input. */
  constructs(file: SourceFile): readonly Construct[];
}
