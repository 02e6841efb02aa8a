/** The documents that are generated from the catalog, so that they cannot say anything else than the tool does. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { cweDate, cweName, cwePillar, cweVersion } from "../packages/engine/src/findings/index.ts";
import {
  type Catalog, type Detector, exampleMarkers, type KindGroup, type Marker, type ModelPage, PageProblems, type PageText, readCatalog, splitPage,
} from "../packages/engine/src/knowledge/index.ts";

const intro = "Generated from the catalog by `node tools/docs.mjs`. Do not edit.";

/** Writes the documents below `root/docs/generated`, or checks that they are as they would be written. Returns the exit code. */
export function writeDocs(root: string, isCheck: boolean): number {
  const pages = readPages(join(root, "catalog"));
  const { value, problems } = readCatalog(pages);
  const errors = problems.filter((problem) => problem.level === "error");
  for (const error of errors) process.stderr.write(`${error.message}\n`);
  if (errors.length > 0) return 1;
  const folder = join(root, "docs", "generated");
  if (!isCheck) mkdirSync(folder, { recursive: true });
  let stale = 0;
  for (const [name, text] of Object.entries(generateDocs(value, pages))) {
    const path = join(folder, name);
    const old = existsSync(path) ? readFileSync(path, "utf8") : "";
    if (old === text) continue;
    stale++;
    if (isCheck) process.stderr.write(`docs/generated/${name} is stale: run node tools/docs.mjs\n`);
    else writeFileSync(path, text);
  }
  if (!isCheck) process.stdout.write(`docs/generated: ${stale} of 4 files written\n`);
  return isCheck && stale > 0 ? 1 : 0;
}

/** Returns the text of every document by its file name. */
export function generateDocs(catalog: Catalog, pages: readonly PageText[]): Record<string, string> {
  return {
    "coverage.md": coverage(catalog),
    "cwe.md": cweTable(catalog),
    "detectors.md": detectorTable(catalog),
    "known-errors.md": knownErrors(pages),
  };
}

function readPages(folder: string): PageText[] {
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".md"));
  return names.sort(byText).map((name) => ({
    path: `catalog/${name.split(sep).join("/")}`,
    text: readFileSync(join(folder, name), "utf8"),
  }));
}

const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
/** The catalog from a file in docs/generated. */
const link = (text: string, page: string, line = 0): string => `[${text}](../../${page}${line > 0 ? `#L${line}` : ""})`;
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(" | ")} |`).join("\n");

function detectorTable(catalog: Catalog): string {
  const detectors = [...catalog.detectors].sort((a, b) => byText(a.id, b.id));
  const rows = detectors.map((detector) => [
    link(detector.id, detector.page),
    detector.cwe.join(", "),
    detector.severity,
    detector.reports + (detector.shown ? "" : ", with --all"),
    ruleForm(detector),
    detector.aliases.map((alias) => `\`${alias}\``).join(" "),
    detector.summary,
  ]);
  const head = ["Detector", "CWE", "Severity", "Reports", "Rule", "Other tools", "What it is about"];
  return `# Detectors\n\n${intro}\n\n${detectors.length} detectors.\n\n${table(head, rows)}\n`;
}

/** Says in a few words what a detector looks for. */
function ruleForm(detector: Detector): string {
  if (detector.flow !== undefined) return `${[...detector.flow.from, ...detector.flow.also.map((kind) => `(${kind})`)].join(", ")} → ${detector.flow.to.join(", ")}`;
  if (detector.constant !== undefined) return `a bad constant → ${detector.constant.to.join(", ")}`;
  if (detector.call !== undefined) return `a call of ${detector.call.to.join(", ")}`;
  return `the check ${detector.check ?? ""}`;
}

/** Which pages give which kinds, and where words meet nothing. */
function coverage(catalog: Catalog): string {
  const models = [...catalog.models].sort((a, b) => byText(a.page, b.page));
  const groups: readonly KindGroup[] = ["source", "sink", "guard", "effect"];
  const matrices = groups.map((group) => `## ${title(group)}\n\n${kindTable(catalog, models, group)}`);
  const head = ["Model", "Packages", "Types", "Sources", "Sinks", "Guards", "Passes", "Entries"];
  const groupOf = new Map(catalog.kinds.map((kind) => [kind.name, kind.group]));
  const rows = models.map((model) => {
    const count = (group: KindGroup) => model.is.filter((row) => groupOf.get(row.kind) === group).length;
    const guards = count("guard") + model.validates.length;
    const numbers = [model.types.length, count("source"), count("sink"), guards, model.passes.length, model.entries.length];
    return [link(name(model), model.page), model.packages.join(", "), ...numbers.map((number) => (number === 0 ? "" : String(number)))];
  });
  return `# Coverage\n\n${intro}\n\nHow many places of each library are known, by kind; what is not in the catalog is not known.\n\n${matrices.join("\n\n")}\n\n## Models\n\n${table(head, rows)}\n\n## Words that meet nothing\n\n${loose(catalog)}\n`;
}

