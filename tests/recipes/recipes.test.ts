/** Recipes: their structure as their hosts want it, their scripts, and that every flag in them exists. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { checkout, warrant } from "../command.ts";

const folder = join(checkout, "recipes");
const read = (name: string): unknown => parse(readFileSync(join(checkout, name), "utf8"));
const files = [".pre-commit-hooks.yaml", ...readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.ya?ml$/.test(name)).map((name) => join("recipes", name))].sort();

interface Step { readonly uses?: string; readonly run?: string; readonly shell?: string; readonly env?: Readonly<Record<string, string>>; readonly with?: Readonly<Record<string, unknown>> }
interface Action { readonly name: string; readonly description: string; readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>; readonly runs: { readonly using: string; readonly steps: readonly Step[] } }
interface Workflow { readonly on: Readonly<Record<string, unknown>>; readonly permissions: Readonly<Record<string, string>>; readonly jobs: Readonly<Record<string, { readonly if?: string; readonly steps: readonly Step[] }>> }

it("there are the recipes that the page lists", () => {
  expect(files).toEqual([
    ".pre-commit-hooks.yaml", "recipes/github/comment/action.yml", "recipes/github/review/action.yml", "recipes/github/workflows/warrant-comment.yml",
    "recipes/github/workflows/warrant.yml", "recipes/gitlab/warrant.gitlab-ci.yml", "recipes/zuul/jobs.yaml", "recipes/zuul/playbooks/warrant.yaml",
  ]);
});

it.each(files)("%s names only flags and commands that there are", async (name) => {
  const text = readFileSync(join(checkout, name), "utf8").replace(/^\s*#.*$/gm, "").replace(/\b(?:npm|git)\b[^\n&]*/g, "");
  const help = (await Promise.all(["review", "diff", "post github", "post gerrit"].map((words) => warrant([...words.split(" "), "--help"])))).map((run) => run.stdout).join("\n");
  for (const [flag] of text.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)) expect(help, flag).toContain(flag);
});

describe.each(["review", "comment"])("the action %s", (name) => {
  const action = read(`recipes/github/${name}/action.yml`) as Action;

  it("is composite, and every step of it that runs says in which shell", () => {
    expect(action.runs.using).toBe("composite");
    for (const step of action.runs.steps) expect(step.uses !== undefined || step.shell === "bash").toBe(true);
    for (const input of Object.values(action.inputs)) expect(input.description).toBeTruthy();
  });

  it("hands values to scripts by the environment only, and the scripts are well-formed", () => {
    for (const { run } of action.runs.steps) {
      if (run === undefined) continue;
      expect(run).not.toContain("${{");
      execFileSync("bash", ["-n"], { input: run });
    }
  });

  it("uses every input", () => {
    const text = JSON.stringify(action.runs) + JSON.stringify((action as unknown as { outputs?: unknown }).outputs ?? {});
    for (const input of Object.keys(action.inputs)) expect(text).toContain(`inputs.${input} `);
  });
});

it("the first stage has no secret and no right to write; the second checks nothing out", () => {
  const first = read("recipes/github/workflows/warrant.yml") as Workflow;
  expect(Object.keys(first.on)).toEqual(["pull_request", "push"]);
  expect(first.permissions).toEqual({ contents: "read" });
  expect(JSON.stringify(first)).not.toMatch(/secrets\.|pull_request_target|github\.token/);
  expect(first.jobs.review.steps[0].with).toMatchObject({ "fetch-depth": 0, "persist-credentials": false });
  const second = read("recipes/github/workflows/warrant-comment.yml") as Workflow;
  expect(second.on).toEqual({ workflow_run: { workflows: ["warrant"], types: ["completed"] } });
  expect(second.permissions).toEqual({ actions: "read", "pull-requests": "write" });
  expect(JSON.stringify(second)).not.toMatch(/checkout|secrets\./);
  expect(second.jobs.comment.if).toContain("pull_request");
});

it("the GitLab job hands its reports in under the names that GitLab wants", () => {
  const { warrant: job } = read("recipes/gitlab/warrant.gitlab-ci.yml") as { readonly warrant: { readonly script: readonly string[]; readonly artifacts: { readonly when: string; readonly reports: Readonly<Record<string, string>> } } };
  expect(job.artifacts.when).toBe("always");
  expect(Object.keys(job.artifacts.reports)).toEqual(["sast", "codequality", "junit"]);
  for (const file of Object.values(job.artifacts.reports)) expect(job.script.join("\n")).toContain(file);
  for (const line of job.script) execFileSync("bash", ["-n"], { input: line });
});

it("the Zuul job names its playbook, which returns the comments before it fails", () => {
  const [{ job }] = read("recipes/zuul/jobs.yaml") as readonly [{ readonly job: { readonly run: string; readonly vars: Readonly<Record<string, string>> } }];
  const text = readFileSync(join(folder, "zuul", job.run), "utf8");
  const [play] = parse(text) as readonly [{ readonly tasks: readonly Readonly<Record<string, unknown>>[] }];
  expect(play.tasks.map((task) => ["command", "slurp", "zuul_return", "fail"].find((module) => module in task))).toEqual(["command", "slurp", "zuul_return", "fail"]);
  for (const name of Object.keys(job.vars)) expect(text).toContain(name);
});

it("the hooks have the ids and keys that pre-commit knows", () => {
  const hooks = read(".pre-commit-hooks.yaml") as readonly Readonly<Record<string, unknown>>[];
  expect(hooks.map((hook) => hook.id)).toEqual(["warrant", "warrant-ci"]);
  const known = ["id", "name", "description", "entry", "language", "types", "pass_filenames", "require_serial", "always_run"];
  for (const hook of hooks) expect(Object.keys(hook).filter((key) => !known.includes(key))).toEqual([]);
});
