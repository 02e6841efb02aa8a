/** Reads the `entries:` rows of a model page: how a library finds the functions that outsiders call. */
import type { EntryRule } from "./catalog.ts";
import type { Datum } from "./data-block.ts";
import { type PageReading, readPath } from "./page-reading.ts";
import { parseArgument } from "./place.ts";

const entryKinds = ["http", "rpc", "cli", "periodic", "message", "middleware", "test", "library", "main"];
const entryForms = ["decorator", "call", "subclass", "setting"] as const;
const entryKeys = [
  "kind", "framework", "form", "at", "handler", "route", "verbs", "methods", "params", "as", "types", "converts", "returns", "routed",
];

/** Reads one row; `at` may be a list of paths that all register in this way. */
export function readEntry(reading: PageReading, datum: Datum, framework: string): EntryRule[] {
  const { block, vocabulary } = reading;
  const record = block.record(datum, "an entry", entryKeys);
  block.require(datum, record, "an entry", ["kind", "form", "at"]);
  const form = block.choice(record.get("form"), '"form"', entryForms, "decorator");
  if (form === "subclass" && block.isMap(datum) && !record.has("methods")) {
    block.error(datum, `an entry of the form "${form}" needs "methods:"`);
  }
  if (form === "call" && !record.has("handler")) block.error(datum, 'an entry of the form "call" needs "handler:"');
  const rule = {
    kind: block.choice(record.get("kind"), "entry kind", entryKinds, "http"),
    framework: record.has("framework") ? block.word(record.get("framework"), '"framework"') : framework,
    form,
    handler: readArgument(reading, record.get("handler"), '"handler"'),
    route: readArgument(reading, record.get("route"), '"route"'),
    verbs: readArgument(reading, record.get("verbs"), '"verbs"'),
    methods: block.words(record.get("methods"), "a method"),
    params: readParams(reading, record.get("params")),
    as: vocabulary.kind(block, record.get("as"), ["source"]),
    types: readParameterTypes(reading, record.get("types")),
    converts: block.boolean(record.get("converts"), '"converts"', false),
    returns: vocabulary.kind(block, record.get("returns"), ["sink"]),
    routed: block.boolean(record.get("routed"), '"routed"', true),
  };
  if (!Array.isArray(rule.params) && rule.as === "") {
    block.error(datum, 'an entry with "params:" needs "as:", the kind of what the outsider sends');
  }
  return block.list(record.get("at")).flatMap((item) => readPath(reading, item, '"at"')).map((at) => ({ ...rule, at }));
}

function readArgument({ block }: PageReading, datum: Datum | undefined, what: string): string {
  const argument = block.grammar(datum, what, parseArgument);
  return argument === undefined ? "" : block.word(datum, what);
}

function readParams({ block, vocabulary }: PageReading, datum: Datum | undefined): EntryRule["params"] {
  if (datum === undefined) return [];
  const rest = !block.isList(datum) && !block.isMap(datum) ? /^arg\[(\d{1,2})\.\.\]$/.exec(block.word(datum, '"params"')) : null;
  if (rest) return Number(rest[1]);
  if (!block.isList(datum) && !block.isMap(datum)) return block.choice(datum, '"params"', ["route", "all"] as const, "all");
  return block.list(datum).map((item) => {
    const record = block.record(item, "a parameter", ["parameter", "kind"]);
    block.require(item, record, "a parameter", ["parameter", "kind"]);
    return {
      parameter: block.word(record.get("parameter"), '"parameter"'),
      kind: vocabulary.kind(block, record.get("kind"), ["source"]),
    };
  });
}

function readParameterTypes({ block, vocabulary }: PageReading, datum: Datum | undefined): EntryRule["types"] {
  if (datum === undefined) return {};
  const rows = block.fields(datum, '"types"').map(({ name, value }) => [name, vocabulary.type(block, value)] as const);
  return Object.fromEntries(rows.filter(([name, type]) => name !== "" && type !== ""));
}
