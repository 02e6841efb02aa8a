/**
 * The `warrant` command.
 *
 * In: the arguments, the folder it is called in, the files there. Out: text on stdout and in files, an exit code.
 * How: commands are thin; they hand bytes to the engine and its report to the renderers.
 * Holds: the reviewed project is never run, imported or written to; every failure is translated here, once.
 * Not here: anything about Python or about weaknesses.
 */
import { runCommandLine } from "./command-line.ts";
import { exitCodes, messageOf, UsageError } from "./exit.ts";
import { processTerminal, say } from "./terminal/terminal.ts";

const terminal = processTerminal();
try {
  process.exitCode = await runCommandLine(process.argv.slice(2), terminal);
} catch (error) {
  process.exitCode = exitCodes.error;
  if (error instanceof UsageError) say(terminal, `warrant: ${error.message}`);
  else {
    say(terminal, `warrant: internal error: ${messageOf(error)}\nThis is a mistake of warrant, not of the reviewed project. WARRANT_DEBUG=1 shows where it happened.`);
    if (process.env.WARRANT_DEBUG !== undefined && error instanceof Error) say(terminal, error.stack ?? "");
  }
}
