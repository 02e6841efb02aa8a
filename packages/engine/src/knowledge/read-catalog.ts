/** Reads catalog pages: the one way from text to a {@link Catalog}. */
import type { Catalog, CatalogKind, Detector, KindGroup, ModelPage } from "./catalog.ts";
import { DataBlock } from "./data-block.ts";
import { ancestorsMax } from "./compiled-graph.ts";
import { checkMarkers, isPythonExample } from "./example-marker.ts";
import { digestOf } from "./digest.ts";
import { exampleProjects } from "./example-project.ts";
import { type CodeBlock, type Page, type PageText, splitPage } from "./page.ts";
import { type PageProblem, PageProblems } from "./page-problem.ts";
import { printPlace } from "./place.ts";
import { pythonBuiltins } from "./python-builtins.ts";
import { readDetector } from "./read-detector.ts";
import { modelKeys, readModel } from "./read-model.ts";
import { Vocabulary } from "./vocabulary.ts";

/** What a reading of the catalog may start from. */
export interface CatalogOptions {
  /** The tool's catalog; the pages that are added to it are a user's. */
  readonly base?: Catalog;
  /** Names of the functions in `checks/`; without it any name is accepted. */
  readonly checks?: readonly string[];
  /** Hex digest of a text; a fast one of our own if absent. */
  readonly hash?: (text: string) => string;
}

export interface CatalogOutcome {
  readonly value: Catalog;
  readonly problems: readonly PageProblem[];
}

/** Longest page that needs no splitting, in lines. The vocabulary is as long as it is. */
const pageLinesAim = 150;

const groups: readonly KindGroup[] = ["source", "sink", "guard", "effect"];

/** A page with its data block opened. */
interface OpenPage {
  readonly page: Page;
  readonly role: "detector" | "model" | "kinds" | "none";
  readonly blocks: readonly DataBlock[];
}

/**
 * Reads pages into a catalog. Pages are taken in the order of their paths, so that the result does not depend on how
 * they were listed. A page with an error is reported and read as far as it can be.
 */
export function readCatalog(pages: readonly PageText[], options: CatalogOptions = {}): CatalogOutcome {
  const problems = new PageProblems();
  const sorted = [...pages].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const open = sorted.map((source) => openPage(source, problems));
  const vocabulary = new Vocabulary(options.checks);
  if (options.base !== undefined) learnCatalog(options.base, vocabulary);
  for (const page of open) learnPage(page, vocabulary, problems);

  const detectors: Detector[] = [...(options.base?.detectors ?? [])];
  const models: ModelPage[] = [...(options.base?.models ?? [])];
  for (const { page, role, blocks } of open) {
    const reading = { page, block: blocks[0], vocabulary, problems, isUserPage: options.base !== undefined };
    if (role === "detector") {
      const detector = readDetector(reading);
      if (detector !== undefined) addDetector(detectors, detector, reading.block, problems);
    } else if (role === "model") models.push(readModel(reading));
  }
  checkAncestors(open, models, problems);
  const ids = new Set(detectors.map((detector) => detector.id));
  for (const { page } of open) checkExamples(page, ids, problems);
  const digest = digestOf(options.base?.digest ?? "", sorted, options.hash);
  const kinds = [...vocabulary.kinds.values()];
  const stubs = options.base?.stubs;
  return { value: { kinds, detectors, models, digest, ...(stubs === undefined ? {} : { stubs }) }, problems: problems.all };
}

/** Splits a page and opens its data block or blocks. */
function openPage(source: PageText, problems: PageProblems): OpenPage {
  const page = splitPage(source, problems);
  const at = (line: number) => ({ path: page.path, line, column: 1 });
  const data: CodeBlock[] = [];
  let role: OpenPage["role"] = "none";
  for (const block of page.blocks) {
    if (block.language !== "yaml" || block.words.length === 0) continue;
    const word = block.words[0];
    if (word.startsWith("file=")) continue;
    if (word !== "detector" && word !== "model" && word !== "kinds") {
      problems.unknown(at(block.line), "block", `yaml ${word}`, ["yaml detector", "yaml model", "yaml kinds"]);
    } else if (role !== "none" && (role !== word || word !== "kinds")) {
      problems.error(at(block.line), "a page has one data block; make a page of its own for the other");
    } else {
      role = word;
      data.push(block);
    }
  }
  if (role === "none" && page.lineCount > 0) {
    problems.error(at(1), "the page has no data block: ```yaml detector, ```yaml model or ```yaml kinds");
  }
  if (page.lineCount > pageLinesAim && role !== "kinds") {
    problems.warn(at(pageLinesAim + 1), `the page has ${page.lineCount} lines; at most ${pageLinesAim} read well`);
  }
  return { page, role, blocks: data.map((block) => new DataBlock(page.path, block, problems)) };
}

