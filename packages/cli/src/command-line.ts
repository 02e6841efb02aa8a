/** The commands of `warrant`, as people type them. The flags of each are in `command-line/`, what it does is in `commands/`. */
import { Command, CommanderError } from "commander";
import { addBaseline } from "./command-line/baseline.ts";
import { addCheckModels } from "./command-line/check-models.ts";
import { addDiff } from "./command-line/diff.ts";
import { addEntries } from "./command-line/entries.ts";
import { addExplain } from "./command-line/explain.ts";
import { addGraph } from "./command-line/graph.ts";
import type { AddCommand, Host } from "./command-line/host.ts";
import { addPost } from "./command-line/post.ts";
import { addShow, addTrace, addWhy } from "./command-line/questions.ts";
import { addReview } from "./command-line/review.ts";
import { addSuppress } from "./command-line/suppress.ts";
import { addTest } from "./command-line/test.ts";
import { addVerify } from "./command-line/verify.ts";
import { addWatch } from "./command-line/watch.ts";
import { exitCodes } from "./exit.ts";
import { say, type Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

/** In the order in which `--help` lists them. */
const commands: readonly AddCommand[] = [
  addReview,
  addDiff,
  addWatch,
  addWhy,
  addShow,
  addTrace,
  addBaseline,
  addSuppress,
  addPost,
  addExplain,
  addGraph,
  addEntries,
  addTest,
  addCheckModels,
  addVerify,
];

/** Runs one command line and returns its exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.fine;
  const program = buildProgram({
    terminal,
    end: (value) => {
      code = value;
    },
  });
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end with 0; everything else that the parser refuses is a usage error.
    return error.exitCode === 0 ? exitCodes.fine : exitCodes.error;
  }
  return code;
}

function buildProgram(host: Host): Command {
  const { terminal } = host;
  const program = new Command("warrant")
    .description("Security code review you can check. Python.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this text")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => say(terminal, text.trimEnd().replace(/^error: /, "warrant: ")),
    });
  for (const add of commands) add(program, host);
  program.addHelpText("after", "\n`warrant [PATH…]` is `warrant review [PATH…]`; its flags: warrant review --help\n");
  return program;
}
