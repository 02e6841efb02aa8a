/** Which forms of the result were asked for, and where each goes. */
import { basename, dirname, relative, sep } from "node:path";
import { formNames, suggestion } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { checkOutput } from "../files/write-output.ts";

/** One result: a form, and the absolute path of a file, or "-" for stdout. */
export interface Output {
  readonly format: string;
  readonly file: string;
}

/** The flags that `addOutputOptions` declares; those named after forms (`json`, `jsonOutput`) are found by name. */
export interface OutputFlags {
  readonly format: string;
  readonly outputFormat?: string;
  readonly output?: string;
  readonly given: ReadonlySet<string>;
}

/** Reads the flags; every file is checked before the work begins. */
export function readOutputs(flags: OutputFlags, cwd: string, names: readonly string[] = formNames): readonly Output[] {
  const outputs: Output[] = [];
  const files = new Set<string>();
  const add = (format: string, file: string): void => {
    const place = file === "-" ? "-" : checkOutput(file, cwd);
    if (place !== "-" && files.has(place)) throw new UsageError(`${file}: two results cannot go to the same file`);
    files.add(place);
    outputs.push({ format, file: place });
  };
  add(primaryFormat(flags, names), flags.output ?? "-");
  for (const format of names) {
    const file = valueOf(flags, `${keyOf(format)}Output`);
    if (typeof file !== "string") continue;
    if (file === "-") throw new UsageError(`--${format}-output writes a file; for stdout use --format ${format}`);
    add(format, file);
  }
  return outputs;
}

/** What the parser of the command line calls a flag: `sarif-full` becomes `sarifFull`. */
const keyOf = (form: string): string => form.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const valueOf = (flags: OutputFlags, key: string): unknown => (flags as unknown as Readonly<Record<string, unknown>>)[key];

/** The file of the run that holds the whole review, as seen from the folder of `file`; "" if there is none. */
export function fullReportBeside(outputs: readonly Output[], file: string): string {
  const whole = ["html", "json"].map((form) => outputs.find((each) => each.format === form && each.file !== "-" && each.file !== file)).find((each) => each !== undefined);
  if (whole === undefined) return "";
  return file === "-" ? basename(whole.file) : relative(dirname(file), whole.file).split(sep).join("/");
}

function primaryFormat(flags: OutputFlags, names: readonly string[]): string {
  const asked = new Set<string>();
  if (flags.given.has("format")) asked.add(readFormat(flags.format, names));
  if (flags.outputFormat !== undefined) asked.add(readFormat(flags.outputFormat, names));
  for (const form of names) if (valueOf(flags, keyOf(form)) === true) asked.add(form);
  if (asked.size > 1) throw new UsageError(`two forms for one result: ${[...asked].join(" and ")}; use --json-output FILE and its like for several`);
  return [...asked][0] ?? "text";
}

function readFormat(word: string, names: readonly string[]): string {
  const name = word.toLowerCase() === "md" ? "markdown" : word.toLowerCase();
  if (names.includes(name)) return name;
  const isRulePack = /[/.]/.test(word) || word === "auto";
  const hint = isRulePack ? "; did you mean --config?" : suggestion(name, names);
  throw new UsageError(`--format ${word}: unknown form${hint}${hint === "" ? ` (${names.join(", ")})` : ""}`);
}
