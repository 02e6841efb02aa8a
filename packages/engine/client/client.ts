/**
 * The script of the HTML review: details are made when they are opened, keys move through findings and steps.
 *
 * Everything of the project comes as text into text nodes; no markup is ever made from it.
 */
import type { PageData, PageFinding, PageStep, PageTable } from "./data.ts";
import { piecesOf } from "./highlight.ts";

const data = JSON.parse(document.getElementById("data")?.textContent ?? "{}") as PageData;
const byId = new Map(data.findings.map((finding) => [finding.id, finding]));

/** Makes an element with a class and children. */
function make<Name extends keyof HTMLElementTagNameMap>(name: Name, look = "", ...children: readonly (Node | string)[]): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (look !== "") element.className = look;
  element.append(...children);
  return element;
}

function codeLine(text: string): HTMLElement {
  const code = make("code");
  for (const { text: piece, look } of piecesOf(text)) code.append(look === "" ? piece : make("span", `hl-${look}`, piece));
  return code;
}

// ---- the path of a finding

function pathView(finding: PageFinding): HTMLElement {
  const view = make("div", "path");
  const told = new Set<number>();
  for (const excerpt of finding.excerpts) {
    const to = excerpt.from + excerpt.lines.length - 1;
    const frame = make("figure", "frame", make("figcaption", "", `${excerpt.path}:${excerpt.from}–${to}`));
    const list = make("div", "lines");
    excerpt.lines.forEach((text, index) => {
      const line = excerpt.from + index;
      const here = finding.steps.map((step, at) => [step, at] as const).filter(([step, at]) => step.path === excerpt.path && step.line === line && !told.has(at));
      const row = make("div", here.length > 0 ? "line on" : "line", make("span", "no", String(line)), codeLine(text));
      list.append(row);
      for (const [step, at] of here) {
        told.add(at);
        list.append(stepRow(step, at, finding.steps.length));
      }
    });
    frame.append(list);
    view.append(frame);
  }
  const rest = finding.steps.map((step, at) => [step, at] as const).filter(([, at]) => !told.has(at));
  for (const [step, at] of rest) view.append(make("div", "lines", make("div", "line on", make("span", "no", String(step.line)), codeLine(step.text)), stepRow(step, at, finding.steps.length)));
  return view;
}

function stepRow(step: PageStep, at: number, total: number): HTMLElement {
  const end = at === 0 ? " first" : at === total - 1 ? " last" : "";
  const row = make("div", `step${end}`, make("span", "badge", String(at + 1)), make("b", "", step.kind), ` ${step.why}`);
  row.tabIndex = -1;
  row.setAttribute("aria-label", `step ${at + 1} of ${total}, line ${step.line}: ${step.kind}, ${step.why}`);
  return row;
}

function detail(finding: PageFinding): HTMLElement {
  const box = make("div", "rich");
  box.append(make("p", "", finding.summary), make("h3", "", `The way, ${finding.steps.length} step${finding.steps.length === 1 ? "" : "s"}`), pathView(finding));
  const facts = make("dl", "facts");
  for (const fact of finding.facts) facts.append(make("dt", "", fact.name, " ", make("small", "", fact.id)), make("dd", "", fact.text));
  if (finding.reached.length > 0) facts.append(make("dt", "", "Reached from"), make("dd", "", make("ul", "plain", ...finding.reached.map((entry) => make("li", "", make("code", "", entry))))));
  if (finding.guards.length > 0) {
    facts.append(make("dt", "", "Guards considered"), make("dd", "", make("ul", "plain", ...finding.guards.map((guard) => make("li", "", guard)))));
  }
  if (finding.siblings.length > 0) {
    facts.append(make("dt", "", "Siblings that do it right"), make("dd", "", make("ul", "plain", ...finding.siblings.map((sibling) =>
      make("li", "", make("code", "", sibling.place), ` in ${sibling.function}: ${sibling.why} `, make("small", "", sibling.id))))));
  }
  box.append(facts, make("p", "hint", `warrant show ${finding.id}`));
  return box;
}

function fillFinding(box: HTMLDetailsElement): void {
  const finding = byId.get(box.dataset.id ?? "");
  const body = box.querySelector(".body");
  if (finding === undefined || body === null || body.querySelector(".rich") !== null) return;
  body.replaceChildren(detail(finding));
}

// ---- tables that are made when they are opened

const rowsAtOnce = 200;

function fillTable(box: HTMLDetailsElement): void {
  const table = data.tables[box.dataset.table ?? ""];
  const body = box.querySelector(".lazy");
  if (table === undefined || body === null || body.childElementCount > 0) return;
  body.append(tableView(table));
}

