/** `warrant watch`. */
import { type AddCommand, commandNames, givenOptions } from "./host.ts";
import { addReviewOptions } from "./review-options.ts";

export const addWatch: AddCommand = (program, { terminal, end }) => {
  const watch = program
    .command("watch")
    .description("stay, review on every save, and print what the change did")
    .argument("[path...]", "what to watch; this folder if none is named");
  addReviewOptions(watch);
  watch.action(async (paths: string[]) => {
    const { runWatch } = await import("../commands/watch.ts");
    end(await runWatch(paths, { ...watch.opts(), format: "text", given: givenOptions(watch), commands: commandNames(watch) }, terminal));
  });
};
