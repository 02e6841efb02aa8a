// What the benchmark scripts have in common: flags, checkouts, measuring, tables.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, "..");
export const warrantFile = join(root, "packages/cli/bin/warrant.js");

/** Ends with 2: something that has to be there is not. */
export function lack(message) {
  process.stderr.write(`${basename(process.argv[1])}: ${message}\n`);
  process.exit(2);
}

/** Reads --mirrors, --shared, --work and what else a script takes. */
export function readFlags(more = {}) {
  const options = { mirrors: { type: "string" }, shared: { type: "string" }, work: { type: "string" }, help: { type: "boolean" }, ...more };
  let values;
  try {
    ({ values } = parseArgs({ options }));
  } catch (error) {
    lack(error.message);
  }
  if (values.help) {
    process.stdout.write(`${basename(process.argv[1])} ${Object.keys(options).filter((name) => name !== "help").map((name) => `[--${name}]`).join(" ")}\nSee benchmarks/README.md.\n`);
    process.exit(0);
  }
  const flags = { ...values };
  flags.mirrors = values.mirrors ?? process.env.MIRRORS;
  flags.shared = resolve(values.shared ?? join(root, "../shared"));
  if (values.work !== undefined) mkdirSync(values.work, { recursive: true });
  flags.work = values.work === undefined ? mkdtempSync(join(tmpdir(), "warrant-benchmark-")) : resolve(values.work);
  if (!existsSync(join(root, "packages/cli/dist/main.js"))) lack("warrant is not built; run `npm run build`");
  return flags;
}

/** Returns a tool of the shared folder. */
export function sharedFile(flags, path) {
  const file = join(flags.shared, path);
  if (!existsSync(file)) lack(`${file} is missing; name the folder that holds tools/ and truth/ with --shared`);
  return file;
}

export function needPython() {
  if (spawnSync("python3", ["--version"]).status !== 0) lack("python3 is missing");
}

/** Checks a revision out of a mirror, once per work folder. */
export function checkout(flags, repository, revision, folder) {
  const tree = join(flags.work, folder);
  if (existsSync(join(tree, ".checked-out"))) return tree;
  if (flags.mirrors === undefined) lack(`--mirrors is missing: a folder with a git mirror of ${repository} (git clone --mirror https://github.com/${repository} "$MIRRORS/${repository.replace("/", "+")}")`);
  const run = spawnSync("python3", [sharedFile(flags, "tools/checkout_tree.py"), repository, revision, tree, "--mirrors", flags.mirrors], { encoding: "utf8" });
  if (run.status !== 0) lack(`${repository} ${revision} could not be checked out: ${(run.stderr || run.stdout).trim().split("\n").pop()}`);
  writeFileSync(join(tree, ".checked-out"), `${revision}\n`);
  return tree;
}

/** Runs a command; returns wall and CPU seconds, peak MiB, exit code and its output. */
export function measure(command, options = {}) {
  const log = join(options.work ?? tmpdir(), `measured-${process.pid}.log`);
  // A run that finds what an earlier one kept is no cold run.
  const cache = mkdtempSync(join(tmpdir(), "warrant-cold-"));
  const env = options.env ?? { ...process.env, WARRANT_CACHE_DIR: cache };
  const text = execFileSync("python3", [join(here, "run-measured.py"), log, ...command], { encoding: "utf8", cwd: options.cwd ?? tmpdir(), env, maxBuffer: 1 << 26 });
  rmSync(cache, { recursive: true, force: true });
  return { ...JSON.parse(text), output: readFileSync(log, "utf8") };
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)];

/** Returns a Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map((row) => line(row.map((cell) => String(cell).replaceAll("|", "\\|"))))].join("\n");
}

/** Writes benchmarks/NAME.md: title, how it was made, then the parts. */
export function writeResults(name, title, facts, parts) {
  const own = spawnSync("git", ["-C", root, "rev-parse", "--short=10", "HEAD"], { encoding: "utf8" }).stdout.trim();
  const dirty = spawnSync("git", ["-C", root, "status", "--porcelain", "--", "packages", "catalog"], { encoding: "utf8" }).stdout.trim() !== "";
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const command = `node benchmarks/${basename(process.argv[1])} ${process.argv.slice(2).join(" ")}`.trim();
  const lines = [
    `# ${title}`, "", "Written by the command below; never edited.", "",
    ...Object.entries({ command: `\`${command}\``, date: day, warrant: `${own}${dirty ? " with uncommitted changes" : ""}`, machine, ...facts }).map(([key, value]) => `- ${key}: ${value}`),
    "", parts.join("\n\n"), "",
  ];
  const file = join(here, `${name}.md`);
  writeFileSync(file, lines.join("\n"));
  process.stdout.write(`${lines.join("\n")}\n${file} written\n`);
}

/** Runs one of the shared scorers with its output on the terminal and returned. */
export function score(script, args) {
  const run = spawnSync("python3", [script, ...args], { encoding: "utf8", cwd: root, maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] });
  if (run.status !== 0 && run.stdout === "") lack(`${basename(script)} failed with ${run.status}`);
  return run.stdout.trimEnd();
}

export const scoringCommand = "npx warrant review {tree} --sarif-output {sarif}";
