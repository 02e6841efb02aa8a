/** Reads the data block and the sections of a detector page. */
import type { CallRule, ConstantPattern, ConstantRule, Detector, FlowRule, Severity } from "./catalog.ts";
import type { DataBlock, Datum } from "./data-block.ts";
import { exampleMarkers } from "./example-marker.ts";
import { checkSections, type PageReading } from "./page-reading.ts";

const detectorKeys = [
  "id", "cwe", "broader", "severity", "aliases", "flow", "constant", "call", "check", "shown", "reports", "message",
  "yields-to",
];
const ruleKeys = ["flow", "constant", "call", "check"];
const severities: readonly Severity[] = ["critical", "high", "medium", "low"];
const requiredSections = ["Why it matters", "What to do", "Reported", "Not reported"];
const knownSections = [...requiredSections, "Limits"];
const placeholders = ["source", "sink", "value", "call", "function"];

/** Reads a detector page, or gives undefined if it has no usable id and rule. */
export function readDetector(reading: PageReading): Detector | undefined {
  const { page, block } = reading;
  const record = block.record(block.root, "a detector", detectorKeys);
  if (block.root.node === null && record.size === 0) return undefined;
  for (const key of ["id", "cwe", "severity", "message"]) {
    if (!record.has(key)) block.error(block.root, `a detector needs "${key}:"`);
  }
  const rules = ruleKeys.filter((key) => record.has(key));
  if (rules.length !== 1) {
    block.error(block.root, `a detector has exactly one of ${ruleKeys.join(", ")}; this one has ${rules.length === 0 ? "none" : rules.join(" and ")}`);
  }
  checkDetectorPage(reading);
  const id = readId(block, record.get("id"));
  if (id === "") return undefined;
  const flow = readFlow(reading, record.get("flow"));
  const constant = readConstant(reading, record.get("constant"));
  const call = readCall(reading, record.get("call"));
  const check = readCheck(reading, record.get("check"));
  return {
    id,
    title: page.title,
    summary: page.summary,
    cwe: readNumbers(block, record.get("cwe")),
    broader: readNumbers(block, record.get("broader")),
    severity: block.choice(record.get("severity"), "severity", severities, "medium"),
    aliases: block.words(record.get("aliases"), "an alias"),
    yieldsTo: block.words(record.get("yields-to"), "a detector"),
    message: readMessage(block, record.get("message")),
    shown: block.boolean(record.get("shown"), '"shown"', true),
    reports: block.choice(record.get("reports"), '"reports"', ["finding", "question"], "finding"),
    ...(flow === undefined ? {} : { flow }),
    ...(constant === undefined ? {} : { constant }),
    ...(call === undefined ? {} : { call }),
    ...(check === undefined ? {} : { check }),
    sections: Object.fromEntries(page.sections.map((section) => [section.heading, section.text])),
    page: page.path,
  };
}

function readId(block: DataBlock, datum: Datum | undefined): string {
  const id = block.word(datum, '"id"');
  if (datum === undefined || id === "" || /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) return id;
  block.error(datum, `"${id}" is no id: lower-case words joined by hyphens, named for the weakness`);
  return "";
}

function readNumbers(block: DataBlock, datum: Datum | undefined): number[] {
  const numbers: number[] = [];
  for (const item of block.list(datum)) {
    const value = block.scalar(item, "a CWE number");
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 10_000) numbers.push(value);
    else block.error(item, "a CWE is written as its number alone, as in [89]");
  }
  return numbers;
}

function readMessage(block: DataBlock, datum: Datum | undefined): string {
  const message = block.word(datum, '"message"');
  for (const [, name] of message.matchAll(/\{([^{}]*)\}/g)) {
    if (datum !== undefined && !placeholders.includes(name)) block.unknown(datum, "placeholder", name, placeholders);
  }
  // "{call} hashes with MD5" reads better where the sink is the call itself; both words name the same thing.
  return message.replaceAll("{call}", "{sink}");
}

