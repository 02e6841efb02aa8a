/** Reads the data block of a model page. */
import type { Condition, ModelPage, PassRule, Place, ValidateRule } from "./catalog.ts";
import { parseCondition } from "./condition.ts";
import type { Datum } from "./data-block.ts";
import { exampleMarkers } from "./example-marker.ts";
import { checkSections, type PageReading, readPath } from "./page-reading.ts";
import { parsePlace, printPlace } from "./place.ts";
import { readEntry } from "./read-entry.ts";
import { parseValuePort } from "./value-port.ts";

export const modelKeys = [
  "package", "language", "types", "aliases", "is", "passes", "validates", "noreturn", "names", "entries",
];
const knownSections = ["Notes", "Examples", "Limits"];

/** Reads a model page. */
export function readModel(reading: PageReading): ModelPage {
  const { page, block } = reading;
  const record = block.record(block.root, "a model", modelKeys);
  if (block.root.node !== null) {
    for (const key of ["package", "language"]) {
      if (!record.has(key)) block.error(block.root, `a model needs "${key}:"`);
    }
  }
  checkModelPage(reading);
  const packages = block.words(record.get("package"), "a package");
  return {
    title: page.title,
    page: page.path,
    packages,
    language: block.choice(record.get("language"), "language", ["python"], "python"),
    types: readTypes(reading, record.get("types")),
    aliases: readAliases(reading, record.get("aliases")),
    is: readKinds(reading, record.get("is")),
    passes: block.list(record.get("passes")).flatMap((row) => readPass(reading, row)),
    validates: block.list(record.get("validates")).flatMap((row) => readValidate(reading, row)),
    noreturn: block.list(record.get("noreturn")).flatMap((item) => readPath(reading, item, "a call that does not return")),
    names: block.list(record.get("names")).flatMap((row) => readNames(reading, row)),
    entries: block.list(record.get("entries")).flatMap((row) => readEntry(reading, row, packages[0] ?? "")),
  };
}

function readTypes(reading: PageReading, datum: Datum | undefined): ModelPage["types"] {
  const { block, vocabulary } = reading;
  if (datum === undefined) return [];
  return block.fields(datum, "types").map(({ name, value }) => {
    if (!block.isMap(value)) return { name, from: readTypeSources(reading, value, name), extends: [] };
    const record = block.record(value, "a type", ["from", "extends"]);
    const parents = block.list(record.get("extends")).map((parent) => vocabulary.type(block, parent));
    return { name, from: readTypeSources(reading, record.get("from"), name), extends: parents.filter((parent) => parent !== "") };
  });
}

/** Reads where the values of a type come from: an object, a result, or a parameter of an overriding method. */
function readTypeSources(reading: PageReading, datum: Datum | undefined, type: string): Place[] {
  return reading.block.list(datum).flatMap((item) => {
    const place = readPlace(reading, item);
    if (place === undefined) return [];
    if (place.port.type === "object" && /(^|\.)[A-Z][a-z][A-Za-z0-9]*$/.test(place.path)) {
      reading.block.warn(item, `"${place.path}" looks like a class; its instances are "${place.path}()"`);
    }
    if (place.port.type === "object" || place.port.type === "parameter") {
      reading.vocabulary.typeSource(reading.block, item, printPlace(place), type);
      return [place];
    }
    reading.block.error(item, "values of a type come from an object, a call() or a param[…]");
    return [];
  });
}

function readAliases(reading: PageReading, datum: Datum | undefined): ModelPage["aliases"] {
  const { block } = reading;
  if (datum === undefined) return [];
  return block.fields(datum, "aliases").flatMap(({ key, value }) => {
    const names = readPath(reading, key, "an alias");
    const targets = readPath(reading, value, "the name that an alias stands for");
    return names.length === 1 && targets.length === 1 ? [{ name: names[0], of: targets[0] }] : [];
  });
}

function readKinds(reading: PageReading, datum: Datum | undefined): ModelPage["is"] {
  const { block, vocabulary } = reading;
  if (datum === undefined) return [];
  return block.fields(datum, '"is"').flatMap(({ key, value }) => {
    const kind = vocabulary.kind(block, key, ["source", "sink", "guard", "effect"]);
    return block.list(value).flatMap((item) => {
      const place = readConditionalPlace(reading, item);
      return place === undefined || kind === "" ? [] : [{ kind, place }];
    });
  });
}

