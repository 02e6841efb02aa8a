/** `warrant verify`. */
import { verificationFormNames } from "../engine.ts";
import { givenOptions, type AddCommand } from "./host.ts";
import { addOutputOptions } from "./review-options.ts";

export const addVerify: AddCommand = (program, { terminal, end }) => {
  const verify = program
    .command("verify")
    .description("check a review that someone else wrote, claim by claim: prose, SARIF of any scanner, or JSON of review comments")
    .argument("<review>", "its file; - is stdin")
    .option("--target <path>", "the project, or the file in it, that the review is about; PATH@REV reads that revision out of git (this folder if absent)");
  addOutputOptions(verify, verificationFormNames);
  verify
    .option("--strict", "fail also if something is unsupported")
    .option("--follow-tests", "follow test code as product code is, so that claims about it are answered from the ledger")
    .option("-q, --quiet", "no progress, and of the text form the figures only")
    .option("--no-color", "no colour (also: NO_COLOR)")
    .addHelpText("after", "\nExit code: 0 nothing refuted, 1 something refuted, 2 usage, 3 the review is not about this project\n");
  verify.action(async (review: string) => {
    const { runVerify } = await import("../commands/verify.ts");
    end(runVerify(review, { ...verify.opts(), given: givenOptions(verify) }, terminal));
  });
};
