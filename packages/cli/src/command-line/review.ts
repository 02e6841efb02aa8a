/** `warrant review`, which is also `warrant`. */
import { commandNames, givenOptions, type AddCommand } from "./host.ts";
import { addBaselineOptions, addOutputOptions, addReviewOptions } from "./review-options.ts";

export const addReview: AddCommand = (program, { terminal, end }) => {
  const review = program
    .command("review", { isDefault: true })
    .description("review files and folders (the default command)")
    .argument("[path...]", "what to review; this folder if none is named");
  addOutputOptions(review);
  addReviewOptions(review);
  addBaselineOptions(review);
  review.action(async (paths: string[]) => {
    const { runReview } = await import("../commands/review.ts");
    end(await runReview(paths, { ...review.opts(), given: givenOptions(review), commands: commandNames(review) }, terminal));
  });
};