function learnCatalog(catalog: Catalog, vocabulary: Vocabulary): void {
  for (const kind of catalog.kinds) vocabulary.kinds.set(kind.name, kind);
  for (const model of catalog.models) {
    for (const name of model.packages) vocabulary.packages.add(name.split(".")[0]);
    for (const type of model.types) {
      vocabulary.types.set(type.name, model.page);
      for (const place of type.from) vocabulary.typeSources.set(printPlace(place), type.name);
    }
  }
}

/** Takes the names that a page declares, before any page is read in full. Wrong keys are left to the full reading. */
function learnPage({ role, blocks }: OpenPage, vocabulary: Vocabulary, problems: PageProblems): void {
  if (role === "kinds") for (const block of blocks) learnKinds(block, vocabulary);
  if (role !== "model") return;
  const block = blocks[0];
  const record = block.quietly(() => block.record(block.root, "a model", modelKeys));
  const packages = block.quietly(() => block.words(record.get("package"), "a package"));
  for (const name of packages) vocabulary.packages.add(name.split(".")[0]);
  const types = record.get("types");
  if (types === undefined) return;
  for (const { name, key } of block.quietly(() => block.fields(types, "types"))) {
    const at = block.position(key);
    const earlier = vocabulary.types.get(name);
    if (!/^[A-Z][A-Za-z0-9_]*$/.test(name) && !pythonBuiltins.has(name)) {
      problems.error(at, `"${name}" is no type name: it begins with a capital letter and has no dots, or is a builtin type`);
    }
    if (earlier !== undefined) problems.error(at, `the type "${name}" is declared twice, first at ${earlier}; use another name, or "extends: [${name}]"`);
    else vocabulary.types.set(name, `${at.path}:${at.line}`);
  }
}

/** Reads one `yaml kinds` block. */
function learnKinds(block: DataBlock, vocabulary: Vocabulary): void {
  for (const [group, kinds] of block.record(block.root, "the vocabulary", groups)) {
    for (const { name, key, value } of block.fields(kinds, `the group "${group}"`)) {
      const meaning = block.word(value, `the meaning of "${name}"`);
      const kind: CatalogKind = { name, group: group as KindGroup, meaning };
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) block.error(key, `"${name}" is no kind: lower-case words joined by hyphens`);
      else if (vocabulary.kinds.has(name)) block.error(key, `the kind "${name}" is listed twice`);
      else vocabulary.kinds.set(name, kind);
    }
  }
}

function addDetector(detectors: Detector[], detector: Detector, block: DataBlock, problems: PageProblems): void {
  const earlier = detectors.find((other) => other.id === detector.id);
  if (earlier === undefined) detectors.push(detector);
  else problems.error(block.position(block.root), `the detector "${detector.id}" is declared twice, first in ${earlier.page}`);
}

/** Checks that no type extends too many others; lookups in the graph go through all of them. */
function checkAncestors(open: readonly OpenPage[], models: readonly ModelPage[], problems: PageProblems): void {
  const parents = new Map(models.flatMap((model) => model.types.map((type) => [type.name, type.extends] as const)));
  for (const { page, blocks } of open) {
    for (const type of models.find((model) => model.page === page.path)?.types ?? []) {
      const ancestors = new Set(type.extends);
      for (const ancestor of ancestors) {
        if (ancestors.size > ancestorsMax) break;
        for (const parent of parents.get(ancestor) ?? []) ancestors.add(parent);
      }
      if (ancestors.size > ancestorsMax) {
        problems.error(blocks[0].position(blocks[0].root), `the type "${type.name}" extends more than ${ancestorsMax} others`);
      }
    }
  }
}

/** Checks the fences and markers of the examples of a page. */
function checkExamples(page: Page, detectorIds: ReadonlySet<string>, problems: PageProblems): void {
  for (const block of page.blocks) {
    const at = { path: page.path, line: block.line, column: 1 };
    const files = block.words.filter((word) => word.startsWith("file="));
    for (const word of block.words) {
      if (word.startsWith("file=") || (block.language === "yaml" && !files.length)) continue;
      if (isPythonExample(block)) problems.error(at, `unknown word "${word}" after the fence; only file=NAME may stand there`);
    }
    for (const file of files) {
      const name = file.slice("file=".length);
      const parts = name.split("/");
      if (name === "" || name.startsWith("/") || name.includes("\\") || parts.includes("..") || parts.includes("")) {
        problems.error(at, `"${name}" is no file name of an example: relative, with "/", without ".."`);
      }
    }
  }
  for (const project of exampleProjects(page)) {
    const names = project.files.map((file) => file.name);
    const twice = project.files.find((file, index) => names.indexOf(file.name) < index);
    if (twice !== undefined) {
      problems.error({ path: page.path, line: twice.lineBefore, column: 1 }, `a second file "${twice.name}" under the same heading`);
    }
  }
  checkMarkers(page, detectorIds, problems);
}
