/** `[[suppress]]` of the configuration: findings that are silenced by their id. */
import { type ConfiguredSuppression, suggestion } from "../engine.ts";
import { UsageError } from "../exit.ts";

const keys = ["id", "reason", "until"];
const idForm = /^[FQ]-(?:[0-9a-f]{8}|[0-9a-f]{16})(?:-[1-9][0-9]*)?$/;
const dayForm = /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/;

/** Reads the entries; a mistyped one would silence nothing, or for ever, so it is an error. */
export function readEntries(value: unknown, source: { readonly path: string; readonly text: string }): readonly ConfiguredSuppression[] {
  if (!Array.isArray(value)) throw new UsageError(`${source.path}: "suppress" must be a list of tables: [[suppress]]`);
  const lines = source.text.split("\n");
  const known = new Set<string>();
  return value.map((entry: unknown) => {
    const table = typeof entry === "object" && entry !== null ? (entry as Readonly<Record<string, unknown>>) : {};
    const id = typeof table.id === "string" ? table.id : "";
    const line = lines.findIndex((each) => id !== "" && each.includes("id") && each.includes(id)) + 1;
    const wrong = (what: string) => new UsageError(`${source.path}${line > 0 ? `:${line}` : ""}: "suppress"${id === "" ? "" : ` ${id}`}: ${what}`);
    const unknown = Object.keys(table).find((key) => !keys.includes(key));
    if (unknown !== undefined) throw wrong(`unknown key "${unknown}"${suggestion(unknown, keys)}`);
    if (!idForm.test(id)) throw wrong("it needs the id of a finding, as a review prints it: F-1a2b3c4d");
    if (known.has(id)) throw wrong("it is there twice");
    known.add(id);
    if (typeof table.reason !== "string" || table.reason.trim() === "") throw wrong("it gives no reason");
    const until = table.until instanceof Date ? table.until.toISOString().slice(0, 10) : (table.until ?? "");
    if (typeof until !== "string" || (until !== "" && !dayForm.test(until))) throw wrong('its "until" is not a day YYYY-MM-DD');
    return { id, reason: table.reason.trim(), until, path: source.path, line: Math.max(1, line) };
  });
}