function readFlow({ block, vocabulary }: PageReading, datum: Datum | undefined): FlowRule | undefined {
  if (datum === undefined) return undefined;
  const record = block.record(datum, "flow", ["from", "also", "whoever", "to", "stopped-by", "stopped-by-both"]);
  for (const key of ["from", "to"]) {
    if (!record.has(key)) block.error(datum, `a flow needs "${key}:"`);
  }
  const also = vocabulary.kindList(block, record.get("also"), ["source"]);
  const whoever = vocabulary.kindList(block, record.get("whoever"), ["source"]);
  const both = vocabulary.kindList(block, record.get("stopped-by-both"), ["guard"]);
  if (record.has("stopped-by-both") && both.length !== 2) block.error(datum, '"stopped-by-both:" names two guards');
  for (const kind of whoever) if (!also.includes(kind)) block.error(datum, `"${kind}" is under "whoever:" and not under "also:"`);
  return {
    from: vocabulary.kindList(block, record.get("from"), ["source"]),
    also,
    ...(whoever.length > 0 ? { whoever } : {}),
    to: vocabulary.kindList(block, record.get("to"), ["sink"]),
    stoppedBy: vocabulary.kindList(block, record.get("stopped-by"), ["guard"]),
    ...(both.length === 2 ? { stoppedByBoth: [both[0]!, both[1]!] as const } : {}),
  };
}

function readConstant({ block, vocabulary }: PageReading, datum: Datum | undefined): ConstantRule | undefined {
  if (datum === undefined) return undefined;
  const record = block.record(datum, "constant", ["to", "bad", "absent"]);
  if (!record.has("to")) block.error(datum, 'a constant rule needs "to:"');
  const bad: ConstantPattern[] = block.list(record.get("bad")).map((item) => block.scalar(item, "a value"));
  if (bad.length === 0 && !record.has("absent")) block.error(datum, 'a constant rule needs "bad:" or "absent: bad"');
  return {
    to: vocabulary.kindList(block, record.get("to"), ["sink"]),
    bad,
    absent: block.choice(record.get("absent"), '"absent"', ["bad", "fine"], "fine"),
  };
}

function readCall({ block, vocabulary }: PageReading, datum: Datum | undefined): CallRule | undefined {
  if (datum === undefined) return undefined;
  const record = block.record(datum, "call", ["to", "data", "unless"]);
  if (!record.has("to")) block.error(datum, 'a call rule needs "to:"');
  return {
    to: vocabulary.kindList(block, record.get("to"), ["sink", "effect"]),
    data: vocabulary.kindList(block, record.get("data"), ["source", "sink"]),
    unlessConstant: block.choice(record.get("unless"), '"unless"', ["constant", ""], "") === "constant",
  };
}

function readCheck({ block, vocabulary, isUserPage }: PageReading, datum: Datum | undefined): string | undefined {
  if (datum === undefined) return undefined;
  if (isUserPage) {
    block.error(datum, "a page of a reviewed project may not name a check: checks are code of the tool; use flow, constant or call");
    return undefined;
  }
  const name = block.word(datum, '"check"');
  if (name !== "" && vocabulary.checks !== undefined && !vocabulary.checks.includes(name)) {
    block.unknown(datum, "check", name, vocabulary.checks);
  }
  return name === "" ? undefined : name;
}

/** Checks what a page must have besides its data. A user's page needs no more than the data and an example. */
function checkDetectorPage({ page, problems, isUserPage }: PageReading): void {
  const at = (line: number) => ({ path: page.path, line, column: 1 });
  if (page.summary === "") problems.error(at(1), "below the title stands one sentence that says what the weakness is");
  checkSections(page, problems, isUserPage ? [] : requiredSections, knownSections);
  const markers = exampleMarkers(page);
  for (const kind of ["finding", "safe"] as const) {
    if (!markers.some((marker) => marker.kind === kind)) {
      problems.error(at(page.lineCount), `a detector page shows at least one "# ${kind}" line`);
    }
  }
}
