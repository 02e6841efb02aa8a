/**
 * The review as one HTML file: no network, a policy that names its one script and one style by digest, readable without
 * either. Printed, it is the written review.
 */
import type { Report } from "../../review/index.ts";
import { figure, renderPage } from "../written/index.ts";
import { clientScript, clientScriptDigest, clientStyle, clientStyleDigest } from "./client.ts";
import { dataText, type LazyTable } from "./data.ts";
import { all, code, el, Html } from "./element.ts";
import { type PageSection, pageSections } from "./sections.ts";

/** What the page may do: run its own script and style, and nothing else. */
export const contentPolicy =
  `default-src 'none'; script-src '${clientScriptDigest}'; style-src '${clientStyleDigest}'; base-uri 'none'; form-action 'none'`;

/**
 * Renders a report as one self-contained HTML file, in pieces.
 *
 * @example
 * ```ts
 * [...renderHtml(report)].join("").startsWith("<!doctype html>"); // => true
 * ```
 * @public
 */
export function* renderHtml(report: Report): Generator<string> {
  const sections = pageSections(report);
  const tables: Record<string, LazyTable> = {};
  for (const section of sections) Object.assign(tables, section.tables);
  yield `<!doctype html>\n<html lang="en">\n${head(report).text}\n<body>\n`;
  yield el("a", { class: "skip", href: "#main" }, "Skip to the review").text;
  yield '\n<div class="shell">\n';
  yield `${menu(sections).text}\n<main id="main">\n${opening(report).text}\n`;
  for (const section of sections) {
    yield `${el("section", { "aria-labelledby": section.id }, el("h2", { id: section.id, tabindex: -1 }, section.title), section.body).text}\n`;
  }
  yield `</main>\n</div>\n${help.text}\n`;
  yield `${el("div", { class: "written", "aria-hidden": "true" }, el("pre", {}, new Html(escapedLines(renderPage(report))))).text}\n`;
  yield `<script type="application/json" id="data">${dataText(report, tables)}</script>\n`;
  yield `<script>${clientScript}</script>\n</body>\n</html>\n`;
}

function head(report: Report): Html {
  return all(
    el("head", {},
      el("meta", { charset: "utf-8" }),
      new Html(`<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`),
      el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
      el("meta", { name: "color-scheme", content: "light dark" }),
      el("meta", { name: "referrer", content: "no-referrer" }),
      el("title", {}, `Security review of ${report.project.name}`),
      new Html(`<style>${clientStyle}</style>`)),
  );
}

function menu(sections: readonly PageSection[]): Html {
  return el("nav", { "aria-label": "Sections" },
    el("div", { class: "name" }, "warrant"),
    el("ol", {}, ...sections.map((section) => el("li", {}, el("a", { href: `#${section.id}` }, section.title, el("span", { class: "n" }, section.count))))),
    el("button", { type: "button", id: "help-open", "data-script": true, hidden: true }, "Keys ", el("kbd", {}, "?")));
}

function opening(report: Report): Html {
  const { files } = report.coverage;
  const rows = report.obligations.filter((row) => row.role === "product");
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  const tile = (look: string, value: number, text: string): Html => el("li", { class: `t-${look}` }, el("b", {}, figure(value)), el("span", {}, text));
  const state = report.complete ? el("span", { class: "state ok" }, "complete") : el("span", { class: "state no" }, "incomplete");
  return el("header", {},
    el("h1", {}, "Security review of ", report.project.name),
    el("p", { class: "sub" }, ...(report.project.revision === "" ? [] : ["revision ", code(report.project.revision), " · "]), `warrant ${report.tool.version}, catalog `, code(report.tool.catalog.slice(0, 12)), " · ", state),
    ...(report.tool.projectPages.length === 0 ? [] : [el("p", { class: "sub" }, `E-pages: pages of this project in force: ${report.tool.projectPages.join(", ")}`)]),
    el("ul", { class: "tiles" },
      tile("findings", report.findings.length, "findings shown"), tile("questions", report.questions.length, "questions for a person"),
      tile("proven", count("proven"), `of ${figure(rows.length)} sites proven`), tile("open", count("open"), "sites open"),
      tile("kept", report.notShown, "findings kept back"), tile("files", files.analysed, `files, ${figure(files.lines)} lines`)),
    el("p", { class: "sub" }, "Every statement carries an id; ", code("warrant show ID"), " prints the facts behind it."));
}

const help = el("dialog", { id: "help", "aria-labelledby": "help-title" },
  el("h2", { id: "help-title" }, "Keys"),
  el("ul", { class: "plain" },
    ...[["j", "next finding"], ["k", "previous finding"], ["n", "next step of its way"], ["p", "previous step"], ["/", "filter"], ["?", "this list"]]
      .map(([key, what]) => el("li", {}, el("kbd", {}, key), ` ${what}`))),
  el("button", { type: "button", id: "help-close" }, "Close"));

/** Text of several lines, each escaped. */
const escapedLines = (text: string): string => text.split("\n").map((line) => all(line).text).join("\n");
