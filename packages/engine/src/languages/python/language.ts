/** Python as the pipe sees it. */
import { InvariantError, Interner, type Problem } from "../../base/index.ts";
import type { Ir, Language, LoweredFile, ModulePlace, SurveyedFile } from "../../ir/index.ts";
import { lineOf, type SourceFile, textOf } from "../../source/index.ts";
import { type Ast, Kind } from "./ast.ts";
import { constructsOf } from "./constructs.ts";
import { lowerModule } from "./lower/module.ts";
import { ModuleParser } from "./parse.ts";
import { statementSpans } from "./statement-spans.ts";

/** Syntax problems of one file that are listed one by one. */
const problemsPerFileMax = 20;

/** Makes the Python language. It keeps its buffers between files, so one value serves one review at a time. */
export function pythonLanguage(): Language {
  let parser: ModuleParser | undefined;
  let owner: Ir | undefined;
  let surveyor: ModuleParser | undefined;
  return {
    name: "python",
    extensions: [".py", ".pyw"],
    lower(ir, file, place) {
      if (!parser || owner !== ir) {
        parser = new ModuleParser(ir.strings);
        owner = ir;
      }
      return lowerFile(parser, ir, file, place);
    },
    survey(file) {
      // Names of its own: a file that is not followed leaves no trace in the program.
      surveyor ??= new ModuleParser(new Interner());
      return surveyFile(surveyor, file);
    },
    constructs(file) {
      surveyor ??= new ModuleParser(new Interner());
      return constructsOf(surveyor.parse(file.bytes), file);
    },
  };
}

function lowerFile(parser: ModuleParser, ir: Ir, file: SourceFile, place: ModulePlace): LoweredFile {
  const ast = parser.parse(file.bytes);
  const problems = syntaxProblems(ast, file);
  const comments = suppressionComments(ast, file);
  const statements = statementSpans(ast, file);
  try {
    lowerModule(ir, ast, file, place, problems);
  } catch (error) {
    if (!(error instanceof InvariantError) && !(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    problems.push({
      kind: "internal-error", path: file.path,
      message: `the file could not be lowered (${error.message}); it is a defect of warrant, please report it with the file`,
    });
    lowerModule(ir, parser.parse(new Uint8Array(0)), file, place, []);
  }
  return { problems, comments, statements };
}

function surveyFile(parser: ModuleParser, file: SourceFile): SurveyedFile {
  const ast = parser.parse(file.bytes);
  let tests = 0;
  for (let node = 0; node < ast.kind.length; node++) {
    const kind = ast.kind.data[node];
    if ((kind === Kind.FunctionDef || kind === Kind.AsyncFunctionDef) && ast.strings.text(ast.a.data[node]).startsWith("test")) tests++;
  }
  return { problems: syntaxProblems(ast, file), comments: suppressionComments(ast, file), statements: new Int32Array(0), tests };
}

function suppressionComments(ast: Ast, file: SourceFile): LoweredFile["comments"] {
  const comments: { offset: number; text: string }[] = [];
  for (let i = 0; i < ast.comments.length; i += 2) {
    const start = ast.comments[i];
    if (mayBeSuppression(file.bytes, start, ast.comments[i + 1])) comments.push({ offset: start, text: textOf(file, start, ast.comments[i + 1]) });
  }
  return comments;
}

function syntaxProblems(ast: Ast, file: SourceFile): Problem[] {
  const problems: Problem[] = [];
  if (ast.python2At >= 0) {
    problems.push({
      kind: "python2", path: file.path, line: lineOf(file, ast.python2At),
      message: "the file is written for Python 2; it was read by the tolerant mode",
    });
  }
  for (const error of ast.errors.slice(0, problemsPerFileMax)) {
    problems.push({ kind: "syntax-error", path: file.path, line: lineOf(file, error.start), message: error.message });
  }
  if (ast.errors.length > problemsPerFileMax) {
    problems.push({
      kind: "syntax-error", path: file.path, line: lineOf(file, ast.errors[problemsPerFileMax].start),
      message: `${ast.errors.length - problemsPerFileMax} more statements could not be read`,
    });
  }
  return problems;
}

/** Comments that hold none of the words of the suppression dialects are not kept. */
const words = ["nosec", "noqa", "nosem", "lgtm", "codeql", "warrant", "ruff"].map((word) => [...word].map((c) => c.charCodeAt(0)));

function mayBeSuppression(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const lower = bytes[i] | 32;
    for (const word of words) {
      if (lower !== word[0] || i + word.length > end) continue;
      let k = 1;
      while (k < word.length && (bytes[i + k] | 32) === word[k]) k++;
      if (k === word.length) return true;
    }
  }
  return false;
}
