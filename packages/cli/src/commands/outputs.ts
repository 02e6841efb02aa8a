/** Which forms of the result were asked for, and where each goes. */
import { suggestion } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { checkOutput } from "../files/write-output.ts";

export const formats = ["text", "markdown", "json", "sarif", "sarif-full"] as const;
export type Format = (typeof formats)[number];

/** One result: a form, and the absolute path of a file, or "-" for stdout. */
export interface Output {
  readonly format: Format;
  readonly file: string;
}

export interface OutputFlags {
  readonly format: string;
  readonly outputFormat?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly markdown?: boolean;
  readonly textOutput?: string;
  readonly markdownOutput?: string;
  readonly jsonOutput?: string;
  readonly sarifOutput?: string;
  readonly htmlOutput?: string;
  readonly given: ReadonlySet<string>;
}

const laterFormats = ["html", "github", "gitlab", "codequality", "junit", "rdjson", "gerrit", "zuul"];

/** Reads the flags; every file is checked before the work begins. */
export function readOutputs(flags: OutputFlags, cwd: string): readonly Output[] {
  if (flags.htmlOutput !== undefined) throw laterFormat("html");
  const outputs: Output[] = [];
  const files = new Set<string>();
  const add = (format: Format, file: string): void => {
    const place = file === "-" ? "-" : checkOutput(file, cwd);
    if (place !== "-" && files.has(place)) throw new UsageError(`${file}: two results cannot go to the same file`);
    files.add(place);
    outputs.push({ format, file: place });
  };
  add(primaryFormat(flags), flags.output ?? "-");
  for (const [format, file] of [
    ["text", flags.textOutput], ["markdown", flags.markdownOutput], ["json", flags.jsonOutput], ["sarif", flags.sarifOutput],
  ] as const) {
    if (file === undefined) continue;
    if (file === "-") throw new UsageError(`--${format}-output writes a file; for stdout use --format ${format}`);
    add(format, file);
  }
  return outputs;
}

function primaryFormat(flags: OutputFlags): Format {
  const asked = new Set<Format>();
  if (flags.given.has("format")) asked.add(readFormat(flags.format));
  if (flags.outputFormat !== undefined) asked.add(readFormat(flags.outputFormat));
  for (const format of ["json", "sarif", "markdown"] as const) if (flags[format] === true) asked.add(format);
  if (asked.size > 1) throw new UsageError(`two forms for one result: ${[...asked].join(" and ")}; use --json-output FILE and its like for several`);
  return [...asked][0] ?? "text";
}

function readFormat(word: string): Format {
  const name = word.toLowerCase() === "md" ? "markdown" : word.toLowerCase();
  const found = formats.find((format) => format === name);
  if (found !== undefined) return found;
  if (laterFormats.includes(name)) throw laterFormat(name);
  const isRulePack = /[/.]/.test(word) || word === "auto";
  const hint = isRulePack ? "; did you mean --config?" : suggestion(name, formats);
  throw new UsageError(`--format ${word}: unknown form${hint}${hint === "" ? ` (${formats.join(", ")})` : ""}`);
}

const laterFormat = (name: string): UsageError =>
  new UsageError(`the form ${name} is not available in this version; there are ${formats.join(", ")}`);