const title = (group: KindGroup): string => ({ source: "Sources", sink: "Sinks", guard: "Guards", effect: "Effects" })[group];
const name = (model: ModelPage): string => model.page.replace(/^.*\//, "").replace(/\.md$/, "");

function kindTable(catalog: Catalog, models: readonly ModelPage[], group: KindGroup): string {
  const kinds = catalog.kinds.filter((kind) => kind.group === group).sort((a, b) => byText(a.name, b.name));
  const rows = kinds.map((kind) => {
    const given = models.map((model) => ({ model, count: countKind(model, kind.name) })).filter((row) => row.count > 0);
    const places = given.reduce((sum, row) => sum + row.count, 0);
    const detectors = catalog.detectors.filter((detector) => kindsOf(detector).includes(kind.name)).map((detector) => detector.id);
    return [`\`${kind.name}\``, String(places), given.map((row) => `${name(row.model)} ${row.count}`).join(", "), detectors.sort(byText).join(", ")];
  });
  return table(["Kind", "Places", "Given by", "Used by"], rows);
}

/** Counts the rows of a page that give a kind, whichever block they are in. */
function countKind(model: ModelPage, kind: string): number {
  const entries = model.entries.filter((rule) => rule.as === kind || rule.returns === kind || isParameterKind(rule.params, kind));
  return model.is.filter((row) => row.kind === kind).length + model.validates.filter((rule) => rule.as === kind).length + entries.length;
}

const isParameterKind = (params: ModelPage["entries"][number]["params"], kind: string): boolean =>
  Array.isArray(params) && params.some((parameter) => parameter.kind === kind);

function kindsOf(detector: Detector): string[] {
  const { flow, constant, call } = detector;
  return [
    ...(flow === undefined ? [] : [...flow.from, ...flow.also, ...flow.to, ...flow.stoppedBy, ...(flow.stoppedByBoth ?? [])]),
    ...(constant?.to ?? []),
    ...(call === undefined ? [] : [...call.to, ...call.data]),
  ];
}

/** Lists kinds that one side of the catalog has and the other has not. */
function loose(catalog: Catalog): string {
  const used = new Set(catalog.detectors.flatMap(kindsOf));
  const isGiven = (kind: string) => catalog.models.some((model) => countKind(model, kind) > 0);
  const lines = catalog.kinds.filter((kind) => kind.group === "source" || kind.group === "sink").sort((a, b) => byText(a.name, b.name)).flatMap((kind) => {
    if (isGiven(kind.name) === used.has(kind.name)) return isGiven(kind.name) ? [] : [`- \`${kind.name}\` (${kind.group}): no model gives it, no detector asks for it`];
    return [`- \`${kind.name}\` (${kind.group}): ${used.has(kind.name) ? "no model gives it" : "no detector asks for it"}`];
  });
  return lines.length === 0 ? "None." : lines.join("\n");
}

/** Lists the lines that the tool is known to get wrong. */
function knownErrors(pages: readonly PageText[]): string {
  const found = pages.flatMap((page) => exampleMarkers(splitPage(page, new PageProblems())).map((marker) => ({ page: page.path, marker })));
  const section = (kind: Marker["kind"], heading: string, meaning: string) => {
    const rows = found.filter((row) => row.marker.kind === kind).map(({ page, marker }) => [
      link(`${page.replace(/^.*\//, "")}:${marker.pageLine}`, page, marker.pageLine),
      code(marker),
      marker.text,
    ]);
    return `## ${heading} (${rows.length})\n\n${meaning}\n\n${rows.length === 0 ? "None." : table(["Line", "Code", "Why"], rows)}`;
  };
  return `# What we know we get wrong\n\n${intro}\n\nEvery line here is a test: when the engine gets it right, the test fails until the page says so.\n\n${section("missed", "Missed", "Weaknesses that are not reported.")}\n\n${section("spurious", "Reported wrongly", "Lines that are reported and are fine.")}\n`;
}

/** The line of code that a marker speaks of, without the marker. */
function code(marker: Marker): string {
  const line = marker.block.lines[marker.codeLine - 1].replace(/\s*#\s*(missed|spurious)\b.*$/, "").trim();
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

/** The weaknesses of MITRE's list that the catalog knows, under their pillars. */
function cweTable(catalog: Catalog): string {
  const exact = byCwe(catalog, (detector) => detector.cwe);
  const broader = byCwe(catalog, (detector) => detector.broader);
  const ids = [...new Set([...exact.keys(), ...broader.keys()])].sort((a, b) => a - b);
  const rows = ids.map((id) => [
    `[${id}](https://cwe.mitre.org/data/definitions/${id}.html)`,
    cweName(id) || "a category, not a weakness",
    pillarName(id),
    (exact.get(id) ?? []).join(", "),
    (broader.get(id) ?? []).join(", "),
  ]);
  const head = ["CWE", "Name", "Pillar of CWE-1000", "Exactly", "Also under this id"];
  const count = `${exact.size} weaknesses exactly, ${ids.length} with the broader ids that advisories use.`;
  return `# By CWE\n\n${intro} Names and pillars: CWE ${cweVersion} of ${cweDate}.\n\n${count}\n\n${table(head, rows)}\n`;
}

function byCwe(catalog: Catalog, ids: (detector: Detector) => readonly number[]): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const detector of [...catalog.detectors].sort((a, b) => byText(a.id, b.id))) {
    for (const id of ids(detector)) found.set(id, [...(found.get(id) ?? []), link(detector.id, detector.page)]);
  }
  return found;
}

function pillarName(id: number): string {
  const pillar = cwePillar(id);
  return pillar < 0 ? "" : `${pillar} ${cweName(pillar)}`;
}
