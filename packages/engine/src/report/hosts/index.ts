/** Forms for the places where changes are discussed: one file each, all made from {@link Remarks}. */
import { renderCodequality } from "./codequality.ts";
import { renderGerrit } from "./gerrit.ts";
import { renderGithub } from "./github.ts";
import { renderGitlab } from "./gitlab.ts";
import { renderJunit } from "./junit.ts";
import { renderRdjson } from "./rdjson.ts";
import type { Remarks } from "./remark.ts";
import { renderZuul } from "./zuul.ts";

export { gerritReview, type GerritReview } from "./gerrit.ts";
export { readRemarks, readRemarksMax, type RemarksReading } from "./read.ts";
export { headingOf, type Remark, remarkMarkdown, remarkOf, type Remarks, remarksOf, type Suggestion } from "./remark.ts";

export { remarksSummary, summaryRowsMax } from "./summary.ts";

/** A form that remarks can be put into, whatever they were made of. */
export interface RemarkForm {
  readonly name: string;
  /** `today` is `YYYY-MM-DD`, for forms that ask for a date. */
  readonly render: (remarks: Remarks, today: string) => string;
}

export const remarkForms: readonly RemarkForm[] = [
  { name: "github", render: renderGithub },
  { name: "gitlab", render: renderGitlab },
  { name: "codequality", render: renderCodequality },
  { name: "junit", render: renderJunit },
  { name: "rdjson", render: renderRdjson },
  { name: "gerrit", render: renderGerrit },
  { name: "zuul", render: renderZuul },
];
