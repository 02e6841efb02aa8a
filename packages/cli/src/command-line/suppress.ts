/** `warrant suppress`. */
import type { SuppressFlags } from "../commands/suppress.ts";
import { givenOptions, type AddCommand } from "./host.ts";
import { addReviewOptions } from "./review-options.ts";

export const addSuppress: AddCommand = (program, { terminal, end }) => {
  const suppress = program
    .command("suppress")
    .description("silence one finding with a reason: writes a comment above its statement, or an entry into the configuration")
    .argument("<id>", "F-1a2b3c4d, as a review prints it")
    .argument("[path...]", "what to review; this folder if none is named")
    .requiredOption("--reason <text>", "why it is fine")
    .option("--until <day>", "YYYY-MM-DD: the last day on which it is silenced")
    .option("--in-configuration", "write an entry into the configuration instead of a comment into the code");
  addReviewOptions(suppress);
  suppress.action(async (id: string, paths: string[]) => {
    const { runSuppress } = await import("../commands/suppress.ts");
    end(runSuppress(id, paths, { ...suppress.opts<SuppressFlags>(), given: givenOptions(suppress), commands: [] }, terminal));
  });
};
