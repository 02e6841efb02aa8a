/**
 * Output forms: plain text out of a report.
 *
 * In: a {@link Report}.
 * Out: Markdown, terminal text, JSON, SARIF, and what hosts of changes take (`hosts/`).
 * How: each form is a function from the report to one string; text of the project passes `escape.ts`.
 * Holds: pure; the same report gives the same bytes; no form says what another does not know.
 * Not here: files, colour, exit codes.
 */
export { htmlText, markdownCode, markdownText, pathUri, visible, visibleLines } from "./escape.ts";
export { changesData, renderChanges } from "./changes.ts";
export { entriesSchemaVersion, renderEntries, renderEntriesCsv, renderEntriesJson } from "./entries.ts";
export { defaultFormOptions, type Form, type FormOptions, reviewForms } from "./forms.ts";
export { jsonPieces, jsonText } from "./json-text.ts";
export { differenceData, differenceSchemaVersion } from "./difference/json.ts";
export { type DifferenceForm, differenceForms } from "./difference/forms.ts";
export { gerritReview, type GerritReview, headingOf, readRemarks, type RemarksReading, type Remark, remarkForms, remarkMarkdown, remarkOf, type Remarks, remarksOf, remarksSummary, type Suggestion } from "./hosts/index.ts";
export { renderJson, renderJsonPieces, reportData, reportSchemaVersion } from "./json.ts";
export { renderSarif, renderSarifPieces, sarifLimits, sarifLog, type SarifOptions } from "./sarif.ts";
export { renderShown } from "./show.ts";
export { plainStyle, type Style, type StyleKind } from "./style.ts";
export { defaultTextOptions, renderText, type TextOptions } from "./text.ts";
export { pageColumnsMax, pageLinesMax, renderMarkdown, renderPage, type WrittenOptions } from "./written/index.ts";
export { type VerificationForm, verificationForms, verificationSchemaVersion } from "./verification/index.ts";
export { renderTrace, renderWhy } from "./why.ts";
export { contentPolicy, renderHtml } from "./html/index.ts";
