/**
 * Proofs rest on the line that protects: each program is proven, and violated once that line is gone. Every sentence that the
 * engine gives as the reason of a proof is the reason of one of these programs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Obligation } from "../../src/obligations/index.ts";
import { solve } from "../obligations/solve-text.ts";
import { type Protected, programs } from "./proof-programs.ts";

function rowsOf(program: Protected, isProtected: boolean): readonly Obligation[] {
  const text = program.text.replace(/«([^|»]*)\|([^»]*)»/g, isProtected ? "$1" : "$2");
  const kept = isProtected ? text : text.replace(/^.*# protects\n/gm, "");
  return solve({ "main.py": kept }).obligations.filter((row) => row.detector === program.detector);
}

const told = (row: Obligation): string => row.verdict + (row.verdict === "violated" && !row.shown ? " (kept back)" : "");

const reasonsSeen = new Set<string>();

describe("a proof falls with what protects", () => {
  test.each(programs)("$name", (program) => {
    const before = rowsOf(program, true);
    for (const row of before) for (const reason of row.reasons) reasonsSeen.add(`${reason.code}: ${reason.text}`);
    const after = rowsOf(program, false).map(told);
    // A sink that no longer asks anything (a safe loader) has no row, which is as good as a proof.
    expect(before.map(told).filter((verdict) => verdict !== "proven")).toEqual([]);
    expect(after.filter((verdict) => verdict !== "proven")).toEqual([program.isOpen ? "open" : program.isKeptBack ? "violated (kept back)" : "violated"]);
  });
});

/** Sentences of proofs that stand in the source elsewhere than in the statement that makes the proof. */
const elsewhere = ["const: a literal", "structured: a mapping is no page", "good-value: the argument is absent, and its default is fine"];
/** Those that no program of one file shows, or that another one stands for. */
const exempt = new Set([
  // The detector that asks for short texts tells it in its own words: see "a short part of a text".
  "guard: only a short part is taken",
]);

/** `code: sentence` of every proof that the sources make; parts that are computed stand as `*`. */
function reasonsInSources(): string[] {
  const out = new Set(elsewhere);
  for (const layer of ["obligations", "checks"]) {
    const folder = join(import.meta.dirname, "../../src", layer);
    for (const name of readdirSync(folder)) {
      for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
        if (!/LeafKind\.Proven, |"proven", |verdict: "proven", |derivedLeaf\(walk/.test(line) || /=== "proven"/.test(line)) continue;
        const sentence = [...line.matchAll(/"([^"]*)"|`([^`]*)`/g)].map((match) => match[1] ?? match[2]).findLast((text) => text.includes(" "));
        const code = line.includes(" ? ") ? undefined : /"([a-z-]+)", ["`]|code: "([a-z-]+)"/.exec(line);
        if (sentence === undefined) continue;
        out.add(`${code?.[1] ?? code?.[2] ?? "*"}: ${sentence.replace(/\$\{[^}]*\}/g, "*")}`);
      }
    }
  }
  return [...out].sort();
}

test("every reason of a proof has a program that falls without it", () => {
  const isSeen = (pattern: string): boolean => {
    const regex = new RegExp(`^${pattern.replace(/[.*+?^${}()|[\]\\]/g, (char) => (char === "*" ? ".*" : `\\${char}`))}$`);
    return [...reasonsSeen].some((reason) => regex.test(reason));
  };
  expect(reasonsInSources().filter((reason) => !exempt.has(reason) && !isSeen(reason))).toEqual([]);
});
