/** `warrant entries`. */
import type { AddCommand } from "./host.ts";

export const addEntries: AddCommand = (program, { terminal, end }) => {
  program
    .command("entries")
    .description("print the authorisation map: routes, handlers, the checks before each, and a verdict")
    .argument("[path...]", "what to map; this folder if none is named")
    .option("-f, --format <form>", "form of the result: text, json, csv", "text")
    .option("-o, --output <file>", "write the result there; - is stdout", "-")
    .option("-q, --quiet", "no progress")
    .option("--no-color", "no colour (also: NO_COLOR)")
    .action(async (paths: string[], flags: { format: string; output: string; quiet?: boolean; color?: boolean }) => {
      const { runEntries } = await import("../commands/entries.ts");
      end(runEntries(paths, flags, terminal));
    });
};
