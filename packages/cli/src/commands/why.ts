/** `warrant why`, `warrant show`, `warrant trace`: questions after a review, answered from its saved ledger. */
import { jsonText, plainStyle, renderShown, renderTrace, renderWhy, type Style, suggestion, trace, why } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { pathInReview, type QuestionFlags, readPlace, reviewOfFile, reviewsNearby } from "./saved-review.ts";

export interface WhyFlags extends QuestionFlags {
  readonly cwe?: string;
}

const formats = ["text", "json"];

export function runWhy(place: string, flags: WhyFlags, terminal: Terminal): number {
  const isJson = wantsJson(flags);
  const { file, line } = readPlace(place);
  const cwe = flags.cwe === undefined ? undefined : readCwe(flags.cwe);
  const review = reviewOfFile(file, flags, terminal);
  const answer = why(review.ledger, review.workspace, { path: pathInReview(file, review), line, ...(cwe === undefined ? {} : { cwe }) });
  terminal.stdout.write(isJson ? `${jsonText(answer)}\n` : renderWhy(answer, review.ledger.report, styleOf(flags, terminal)));
  return exitCodes.fine;
}

export function runShow(id: string, flags: QuestionFlags, terminal: Terminal): number {
  if (!/^[FQPOAEL]-[\w.-]+$/.test(id)) throw new UsageError(`${id}: this is no id of a review; they look like F-1a2b3c4d, P-1a2b3c4d, A-3, E-files`);
  const reviews = reviewsNearby(flags, terminal);
  for (const { ledger, workspace } of reviews) {
    const text = renderShown(ledger, workspace, id, styleOf(flags, terminal));
    if (text === undefined) continue;
    terminal.stdout.write(text);
    return exitCodes.fine;
  }
  throw new UsageError(`${id}: no fact of the saved review${reviews.length === 1 ? ` of ${reviews[0].root}` : "s"} goes by this id`);
}

export function runTrace(source: string, sink: string, flags: QuestionFlags, terminal: Terminal): number {
  const isJson = wantsJson(flags);
  const [from, to] = [readPlace(source), readPlace(sink)];
  const review = reviewOfFile(to.file, flags, terminal);
  const [start, end] = [from, to].map(({ file, line }) => ({ path: pathInReview(file, review), line }));
  const answer = trace(review.ledger, review.workspace, start, end);
  terminal.stdout.write(isJson ? `${jsonText(answer)}\n` : renderTrace(answer, start, end, styleOf(flags, terminal)));
  return answer.found ? exitCodes.fine : exitCodes.found;
}

function wantsJson(flags: QuestionFlags): boolean {
  const format = flags.format ?? "text";
  if (!formats.includes(format)) throw new UsageError(`--format ${format}: unknown form${suggestion(format, formats)} (${formats.join(", ")})`);
  return format === "json";
}

function readCwe(text: string): number {
  const found = /^(?:cwe-?)?0*(\d{1,5})$/i.exec(text);
  if (found === null) throw new UsageError(`--cwe ${text}: write the number of a weakness, such as 89`);
  return Number(found[1]);
}

const styleOf = (flags: QuestionFlags, terminal: Terminal): Style => (wantsColour(terminal, flags.color !== false) ? colourStyle : plainStyle);
