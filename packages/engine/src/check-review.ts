/** A review that someone else wrote, against a project: the project is reviewed, and every claim is put to the result. */
import { decodeUtf8 } from "./base/index.ts";
import type { FileComments } from "./findings/index.ts";
import type { Construct, Language } from "./ir/index.ts";
import type { Catalog } from "./knowledge/index.ts";
import type { Program } from "./program/index.ts";
import { defaultReviewOptions, link, reportOf, type ReviewOptions } from "./review.ts";
import type { SourceFile, Workspace } from "./source/index.ts";
import { textOf } from "./source/index.ts";
import { type GivenReview, type Verification, verifyReview, type VerifyInput } from "./verify/index.ts";

/** A review, and the files of the project that the host says it is about. */
export interface ReviewToCheck extends GivenReview {
  readonly paths: readonly string[];
}

/**
 * Checks a review of a project, claim by claim.
 *
 * @example
 * ```ts
 * checkReview(workspace, [pythonLanguage()], catalog, { name: "bandit.sarif", text, paths: [] }).counts; // => { confirmed: 1, … }
 * ```
 * @public
 */
export function checkReview(
  workspace: Workspace, languages: readonly Language[], catalog: Catalog, given: ReviewToCheck, options: ReviewOptions = defaultReviewOptions,
): Verification {
  const linked = link(workspace, languages, catalog, options);
  const { program } = linked;
  const report = reportOf(linked, catalog, options);
  const texts = new ProjectTexts(workspace, languages, program);
  const input: VerifyInput = {
    program, catalog, report,
    get comments() {
      return texts.comments();
    },
    target: { paths: given.paths, revision: options.project.revision },
    sourceText: (path) => texts.textOf(path), constructsOf: (path) => texts.constructsOf(path),
  };
  return verifyReview(given, input);
}

/** Other files than code that a claim may name are read up to this size. */
const dataBytesMax = 5_000_000;

/** Texts of the project and what stands in them, each worked out once, when it is asked for. */
class ProjectTexts {
  private readonly files: ReadonlyMap<string, SourceFile>;
  private readonly texts = new Map<string, string | undefined>();
  private readonly constructs = new Map<string, readonly Construct[]>();
  private allComments: readonly FileComments[] | undefined;

  constructor(
    private readonly workspace: Workspace,
    private readonly languages: readonly Language[],
    private readonly program: Program,
  ) {
    this.files = new Map(program.files.map((file) => [file.path, file]));
  }

  textOf(path: string): string | undefined {
    if (!this.texts.has(path)) this.texts.set(path, this.read(path));
    return this.texts.get(path);
  }

  private read(path: string): string | undefined {
    const file = this.files.get(path);
    if (file !== undefined) return textOf(file, 0, file.bytes.length);
    const bytes = this.workspace.read(path);
    return bytes === undefined || bytes.length > dataBytesMax ? undefined : decodeUtf8(bytes, 0, bytes.length);
  }

  constructsOf(path: string): readonly Construct[] {
    let found = this.constructs.get(path);
    if (found === undefined) {
      const file = this.files.get(path);
      const language = this.languages.find((each) => each.extensions.some((ending) => path.endsWith(ending))) ?? this.languages[0];
      found = file === undefined ? [] : language.constructs(file);
      this.constructs.set(path, found);
    }
    return found;
  }

  comments(): readonly FileComments[] {
    this.allComments ??= this.program.files.flatMap((file) => {
      const comments = this.constructsOf(file.path).filter((each) => each.kind === "comment");
      return comments.length === 0 ? [] : [{ file: file.id, comments: comments.map(({ offset, text }) => ({ offset, text })) }];
    });
    return this.allComments;
  }
}
