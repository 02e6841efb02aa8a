/** `warrant post`. */
import type { PostFlags } from "../commands/post.ts";
import { givenOptions, parseCount, type AddCommand } from "./host.ts";

export const addPost: AddCommand = (program, { terminal, end }) => {
  const post = program.command("post").description("put a review where the change is discussed: github, gerrit");
  const result = "JSON or SARIF of an earlier run, - is stdin; this folder is reviewed if absent";
  const github = post
    .command("github")
    .description("one summary comment on the pull request, edited in place, and at most ten comments on its lines")
    .argument("[result]", result)
    .option("--pull-request <number>", "its number; that of the event if absent", parseCount)
    .option("--dry-run", "print what would be posted, and send nothing")
    .addHelpText("after", "\nReads GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, GITHUB_API_URL. The token needs `pull-requests: write`.\n");
  github.action(async (file: string | undefined) => {
    const { runPost } = await import("../commands/post.ts");
    end(await runPost("github", file, { ...github.opts<PostFlags>(), given: givenOptions(github) }, terminal));
  });
  const gerrit = post
    .command("gerrit")
    .description("comments on the files of the patch set, with one message")
    .argument("[result]", result)
    .option("--vote <label>", "also vote with this label: -1 if there is a finding or the review is incomplete, else +1")
    .option("--dry-run", "print what would be posted, and send nothing")
    .addHelpText("after", "\nReads GERRIT_ADDRESS, GERRIT_CHANGE_ID, GERRIT_REVISION_ID, GERRIT_USERNAME, GERRIT_PASSWORD.\n");
  gerrit.action(async (file: string | undefined) => {
    const { runPost } = await import("../commands/post.ts");
    end(await runPost("gerrit", file, { ...gerrit.opts<PostFlags>(), given: givenOptions(gerrit) }, terminal));
  });
};
