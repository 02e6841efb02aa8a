/** The commands and flags of `warrant`, as people type them. What each does is in `commands/`. */
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { exitCodes } from "./exit.ts";
import { say, type Terminal } from "./terminal/terminal.ts";
import { version } from "./version.ts";

/** Runs one command line and returns its exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = exitCodes.fine;
  const program = buildProgram(terminal, (value) => {
    code = value;
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

function buildProgram(terminal: Terminal, end: (code: number) => void): Command {
  const program = new Command("warrant")
    .description("Security code review you can check. Python.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this text")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => say(terminal, text.trimEnd().replace(/^error: /, "warrant: ")),
    });
  addReview(program, terminal, end);
  addExplain(program, terminal, end);
  addGraph(program, terminal, end);
  addEntries(program, terminal, end);
  addTest(program, terminal, end);
  addCheckModels(program, terminal, end);
  program.addHelpText("after", "\n`warrant [PATH…]` is `warrant review [PATH…]`; its flags: warrant review --help\n");
  return program;
}

function addReview(program: Command, terminal: Terminal, end: (code: number) => void): void {
  const review = program
    .command("review", { isDefault: true })
    .description("review files and folders (the default command)")
    .argument("[path...]", "what to review; this folder if none is named")
    .option("-f, --format <form>", "form of the result: text, markdown, json, sarif, sarif-full", "text")
    .addOption(new Option("--output-format <form>", "the same").hideHelp())
    .option("-o, --output <file>", "write the result there; - is stdout")
    .option("--text-output <file>", "also write the text form there")
    .option("--markdown-output <file>", "also write the Markdown review there")
    .option("--json-output <file>", "also write the JSON report there")
    .option("--sarif-output <file>", "also write SARIF 2.1.0 there")
    .addOption(new Option("--html-output <file>").hideHelp())
    .addOption(new Option("--json", "--format json").hideHelp())
    .addOption(new Option("--sarif", "--format sarif").hideHelp())
    .addOption(new Option("--markdown", "--format markdown").hideHelp())
    .option("--severity <level>", "lowest severity shown: low, medium, high, critical")
    .option("--fail-on <level>", "lowest severity that makes the exit code 1")
    .option("--exit-zero", "do not fail because of findings")
    .option("--allow-partial", "do not fail because the review is incomplete")
    .option("--select <ids>", "only these detectors: ids, CWE-89, B608, S608; repeat or separate by commas", collectList)
    .option("--ignore <ids>", "not these detectors", collectList)
    .option("-x, --exclude <patterns>", "do not read these paths, in the language of .gitignore", collectList)
    .option("--include <patterns>", "review only Python files that match", collectList)
    .option("--all", "also show what is below the precision floor and findings in test code")
    .option("--follow-tests", "follow test code as product code is; else only what the product imports of it")
    .option("--public-api <what>", "functions that other programs call: exported, none, or names of modules", collectList)
    .option("-c, --config <file>", "read this configuration instead of the nearest one")
    .option("--no-git-ignore", "read what .gitignore leaves out")
    .option("--max-target-bytes <n>", "do not read larger files", parseCount)
    .option("--ignore-nosec", "do not honour suppression comments of any kind")
    .addOption(new Option("--ignore-noqa", "the same").hideHelp())
    .addOption(new Option("--disable-nosem", "the same").hideHelp())
    .option("-j, --jobs <n>", "accepted; this version works in one thread", parseCount)
    .option("-q, --quiet", "no progress, and of the text form the findings and their sum only")
    .option("--no-color", "no colour (also: NO_COLOR)")
    .addOption(new Option("-r, --recursive", "accepted; folders are always read in full").hideHelp())
    .addOption(new Option("--error", "accepted; findings fail by default").hideHelp())
    .addOption(new Option("--metrics <mode>", "accepted; there are none").hideHelp())
    .addOption(new Option("--dataflow-traces", "accepted; paths are always shown").hideHelp());
  review.action(async (paths: string[]) => {
    const { runReview } = await import("./commands/review.ts");
    end(await runReview(paths, { ...review.opts(), given: givenOptions(review) }, terminal));
  });
}

function addExplain(program: Command, terminal: Terminal, end: (code: number) => void): void {
  program
    .command("explain")
    .description("print the catalog page of a detector, found by id, CWE or another tool's id")
    .argument("<rule>", "sql-injection, CWE-89, B608")
    .action(async (rule: string) => {
      const { runExplain } = await import("./commands/explain.ts");
      end(runExplain(rule, terminal));
    });
}

function addGraph(program: Command, terminal: Terminal, end: (code: number) => void): void {
  program
    .command("graph")
    .description("write the call graph as JSON, caller to callees")
    .argument("<path>", "the project")
    .option("-o, --output <file>", "write it there; - is stdout")
    .action(async (path: string, flags: { output?: string }) => {
      const { runGraph } = await import("./commands/graph.ts");
      end(runGraph(path, flags.output ?? "-", terminal));
    });
}

function addEntries(program: Command, terminal: Terminal, end: (code: number) => void): void {
  program
    .command("entries")
    .description("print the authorisation map: routes, handlers, the checks before each, and a verdict")
    .argument("[path...]", "what to map; this folder if none is named")
    .option("-f, --format <form>", "form of the result: text, json, csv", "text")
    .option("-o, --output <file>", "write the result there; - is stdout", "-")
    .option("-q, --quiet", "no progress")
    .option("--no-color", "no colour (also: NO_COLOR)")
    .action(async (paths: string[], flags: { format: string; output: string; quiet?: boolean; color?: boolean }) => {
      const { runEntries } = await import("./commands/entries.ts");
      end(runEntries(paths, flags, terminal));
    });
}

function addTest(program: Command, terminal: Terminal, end: (code: number) => void): void {
  program
    .command("test")
    .description("run the examples of catalog pages, yours or the built-in ones")
    .argument("[page...]", "files or folders of pages; the built-in catalog if none is named")
    .action(async (pages: string[]) => {
      const { runTest } = await import("./commands/test.ts");
      end(runTest(pages, terminal));
    });
}

function addCheckModels(program: Command, terminal: Terminal, end: (code: number) => void): void {
  program
    .command("check-models")
    .description("check your own pages: read them, run their examples, show what they change on a project")
    .argument("[page-or-path...]", "files or folders of pages, then the project; .warrant/ and this folder if none is named")
    .option("-f, --format <form>", "form of the result: text, json", "text")
    .option("-o, --output <file>", "write the result there; - is stdout", "-")
    .action(async (words: string[], flags: { format: string; output: string }) => {
      const { runCheckModels } = await import("./commands/check-models.ts");
      end(runCheckModels(words, flags, terminal));
    });
}

/** Names of the options that stand on the command line, so that they and only they win over the configuration. */
function givenOptions(command: Command): ReadonlySet<string> {
  return new Set(Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === "cli"));
}

function collectList(value: string, earlier: readonly string[] | undefined): readonly string[] {
  const items = value.split(",").map((item) => item.trim()).filter((item) => item !== "");
  if (items.length === 0) throw new InvalidArgumentError("It is empty.");
  return [...(earlier ?? []), ...items];
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
}

