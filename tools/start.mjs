// `npm start [-- PATH… FLAGS…]`: installs and builds what is missing, then reviews PATH, or the bundled example.
// Ends with 0 whatever the review finds: it shows the tool, it does not gate anything.
import { spawnSync } from "child_process";
import { join } from "path";
import { mainFile, makeReady, root } from "./build-ready.mjs";

makeReady();
// npm runs scripts in the checkout; paths are meant as typed, from the folder of the user.
const cwd = process.env.INIT_CWD || process.cwd();
// A review without a path is one of the bundled example here, and one of the current folder everywhere else.
const env = Object.assign({}, process.env, { WARRANT_DEFAULT_PATH: join(root, "examples", "orders") });
const run = spawnSync(process.execPath, [mainFile].concat(process.argv.slice(2)), { cwd: cwd, env: env, stdio: "inherit" });

// A usage or internal error (2) and a signal are not findings; everything else is a review that was shown.
process.exitCode = run.status === 0 || run.status === 1 || run.status === 3 ? 0 : run.status === null ? 2 : run.status;