function tableView(table: PageTable): HTMLElement {
  const rows = make("tbody");
  const more = make("button", "more");
  let shown = 0;
  const grow = (): void => {
    for (const cells of table.rows.slice(shown, shown + rowsAtOnce)) rows.append(make("tr", "", ...cells.map((cell, index) => make("td", "", ...cellOf(cell, table.head[index])))));
    shown = Math.min(table.rows.length, shown + rowsAtOnce);
    more.textContent = `${table.rows.length - shown} more`;
    more.hidden = shown >= table.rows.length;
  };
  more.type = "button";
  more.addEventListener("click", grow);
  grow();
  const head = make("thead", "", make("tr", "", ...table.head.map((cell) => {
    const th = make("th", "", cell);
    th.scope = "col";
    return th;
  })));
  const scroll = make("div", "scroll", make("table", "", head, rows));
  scroll.tabIndex = 0;
  return make("div", "", scroll, more);
}

/** Places and names are code; a verdict has its colour. */
function cellOf(text: string, head: string): readonly (Node | string)[] {
  if (head === "verdict") return [make("span", `verdict v-${text.replace(/ /g, "-")}`, text)];
  return /^(?:place|handler|route|checks|file|folder|blocker)$/.test(head) && text !== "" ? [make("code", "", ...breakable(text))] : [text];
}

/** Long names break after a slash or a dot. */
const breakable = (text: string): readonly (Node | string)[] => text.split(/(?<=[/.])/).flatMap((part, index) => (index === 0 ? [part] : [make("wbr"), part]));

// ---- opening, filter, keys

document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLDetailsElement) || !box.open) return;
  if (box.dataset.id !== undefined) fillFinding(box);
  if (box.dataset.table !== undefined) fillTable(box);
}, true);

const findings = [...document.querySelectorAll<HTMLDetailsElement>("details[data-id]")];
const visible = (): readonly HTMLDetailsElement[] => findings.filter((box) => !box.hidden);
const summaryOf = (box: HTMLElement): HTMLElement | null => box.querySelector("summary");
const help = document.getElementById("help") as HTMLDialogElement;
const filter = document.getElementById("filter") as HTMLInputElement;
const count = document.getElementById("filter-count") as HTMLElement;

/** The finding that has the focus, or holds it. */
const current = (): number => visible().findIndex((box) => box.contains(document.activeElement));

function goToFinding(by: number): void {
  const all = visible();
  if (all.length === 0) return;
  const at = current();
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  summaryOf(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function goToStep(by: number): void {
  const all = visible();
  const box = all[Math.max(0, current())];
  if (box === undefined) return;
  box.open = true;
  fillFinding(box);
  const steps = [...box.querySelectorAll<HTMLElement>(".step")].sort((left, right) => stepNumber(left) - stepNumber(right));
  const at = steps.findIndex((step) => step === document.activeElement);
  const next = steps[at < 0 ? (by > 0 ? 0 : steps.length - 1) : Math.max(0, Math.min(steps.length - 1, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "center" });
}

const stepNumber = (step: HTMLElement): number => Number(step.querySelector(".badge")?.textContent ?? 0);

function applyFilter(): void {
  const wanted = filter.value.trim().toLowerCase().split(/\s+/).filter((word) => word !== "");
  for (const box of findings) {
    const text = (summaryOf(box)?.textContent ?? "").toLowerCase();
    box.hidden = !wanted.every((word) => text.includes(word));
  }
  count.textContent = wanted.length === 0 ? "" : `${visible().length} of ${findings.length} shown`;
}

const keys: Readonly<Record<string, () => void>> = {
  j: () => goToFinding(1), k: () => goToFinding(-1), n: () => goToStep(1), p: () => goToStep(-1),
  "/": () => filter?.focus(),
  "?": () => (help.open ? help.close() : help.showModal()),
};

document.addEventListener("keydown", (event) => {
  const at = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (at instanceof HTMLInputElement) {
    if (event.key === "Escape") at.blur();
    return;
  }
  const act = keys[event.key];
  if (act === undefined || (help.open && event.key !== "?")) return;
  event.preventDefault();
  act();
});

filter?.addEventListener("input", applyFilter);
document.getElementById("help-open")?.addEventListener("click", () => help.showModal());
document.getElementById("help-close")?.addEventListener("click", () => help.close());
for (const element of document.querySelectorAll<HTMLElement>("[data-script]")) element.hidden = false;

/** A link to an id opens what it points at. */
function openTarget(): void {
  const box = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (box instanceof HTMLDetailsElement) {
    box.open = true;
    summaryOf(box)?.focus();
  }
}
addEventListener("hashchange", openTarget);
openTarget();
