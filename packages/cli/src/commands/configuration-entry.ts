/** Writes an entry of `suppress` into a configuration: at its end, so that all that stands there stays as it is. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { messageOf, UsageError } from "../exit.ts";

/** What is silenced, and why. */
export interface Entry {
  readonly id: string;
  readonly reason: string;
  /** `YYYY-MM-DD`, "" if it does not end. */
  readonly until: string;
  /** For people: what it is and where it was. */
  readonly about: string;
}

/** Returns the configuration in force, a new one if there is none, with the entry at its end. */
export function configurationWith(place: { readonly path: string; readonly base: string }, entry: Entry): { readonly path: string; readonly text: string } {
  const path = place.path === "" ? join(place.base, "warrant.toml") : place.path;
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const key = path.endsWith("pyproject.toml") ? "tool.warrant.suppress" : "suppress";
  const end = /\r\n/.test(before) ? "\r\n" : "\n";
  const lines = [
    `# ${oneLine(entry.about)}`, `[[${key}]]`, `id = ${tomlText(entry.id)}`, `reason = ${tomlText(entry.reason)}`,
    ...(entry.until === "" ? [] : [`until = ${tomlText(entry.until)}`]), "",
  ];
  const gap = before === "" ? "" : before.endsWith("\n") ? end : `${end}${end}`;
  const text = `${before}${gap}${lines.join(end)}`;
  try {
    parse(text);
  } catch (error) {
    throw new UsageError(`${path}: the entry cannot be written: ${messageOf(error).split("\n")[0]}; entries are written as [[${key}]]`, { cause: error });
  }
  return { path, text };
}

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e]/gu, "?");

/** TOML has the escapes of JSON, and wants DEL escaped too. */
const tomlText = (text: string): string => JSON.stringify(text).replace(/\u007f/g, "\\u007f");
