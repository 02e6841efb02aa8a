// Real CVEs: found before the fix, silent after it? Scored by the shared scorer. Takes long: --only and --resume help.
import { join } from "node:path";
import { lack, needPython, readFlags, score, scoringCommand, sharedFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ only: { type: "string" }, jobs: { type: "string", default: "2" }, timeout: { type: "string", default: "600" }, resume: { type: "boolean" } });
needPython();
if (flags.mirrors === undefined) lack("--mirrors is missing: a folder with git mirrors of the repositories of truth/cve_pairs_dev.json");
const args = ["--pairs", sharedFile(flags, "truth/cve_pairs_dev.json"), "--mirrors", flags.mirrors, "--command", scoringCommand,
  "--out", join(flags.work, "pairs.json"), "--work", join(flags.work, "pairs"), "--jobs", flags.jobs, "--timeout", flags.timeout];
if (flags.only !== undefined) args.push("--only", flags.only);
if (flags.resume) args.push("--resume");
const result = score(sharedFile(flags, "tools/score_pairs.py"), args);
writeResults("pairs", "CVE pairs, development set", { scorer: "shared/tools/score_pairs.py", "scoring command": `\`${scoringCommand}\`` }, [
  "Bandit on the changed files of the 71 \"yes\" pairs: 17 detected, 8 of 68 discriminated.", `\`\`\`text\n${result}\n\`\`\``,
]);
