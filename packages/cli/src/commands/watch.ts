/** `warrant watch`: stays, reviews on every save, and tells what the change did. */
import { existsSync } from "node:fs";
import { reviewOnce } from "../cache/cached-review.ts";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages } from "../catalog/user-pages.ts";
import { findConfiguration, readNamedConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import { type Catalog, compareRevisions, plainStyle, renderDifference, renderReport, type Report, type RevisionFiles, type Style } from "../engine.ts";
import { exitCodes, messageOf, UsageError } from "../exit.ts";
import { resolveTargets, type Targets } from "../files/targets.ts";
import { watchFolder } from "../files/watch-folder.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { findFiles, requestOf, today } from "./request.ts";
import { type ReviewFlags, settingsOfFlags } from "./review-flags.ts";
import { checkSelectors } from "./selectors.ts";

/** Saves that come closer together are one. */
const quietMs = 250;

interface State {
  readonly report: Report;
  readonly files: RevisionFiles;
}

/** Runs until it is told to stop (SIGINT, SIGTERM, the end of stdin does not count). */
export async function runWatch(paths: readonly string[], flags: ReviewFlags, terminal: Terminal): Promise<number> {
  const targets = resolveTargets(paths.length === 0 ? ["."] : paths, process.cwd());
  const style = wantsColour(terminal, flags.color !== false) ? colourStyle : plainStyle;
  const watching = new Watching(targets, flags, terminal, style);
  watching.first();
  const watcher = watchFolder(targets.root, quietMs, () => watching.again());
  say(terminal, `watching ${targets.root}${watcher.how === "" ? "" : ` (${watcher.how})`}; Ctrl-C ends`);
  await new Promise<void>((done) => {
    process.once("SIGINT", done);
    process.once("SIGTERM", done);
  });
  watcher.close();
  return exitCodes.fine;
}

class Watching {
  private state: State | undefined;
  private builtIn: Catalog | undefined;

  constructor(
    private readonly targets: Targets,
    private readonly flags: ReviewFlags,
    private readonly terminal: Terminal,
    private readonly style: Style,
  ) {}

  first(): void {
    this.state = this.review();
    const options = { style: this.style, quiet: true, full: false, fullReport: "", today: today() };
    for (const piece of renderReport(this.state.report, "text", options)) this.terminal.stdout.write(piece);
  }

  /** Reviews again, if anything that counts was changed. What cannot be read now may be readable at the next save. */
  again(): void {
    try {
      const before = this.state;
      const after = this.review();
      this.state = after;
      if (before === undefined || isSame(before.files, after.files)) return;
      const difference = compareRevisions({
        before: before.report, after: after.report, names: { before: "before", after: "now" },
        files: { before: before.files, after: after.files }, judgeSuppressions: false,
      });
      const options = { style: this.style, quiet: true, full: false, fullReport: "", today: today() };
      for (const piece of renderDifference(difference, "text", options)) this.terminal.stdout.write(piece);
    } catch (error) {
      if (!(error instanceof UsageError) && existsSync(this.targets.root)) throw error;
      say(this.terminal, `warrant: ${messageOf(error)}`);
    }
  }

  private review(): State {
    const { targets, flags, terminal } = this;
    const configuration = flags.config === undefined ? findConfiguration(targets.root, targets.base) : readNamedConfiguration(flags.config, process.cwd());
    const settings: Settings = { ...defaultSettings, ...configuration.settings, ...settingsOfFlags(flags) };
    const pages = projectPages(targets.base, settings.pages);
    this.builtIn ??= loadCatalog();
    const catalog = addPages(this.builtIn, pages);
    checkSelectors(catalog, settings, terminal);
    const progress = new Progress(terminal, flags.quiet === true || terminal.stderr.isTTY !== true);
    const found = findFiles(targets, settings, progress);
    const request = { ...requestOf(targets, settings, found, { catalog, progress }), projectPages: pages.map((page) => page.path) };
    const report = reviewOnce(request, { reviewed: targets.base, isOn: flags.cache !== false });
    progress.end();
    return { report, files: { digests: request.snapshot.names, read: (path) => request.workspace.read(path) } };
  }
}

function isSame(left: RevisionFiles, right: RevisionFiles): boolean {
  return left.digests.size === right.digests.size && [...left.digests].every(([path, name]) => right.digests.get(path) === name);
}
