/** `warrant graph`. */
import type { AddCommand } from "./host.ts";

export const addGraph: AddCommand = (program, { terminal, end }) => {
  program
    .command("graph")
    .description("write the call graph as JSON, caller to callees")
    .argument("<path>", "the project")
    .option("-o, --output <file>", "write it there; - is stdout")
    .action(async (path: string, flags: { output?: string }) => {
      const { runGraph } = await import("../commands/graph.ts");
      end(runGraph(path, flags.output ?? "-", terminal));
    });
};
