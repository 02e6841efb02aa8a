/** `warrant explain`. */
import type { AddCommand } from "./host.ts";

export const addExplain: AddCommand = (program, { terminal, end }) => {
  program
    .command("explain")
    .description("print the catalog page of a detector, found by id, CWE or another tool's id")
    .argument("<rule>", "sql-injection, CWE-89, B608")
    .action(async (rule: string) => {
      const { runExplain } = await import("../commands/explain.ts");
      end(runExplain(rule, terminal));
    });
};
