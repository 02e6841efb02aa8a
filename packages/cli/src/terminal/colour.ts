/** Colours for the parts of the text form. */
import { styleText } from "node:util";
import type { Style, StyleKind } from "../engine.ts";
import type { Terminal } from "./terminal.ts";

type Look = Parameters<typeof styleText>[0];

const looks: Readonly<Record<StyleKind, Look>> = {
  heading: "bold", critical: ["bold", "red"], high: "red", medium: "yellow", low: "blue", path: "bold", id: "dim", rule: "bold",
  code: "cyan", why: "dim", number: "dim", good: "green", muted: "dim",
};

/** Colours a part. The text is escaped by the renderer and holds no codes of its own. */
export const colourStyle: Style = (kind, text) => styleText(looks[kind], text, { validateStream: false });

/** Holds if colour is wanted: on a terminal, unless a flag or NO_COLOR says otherwise. */
export function wantsColour(terminal: Terminal, isAllowed: boolean): boolean {
  const noColour = process.env.NO_COLOR;
  return isAllowed && (noColour === undefined || noColour === "") && terminal.stdout.isTTY === true && process.env.TERM !== "dumb";
}