function readConditionalPlace(reading: PageReading, datum: Datum): Place | undefined {
  const { block } = reading;
  if (!block.isMap(datum)) return readPlace(reading, datum);
  const record = block.record(datum, "a place", ["at", "when"]);
  if (!record.has("at")) block.error(datum, 'a place needs "at:"');
  const place = readPlace(reading, record.get("at"));
  const when = readCondition(reading, record.get("when"));
  return place === undefined || when === undefined ? place : { ...place, when };
}

function readPlace(reading: PageReading, datum: Datum | undefined): Place | undefined {
  const place = reading.block.grammar(datum, "place", parsePlace);
  if (place !== undefined && datum !== undefined) reading.vocabulary.checkPath(reading.block, datum, place.path);
  return place;
}

function readCondition({ block, vocabulary }: PageReading, datum: Datum | undefined): Condition | undefined {
  const condition = block.grammar(datum, "condition", parseCondition);
  for (const kind of condition === undefined ? [] : kindsIn(condition)) {
    if (datum !== undefined && !vocabulary.kinds.has(kind)) block.unknown(datum, "kind", kind, [...vocabulary.kinds.keys()]);
  }
  return condition;
}

function kindsIn(condition: Condition): readonly string[] {
  if (condition.type === "has" || condition.type === "lacks") return [condition.kind];
  return "parts" in condition ? condition.parts.flatMap(kindsIn) : [];
}

/** Reads one row of `passes:`; `call` may be a list of calls that all pass in this way. */
function readPass(reading: PageReading, datum: Datum): PassRule[] {
  const { block } = reading;
  const record = block.record(datum, "a pass", ["call", "from", "to", "when"]);
  block.require(datum, record, "a pass", ["call", "from", "to"]);
  const when = readCondition(reading, record.get("when"));
  const from = block.grammar(record.get("from"), '"from"', parseValuePort);
  block.grammar(record.get("to"), '"to"', parseValuePort);
  if (from?.base === "nothing" || from?.base === "result") {
    block.error(record.get("from") ?? datum, 'values pass from arg[…] or self, never from a result');
  }
  return block.list(record.get("call")).flatMap((item) => readPath(reading, item, "call")).map((call) => ({
    call,
    from: block.word(record.get("from"), '"from"'),
    to: block.word(record.get("to"), '"to"'),
    ...(when === undefined ? {} : { when }),
  }));
}

function readValidate(reading: PageReading, datum: Datum): ValidateRule[] {
  const { block, vocabulary } = reading;
  const record = block.record(datum, "a validator", ["call", "value", "when", "as"]);
  block.require(datum, record, "a validator", ["call", "value", "when", "as"]);
  const port = block.grammar(record.get("value"), '"value"', parseValuePort);
  if (port !== undefined && (port.base === "nothing" || port.base === "result")) {
    block.error(record.get("value") ?? datum, "a validator looks at arg[…] or self");
  }
  const rule = {
    value: block.word(record.get("value"), '"value"'),
    when: block.choice(record.get("when"), '"when"', ["true", "false", "returns"], "true"),
    as: vocabulary.kind(block, record.get("as"), ["guard"]),
  };
  return block.list(record.get("call")).flatMap((item) => readPath(reading, item, "call")).map((call) => ({ call, ...rule }));
}

function readNames(reading: PageReading, datum: Datum): ModelPage["names"] {
  const { block, vocabulary } = reading;
  const record = block.record(datum, "a prior", ["names", "methods", "type"]);
  block.require(datum, record, "a prior", ["names", "methods", "type"]);
  const typeName = record.get("type");
  const type = typeName === undefined ? "" : vocabulary.type(block, typeName);
  if (type === "") return [];
  return [{ names: block.words(record.get("names"), "a name"), type, methods: block.words(record.get("methods"), "a method") }];
}

function checkModelPage({ page, problems, isUserPage }: PageReading): void {
  checkSections(page, problems, isUserPage ? [] : ["Examples"], knownSections);
  if (!isUserPage && exampleMarkers(page).length === 0) {
    problems.error({ path: page.path, line: page.lineCount || 1, column: 1 }, 'a model page shows at least one marked line, as in "# finding"');
  }
}
