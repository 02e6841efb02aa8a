/** Links Python sources given as text: the only place where tests of this layer touch the stages before it. */
import { Interner } from "../../src/base/index.ts";
import { Ir } from "../../src/ir/index.ts";
import { type ApiGraph, compileApiGraph, readCatalog, type StubPack } from "../../src/knowledge/index.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { linkProgram, moduleNames, type Program, type PublicApi } from "../../src/program/index.ts";
import { defaultReadOptions, inMemoryWorkspace, readSources } from "../../src/source/index.ts";
import { builtInStubs } from "../catalog/stub-pack.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

let graph: ApiGraph | undefined;
let stubs: StubPack | undefined;

/** The graph of the whole catalog. */
export function catalogGraph(): ApiGraph {
  if (graph) return graph;
  const root = join(import.meta.dirname, "../../../../catalog");
  const pages = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => ({ path: `catalog/${name.replaceAll("\\", "/")}`, text: readFileSync(join(root, name), "utf8") }));
  graph = compileApiGraph(readCatalog(pages).value);
  return graph;
}

/** A graph that knows no library at all. */
export const emptyGraph = (): ApiGraph => compileApiGraph({ models: [] });

export interface LinkSourceOptions {
  readonly api?: ApiGraph;
  /** Order in which the files are lowered; sorted paths if absent. */
  readonly order?: readonly string[];
  readonly projectData?: Readonly<Record<string, string>>;
  readonly publicApi?: PublicApi;
}

export function linkSource(sources: Readonly<Record<string, string>>, options: LinkSourceOptions = {}): Program {
  const paths = options.order ?? Object.keys(sources).sort();
  const sorted = [...paths].sort();
  const read = readSources(inMemoryWorkspace({ ...sources }), sorted, defaultReadOptions).value;
  const files = paths.map((path) => read[sorted.indexOf(path)]);
  const ir = new Ir(new Interner());
  const language = pythonLanguage();
  const names = moduleNames(files.map((file) => file.path));
  files.forEach((file, id) => {
    language.lower(ir, { ...file, id }, { id, name: names[id], isPackage: file.path.endsWith("__init__.py") });
  });
  const linked = files.map((file, id) => ({ ...file, id }));
  const projectData = options.projectData ? { projectData: options.projectData } : {};
  stubs ??= builtInStubs();
  return linkProgram({ ir, files: linked, api: options.api ?? catalogGraph(), stubs, ...projectData, publicApi: options.publicApi ?? "none" }).program;
}
