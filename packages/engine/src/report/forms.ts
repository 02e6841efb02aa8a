/** The forms of a review: one table. A form is a file of this folder and a row here; flags, help and writing follow from it. */
import type { Report } from "../review/index.ts";
import { remarkForms, remarksOf } from "./hosts/index.ts";
import { renderHtml } from "./html/index.ts";
import { renderJsonPieces } from "./json.ts";
import { renderSarifPieces } from "./sarif.ts";
import { plainStyle, type Style } from "./style.ts";
import { renderText } from "./text.ts";
import { renderMarkdown, renderPage } from "./written/index.ts";

/** What a reader may choose about a form; a form heeds what it can. */
export interface FormOptions {
  readonly style: Style;
  /** Findings and one line of figures only. */
  readonly quiet: boolean;
  /** Everything instead of one page. */
  readonly full: boolean;
  /** A file of the same run that holds the whole review, as seen from this one; "" if there is none. */
  readonly fullReport: string;
  /** `YYYY-MM-DD`, for forms that ask for a date; "" if it is not known. */
  readonly today: string;
}

export const defaultFormOptions: FormOptions = { style: plainStyle, quiet: false, full: false, fullReport: "", today: "" };

/** A form that a review can be put into. */
export interface Form {
  /** As `--format` and `--NAME-output` call it. */
  readonly name: string;
  /** The text in pieces, so that a large review is never one text in memory. */
  readonly render: (report: Report, options: FormOptions) => Iterable<string>;
}

/** In the order in which help lists them. */
export const reviewForms: readonly Form[] = [
  { name: "text", render: (report, { style, quiet }) => [renderText(report, { style, quiet })] },
  { name: "markdown", render: (report, { full, fullReport }) => [renderMarkdown(report, { full, fullReport })] },
  { name: "page", render: (report, { full, fullReport }) => [renderPage(report, { full, fullReport })] },
  { name: "html", render: (report) => renderHtml(report) },
  { name: "json", render: (report) => renderJsonPieces(report) },
  { name: "sarif", render: (report) => renderSarifPieces(report, { full: false }) },
  { name: "sarif-full", render: (report) => renderSarifPieces(report, { full: true }) },
  ...remarkForms.map(({ name, render }): Form => ({ name, render: (report, { today }) => [render(remarksOf(report), today)] })),
];
