// Makes a checkout ready to run: the right Node, the installed packages, the built command. Does nothing when all is in
// place. Uses only Node's own modules and old syntax, so that an old Node gets a sentence instead of a syntax error.
import { execFileSync, spawnSync } from "child_process";
import { createHash } from "crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "fs";
import { dirname, join, resolve } from "path";
import { fileURLToPath } from "url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const mainFile = join(root, "packages", "cli", "dist", "main.js");
const stampFile = join(root, "packages", "cli", "dist", "build.json");
const nodeLeast = [20, 19];

/** What a build is made from; a change of any of these files asks for a new one. */
const buildInputs = ["packages/engine/src", "packages/cli/src", "packages/cli/package.json", "catalog", "tools/bundle.mjs", "package-lock.json"];

/** Installs and builds what is missing. Ends the process with 2 if that cannot be done. */
export function makeReady() {
  checkNode();
  installPackages();
  buildCommand();
}

export function checkNode() {
  const parts = process.versions.node.split(".").map(Number);
  const isNewEnough = parts[0] > nodeLeast[0] || (parts[0] === nodeLeast[0] && parts[1] >= nodeLeast[1]);
  if (!isNewEnough) stop("warrant needs Node >= " + nodeLeast.join(".") + ", this is " + process.versions.node + ". Install a newer Node (https://nodejs.org) and run the command again.");
}

export function stop(message) {
  process.stderr.write(message + "\n");
  process.exit(2);
}

/** Runs `npm ci` if a package of the lockfile is missing or has another version. */
export function installPackages() {
  const missing = missingPackage();
  if (missing === "") return;
  process.stderr.write("Installing the packages of package-lock.json (" + missing + ")\n");
  const npm = process.env.npm_execpath;
  const flags = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
  const isScript = npm !== undefined && /\.c?js$/.test(npm);
  // The output goes to stderr: what a user pipes from stdout is the review alone.
  const run = isScript
    ? spawnSync(process.execPath, [npm].concat(flags), { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync("npm", flags, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (run.status !== 0) stop("The packages could not be installed: `npm ci` failed (above). It needs the npm registry once; run the command again when it can be reached.");
}

/** Names the first package that npm would have to install, or returns "". npm's own record of an installation is the stamp. */
function missingPackage() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return "first run";
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  let installed;
  try {
    installed = JSON.parse(readFileSync(record, "utf8")).packages;
  } catch {
    return "the record of the last installation is damaged";
  }
  for (const path of Object.keys(wanted)) {
    if (!path.startsWith("node_modules/")) continue;
    const there = installed[path];
    const name = path.replace(/^.*node_modules\//, "");
    // Packages for other systems are optional and rightly absent.
    if (there === undefined && wanted[path].optional) continue;
    if (there === undefined || there.version !== wanted[path].version) return name + " is missing or out of date";
    if (!existsSync(join(root, path))) return name + " is missing";
  }
  return "";
}

/** Bundles the command if a source, a page or the lockfile changed since the last time. */
export function buildCommand() {
  const sources = hashInputs();
  if (existsSync(mainFile) && readStamp() === sources) return;
  try {
    execFileSync(process.execPath, [join(root, "tools", "bundle.mjs"), "--stamp", sources], { cwd: root, stdio: ["ignore", 2, 2] });
  } catch {
    stop("The build failed (above).");
  }
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8")).sources;
  } catch {
    return "";
  }
}

function hashInputs() {
  const hash = createHash("sha256");
  for (const input of buildInputs) {
    for (const file of filesBelow(input)) {
      const bytes = readFileSync(join(root, file));
      hash.update(file + "\0" + bytes.length + "\0");
      hash.update(bytes);
    }
  }
  return hash.digest("hex");
}

function filesBelow(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  const files = [];
  for (const name of readdirSync(full).sort()) files.push.apply(files, filesBelow(path + "/" + name));
  return files;
}
