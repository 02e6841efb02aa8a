/** `warrant graph`: the call graph as JSON, one object from caller to the sorted list of callees. */
import { loadCatalog } from "../catalog/load.ts";
import { defaultSettings } from "../configuration/setting.ts";
import { callGraphOf } from "../engine.ts";
import { exitCodes } from "../exit.ts";
import { discover } from "../files/discover.ts";
import { takeSnapshot } from "../files/snapshot.ts";
import { resolveTargets } from "../files/targets.ts";
import { diskTree } from "../files/tree.ts";
import { checkOutput, writeOutput } from "../files/write-output.ts";
import { say, type Terminal } from "../terminal/terminal.ts";

export function runGraph(path: string, output: string, terminal: Terminal): number {
  const cwd = process.cwd();
  const file = output === "-" ? "-" : checkOutput(output, cwd);
  const targets = resolveTargets([path], cwd);
  const bytesMax = defaultSettings.maxTargetBytes;
  const found = discover(targets, { targetBytesMax: bytesMax, exclude: [], include: [], honourGitignore: true });
  const graph = callGraphOf({
    workspace: takeSnapshot(diskTree, targets.root, [...found.python, ...found.data].sort(), { bytesMax }).workspace,
    python: found.python,
    catalog: loadCatalog(),
  });
  const text = `${JSON.stringify(graph, undefined, 2)}\n`;
  if (file === "-") terminal.stdout.write(text);
  else writeOutput(file, [text]);
  if (found.python.length > 0) return exitCodes.fine;
  say(terminal, "warrant: nothing was analysed: there is no Python file to read");
  return exitCodes.incomplete;
}
