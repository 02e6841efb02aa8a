/** `warrant check-models`. */
import type { AddCommand } from "./host.ts";

export const addCheckModels: AddCommand = (program, { terminal, end }) => {
  program
    .command("check-models")
    .description("check your own pages: read them, run their examples, show what they change on a project")
    .argument("[page-or-path...]", "files or folders of pages, then the project; .warrant/ and this folder if none is named")
    .option("-f, --format <form>", "form of the result: text, json", "text")
    .option("-o, --output <file>", "write the result there; - is stdout", "-")
    .action(async (words: string[], flags: { format: string; output: string }) => {
      const { runCheckModels } = await import("../commands/check-models.ts");
      end(runCheckModels(words, flags, terminal));
    });
};
