/** `warrant baseline`. */
import type { BaselineFlags } from "../commands/baseline.ts";
import { givenOptions, type AddCommand } from "./host.ts";
import { addReviewOptions } from "./review-options.ts";

export const addBaseline: AddCommand = (program, { terminal, end }) => {
  const baseline = program
    .command("baseline")
    .description("write down what is found now; later reviews with --baseline tell only of what goes beyond it")
    .argument("[path...]", "what to review; this folder if none is named")
    .option("-o, --output <file>", "write it there, - is stdout; .warrant/baseline.txt of the repository if absent");
  addReviewOptions(baseline);
  baseline.action(async (paths: string[]) => {
    const { runBaseline } = await import("../commands/baseline.ts");
    end(runBaseline(paths, { ...baseline.opts<BaselineFlags>(), given: givenOptions(baseline), commands: [] }, terminal));
  });
};
