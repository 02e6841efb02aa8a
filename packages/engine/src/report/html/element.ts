/** HTML text of elements. What is put in is escaped here, once; only what came out of here is taken as it is. */
import { htmlText } from "../escape.ts";

/** HTML that was made here. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in an element: text, which is escaped, or HTML that was made here. */
export type Child = Html | string | number;

export type Attributes = Readonly<Record<string, string | number | boolean>>;

const empty: ReadonlySet<string> = new Set(["meta", "input", "link"]);

/**
 * Makes an element.
 *
 * @example
 * ```ts
 * el("a", { href: "#x" }, "<b>").text; // => '<a href="#x">&lt;b&gt;</a>'
 * ```
 */
export function el(name: string, attributes: Attributes, ...children: readonly Child[]): Html {
  const set = Object.entries(attributes).filter(([, value]) => value !== false)
    .map(([key, value]) => (value === true ? ` ${key}` : ` ${key}="${htmlText(String(value))}"`)).join("");
  if (empty.has(name)) return new Html(`<${name}${set}>`);
  return new Html(`<${name}${set}>${children.map(inner).join("")}</${name}>`);
}

const inner = (child: Child): string => (child instanceof Html ? child.text : htmlText(String(child)));

/** Several pieces as one. */
export const all = (...children: readonly Child[]): Html => new Html(children.map(inner).join(""));

/** Code of the project. */
export const code = (text: string): Html => el("code", {}, text);

/** Text of a catalog page: its code spans become code. */
export const prose = (text: string): Html =>
  all(...text.split(/(`[^`\n]+`)/).map((part) => (/^`[^`]+`$/.test(part) ? code(part.slice(1, -1)) : part)));

/** A table with a head; `numbers` names the columns that hold figures. */
export function table(head: readonly string[], rows: readonly (readonly Child[])[], numbers: readonly number[] = [], caption = ""): Html {
  const look = (column: number): Attributes => (numbers.includes(column) ? { class: "num" } : {});
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, el("table", {},
    el("thead", {}, el("tr", {}, ...head.map((cell, column) => el("th", { scope: "col", ...look(column) }, cell)))),
    el("tbody", {}, ...rows.map((cells) => el("tr", {}, ...cells.map((cell, column) => el("td", look(column), cell)))))));
}

/** A verdict in its colour and its word. */
export const verdict = (word: string): Html => el("span", { class: `verdict v-${word.replace(/ /g, "-")}` }, word);

/** Shares of a whole as a bar; the figures beside it say the same. */
export function bar(parts: readonly (readonly ["b-find" | "b-open" | "b-good", number])[]): Html {
  const total = parts.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return new Html("");
  let at = 0;
  const pieces = parts.filter(([, count]) => count > 0).map(([look, count]) => {
    const width = Math.max(1, Math.round((count / total) * 1000) / 10);
    const piece = el("rect", { class: look, x: Math.min(at, 99), y: 0, width, height: 8 });
    at += width;
    return piece;
  });
  return el("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", focusable: "false" }, ...pieces);
}
