/** `warrant why`, `warrant show`, `warrant trace`. */
import type { Command } from "commander";
import type { AddCommand } from "./host.ts";

/** Flags of every question after a review. */
function addQuestionOptions(command: Command): Command {
  return command
    .option("--project <path>", "the reviewed project, if it cannot be told from the question")
    .option("--no-review", "do not review first when no saved review is true any more: fail")
    .option("-q, --quiet", "no progress")
    .option("--no-color", "no colour (also: NO_COLOR)");
}

export const addWhy: AddCommand = (program, { terminal, end }) => {
  const why = program.command("why").description("tell why a line is, or is not, a finding: what is asked there, the verdict, the walk, what would change it")
    .argument("<file:line>", "the place")
    .option("--cwe <number>", "only what speaks of this weakness")
    .option("-f, --format <form>", "form of the answer: text, json", "text");
  addQuestionOptions(why).action(async (place: string) => {
    const { runWhy } = await import("../commands/why.ts");
    end(runWhy(place, why.opts(), terminal));
  });
};

export const addShow: AddCommand = (program, { terminal, end }) => {
  const show = program.command("show").description("print the facts behind an id of the review: F-1a2b3c4d, P-…, O-…, E-files, A-3")
    .argument("<id>", "the id");
  addQuestionOptions(show).action(async (id: string) => {
    const { runShow } = await import("../commands/why.ts");
    end(runShow(id, show.opts(), terminal));
  });
};

export const addTrace: AddCommand = (program, { terminal, end }) => {
  const trace = program.command("trace").description("print paths of a value between two places, or the reason there is none")
    .argument("<source>", "where the value is: FILE:LINE")
    .argument("<sink>", "where it may come to: FILE:LINE")
    .option("-f, --format <form>", "form of the answer: text, json", "text");
  addQuestionOptions(trace).action(async (source: string, sink: string) => {
    const { runTrace } = await import("../commands/why.ts");
    end(runTrace(source, sink, trace.opts(), terminal));
  });
};
