/** Links modules and classes, solves the token flow, finds the entries: from rows to a {@link Program}. */
import type { Problem } from "../base/index.ts";
import type { Ir } from "../ir/index.ts";
import { type ApiGraph, type StubPack, Stubs } from "../knowledge/index.ts";
import type { SourceFile } from "../source/index.ts";
import { linkNamedCalls } from "./calls-by-name.ts";
import { Classes } from "./classes.ts";
import { linkDescriptors } from "./descriptors.ts";
import { findEntries } from "./entries.ts";
import { addPriors, addUndecorated, linkUniqueMethods } from "./fall-backs.ts";
import { linkHandedNames } from "./handed-names.ts";
import type { PublicApi } from "./library-entries.ts";
import { Libraries } from "./libraries.ts";
import { linkMappedClasses } from "./mapped-classes.ts";
import { ModuleTable } from "./modules.ts";
import { Names } from "./names.ts";
import { runWithKeys } from "./parameter-keys.ts";
import { settleOldPythons } from "./old-pythons.ts";
import { readPluginNames } from "./plugin-names.ts";
import { readRequirements } from "./requirements.ts";
import { Plugins } from "./plugins.ts";
import type { Entry, Program } from "./program.ts";
import { readPageTemplates } from "./page-templates.ts";
import { LinkedProgram } from "./resolution.ts";
import { seedSolver } from "./seed.ts";
import { Signals } from "./signals.ts";
import { releaseTestFlow } from "./test-flow.ts";

export interface LinkInput {
  readonly ir: Ir;
  readonly files: readonly SourceFile[];
  readonly api: ApiGraph;
  /** What type stubs say of libraries, if they are at hand. */
  readonly stubs?: StubPack;
  /** Text of the packaging files of the project, by path: they name commands and say what the project needs. */
  readonly projectData?: Readonly<Record<string, string>>;
  /** What of the project is made to be called by other programs; nothing is known of that if absent. */
  readonly publicApi?: PublicApi;
  /** Text of the files that may be templates, by path. */
  readonly templates?: Readonly<Record<string, string>>;
}

export interface LinkOutcome {
  readonly program: Program;
  readonly problems: readonly Problem[];
}

/** Entries give types to parameters, and types lead to more entries: so often is that repeated. */
const entryRoundsMax = 3;

const noEntry = (): boolean => false;

/** Links and solves. The order of `ir.modules` should be that of sorted paths; results follow it. */
export function linkProgram(input: LinkInput): LinkOutcome {
  const { ir, files, api } = input;
  settleOldPythons(ir, input.stubs);
  const libraries = new Libraries(ir, api, input.stubs === undefined ? undefined : new Stubs(input.stubs));
  const plugins = readPluginNames(input.projectData ?? {});
  const modules = ir.modules.map((module) => ({
    path: files[module.file]?.path ?? "", name: ir.strings.text(module.name), isPackage: module.isPackage,
  }));
  const names = new Names(ir, new ModuleTable(modules, api), libraries);
  const classes = new Classes(ir, names);
  const isTest = Uint8Array.from(ir.functions, (fn) => (files[ir.modules[fn.module].file]?.role === "test" ? 1 : 0));
  const solver = seedSolver({ ir, names, classes, libraries, plugins: new Plugins(plugins), isTest });
  solver.run();
  addUndecorated(solver);
  addPriors(solver, api);
  runWithKeys(solver, noEntry);
  let entries: readonly Entry[] = [];
  const signals = new Signals(solver, api);
  for (let round = 0; round < entryRoundsMax; round++) {
    const before = solver.steps;
    entries = findEntries(solver, input);
    linkNamedCalls(solver, api, entries);
    linkMappedClasses(solver, api);
    signals.link();
    linkHandedNames(solver);
    linkDescriptors(solver);
    const called = new Set(entries.filter((entry) => entry.kind !== "library" && entry.kind !== "test").map((entry) => entry.function));
    runWithKeys(solver, (fn) => called.has(fn));
    addPriors(solver, api);
    solver.run();
    if (solver.steps === before) break;
  }
  releaseTestFlow(solver);
  const priorLinks = linkUniqueMethods(solver);
  solver.finish();
  const problems: Problem[] = [];
  if (solver.isCutOff) {
    problems.push({
      kind: "limit-reached", path: "",
      message: "The flow of functions and objects was cut off by a limit; calls may be missing. Review parts of the project on their own",
    });
  }
  const templates = readPageTemplates(input.templates ?? {});
  return { program: new LinkedProgram({ solver, files, api, entries, priorLinks, templates, requirements: readRequirements(input.projectData ?? {}) }), problems };
}
