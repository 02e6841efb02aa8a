// Findings per thousand lines on well-kept code: the price of recall.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { here, needPython, lack, readFlags, score, scoringCommand, sharedFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ only: { type: "string" } });
needPython();
if (flags.mirrors === undefined) lack("--mirrors is missing: a folder with git mirrors of the repositories of truth/clean_repos.tsv");
const args = ["--repos", sharedFile(flags, "truth/clean_repos.tsv"), "--mirrors", flags.mirrors, "--command", scoringCommand, "--show"];
if (flags.only !== undefined) args.push("--only", flags.only);
const result = score(sharedFile(flags, "tools/score_clean.py"), args);
/** A finding that was judged true is named by project, detector and count alone: it is at the project's current head. */
const withoutPlaces = result.split("\n").filter((line) => !/^\S+\/\S+ \S+\.py:\d+ /.test(line)).join("\n");
const judged = join(here, "clean-judged.md");
writeResults("clean", "Clean set: findings per thousand lines", { scorer: "shared/tools/score_clean.py --show", "scoring command": `\`${scoringCommand}\`` }, [
  `\`\`\`text\n${withoutPlaces}\n\`\`\``, existsSync(judged) ? readFileSync(judged, "utf8").trim() : "",
]);
