/**
 * The packed type stubs of a run: made from typeshed when the command is built, read beside `main.js`.
 *
 * typeshed comes with the npm package `pyright`; nothing of it is in the repository.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { StubPack } from "../engine.ts";

export const stubsFile = "stubs.txt";

/** Opens the pack beside the command; undefined if the build had no stubs. */
export function loadStubs(): StubPack | undefined {
  const path = join(dirname(fileURLToPath(import.meta.url)), stubsFile);
  // The pack is ASCII, and one byte for each character is the fastest way to a string.
  return existsSync(path) ? StubPack.open(readFileSync(path, "latin1")) : undefined;
}

export interface StubSource {
  readonly module: string;
  readonly isPackage: boolean;
  readonly bytes: Uint8Array;
}

/** Distributions that services do not use (desktop, plotting, documents, generated code) and that would make up half of the pack. */
const leftOut = new Set([
  "JACK-Client", "Jetson.GPIO", "PyAutoGUI", "PyScreeze", "RPi.GPIO", "docutils", "fpdf2", "gdb", "geopandas", "networkx", "openpyxl", "pexpect",
  "pyinstaller", "pynput", "python-xlib", "pywin32", "reportlab", "resampy", "s2clientprotocol", "seaborn", "shapely", "tensorflow", "ttkthemes",
  "workalendar",
]);

/** Reads the stub files of a typeshed folder: the standard library, then the distributions. */
export function readTypeshed(folder: string): readonly StubSource[] {
  const out: StubSource[] = [];
  readFolder(join(folder, "stdlib"), "", out);
  const stubs = join(folder, "stubs");
  for (const name of existsSync(stubs) ? readdirSync(stubs).sort() : []) if (!leftOut.has(name)) readFolder(join(stubs, name), "", out);
  return out;
}

function readFolder(folder: string, prefix: string, out: StubSource[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const dot = prefix === "" ? "" : ".";
    if (entry.isDirectory()) {
      if (/^[A-Za-z_][\w-]*$/.test(entry.name)) readFolder(path, `${prefix}${dot}${entry.name.replace(/-stubs$/, "")}`, out);
    } else if (entry.name.endsWith(".pyi")) {
      const base = entry.name.slice(0, -".pyi".length);
      const isPackage = base === "__init__";
      const module = isPackage ? prefix : `${prefix}${dot}${base}`;
      if (module !== "") out.push({ module, isPackage, bytes: new Uint8Array(readFileSync(path)) });
    }
  }
}
