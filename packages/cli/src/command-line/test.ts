/** `warrant test`. */
import type { AddCommand } from "./host.ts";

export const addTest: AddCommand = (program, { terminal, end }) => {
  program
    .command("test")
    .description("run the examples of catalog pages, yours or the built-in ones")
    .argument("[page...]", "files or folders of pages; the built-in catalog if none is named")
    .action(async (pages: string[]) => {
      const { runTest } = await import("../commands/test.ts");
      end(runTest(pages, terminal));
    });
};
