/** `warrant diff`. */
import { differenceFormNames } from "../engine.ts";
import { type AddCommand, commandNames, givenOptions } from "./host.ts";
import { addOutputOptions, addReviewOptions } from "./review-options.ts";

export const addDiff: AddCommand = (program, { terminal, end }) => {
  const diff = program
    .command("diff")
    .description("review a change: what is new, what is fixed, which proofs were lost")
    .argument("[ref-or-path...]", "REF: the merge base with REF against the working tree; A..B: exactly these two; then the project, this folder if none is named. Without REF: the upstream branch")
    .option("--staged", "compare HEAD with what is staged")
    .option("--patch <file>", "compare with what a patch makes of HEAD, or of a folder without git; - is stdin");
  addOutputOptions(diff, differenceFormNames);
  addReviewOptions(diff);
  diff.action(async (words: string[]) => {
    const { runDiff } = await import("../commands/diff.ts");
    end(runDiff(words, { ...diff.opts(), given: givenOptions(diff), commands: commandNames(diff) }, terminal));
  });
};
