/** The flags of everything that reviews: `review` and what is built on it. One place, so that they are the same everywhere. */
import { type Command, Option } from "commander";
import { formNames } from "../engine.ts";
import { collectList, parseCount } from "./host.ts";

/** Forms that have a flag of their own, `--json`, as peers do. */
const formsWithFlag = ["json", "sarif", "markdown"];

/** Adds the flags that say in which forms results are written, and where. */
export function addOutputOptions(command: Command, names: readonly string[] = formNames): Command {
  command
    .option("-f, --format <form>", `form of the result: ${names.join(", ")}`, "text")
    .addOption(new Option("--output-format <form>", "the same").hideHelp())
    .option("-o, --output <file>", "write the result there; - is stdout");
  for (const name of names) command.option(`--${name}-output <file>`, `also write the ${name} form there`);
  for (const name of formsWithFlag.filter((each) => names.includes(each))) command.addOption(new Option(`--${name}`, `--format ${name}`).hideHelp());
  return command;
}

/** Adds the flags that say what is read and shown, and what fails. */
export function addReviewOptions(command: Command): Command {
  return command
    .option("--severity <level>", "lowest severity shown: low, medium, high, critical")
    .option("--fail-on <level>", "lowest severity that makes the exit code 1; of a change, high:new counts what is new")
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
    .option("--no-cache", "neither use nor keep results of earlier runs")
    .option("-j, --jobs <n>", "accepted; this version works in one thread", parseCount)
    .option("-q, --quiet", "no progress, and of the text form the findings and their sum only")
    .option("--no-color", "no colour (also: NO_COLOR)")
    .addOption(new Option("-r, --recursive", "accepted; folders are always read in full").hideHelp())
    .addOption(new Option("--error", "accepted; findings fail by default").hideHelp())
    .addOption(new Option("--metrics <mode>", "accepted; there are none").hideHelp())
    .addOption(new Option("--dataflow-traces", "accepted; paths are always shown").hideHelp());
}

/** Adds the flags that hold back what was there before. */
export function addBaselineOptions(command: Command): Command {
  return command
    .option("-b, --baseline <file>", "tell only of what goes beyond this baseline; also reads JSON and SARIF of ours, of Bandit and others")
    .addOption(
      new Option("--baseline-commit <ref>", "tell only of what was not there where this revision and HEAD part").env("WARRANT_BASELINE_COMMIT"),
    );
}
