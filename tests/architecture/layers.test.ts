/** The direction of imports, read from the files. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { mayImport, mayUsePackages } from "./layers.ts";

const engine = join(import.meta.dirname, "../../packages/engine");
const command = join(import.meta.dirname, "../../packages/cli/src");

interface Import {
  readonly file: string;
  readonly target: string;
}

/** Finds every `import … from`, `export … from` and `import()` below a folder. */
function importsBelow(folder: string): readonly Import[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).sort();
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
    const matches = text.matchAll(/^(?:import|export)\b[^;"']*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm);
    return [...matches].map((match) => ({ file: file.replaceAll("\\", "/"), target: match[1] ?? match[2] ?? match[3] }));
  });
}

const layerOf = (file: string): string => (file.includes("/") ? file.split("/")[0] : "");

describe("the engine", () => {
  const imports = importsBelow(join(engine, "src"));
  const inner = imports.filter((each) => each.target.startsWith("."));
  const resolved = inner.map((each) => ({ ...each, to: normalize(join(dirname(each.file), each.target)).replaceAll("\\", "/") }));
  const across = resolved.filter((each) => layerOf(each.file) !== "" && layerOf(each.file) !== layerOf(each.to));

  it("has no layer that the table does not know", () => {
    const folders = readdirSync(join(engine, "src"), { withFileTypes: true }).filter((each) => each.isDirectory());
    expect(folders.map((each) => each.name).filter((name) => mayImport[name] === undefined)).toEqual([]);
  });

  it("imports only in the direction of the table", () => {
    const wrong = across.filter((each) => !(mayImport[layerOf(each.file)] ?? []).includes(layerOf(each.to)));
    expect(wrong.map((each) => `${each.file} -> ${each.to}`)).toEqual([]);
  });

  it("has a table without cycles: a layer comes after all that it may import", () => {
    const order = Object.keys(mayImport);
    const wrong = order.filter((layer, at) => mayImport[layer].some((target) => order.indexOf(target) >= at));
    expect(wrong).toEqual([]);
  });

  it("enters another layer through its index.ts only", () => {
    const wrong = across.filter((each) => !/^[^/]+\/(?:python\/)?index\.ts$/.test(each.to));
    expect(wrong.map((each) => `${each.file} -> ${each.to}`)).toEqual([]);
  });

  it("uses no package but those of the table, and nothing of Node", () => {
    const wrong = imports.filter((each) => !each.target.startsWith(".") && !(mayUsePackages[layerOf(each.file)] ?? []).includes(each.target));
    expect(wrong.map((each) => `${each.file} -> ${each.target}`)).toEqual([]);
  });

  it("cannot name a host API, because its compiler settings know none", () => {
    const settings = JSON.parse(readFileSync(join(engine, "tsconfig.json"), "utf8")) as { compilerOptions: unknown; include: unknown };
    expect(settings.compilerOptions).toMatchObject({ types: [], lib: ["ES2023"] });
    expect(settings.include).toEqual(["src"]);
  });
});

describe("the command", () => {
  it("knows the engine by its public index only", () => {
    expect(importsBelow(command).filter((each) => /engine\/src/.test(each.target))).toEqual([]);
  });

  it("reaches the engine through one file", () => {
    const wrong = importsBelow(command).filter((each) => /engine\/src|^@warrant\/engine/.test(each.target) && each.file !== "engine.ts");
    expect(wrong).toEqual([]);
  });
});
