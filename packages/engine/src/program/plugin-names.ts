/**
 * The names under which a project offers its own functions and classes: entry points of its packaging metadata.
 *
 * ```text
 * setup.cfg        [entry_points] / [options.entry_points]     group =
 *                                                                  name = package.module:Class
 * pyproject.toml   [project.scripts], [project.entry-points."group"], [tool.poetry.plugins."group"]     name = "package.module:Class"
 * setup.py         entry_points={"group": ["name = package.module:Class"]}
 * ```
 *
 * The files are read line by line as data; setup.py is not run. What does not look like an entry point is passed over.
 */

export interface PluginName {
  readonly group: string;
  readonly name: string;
  readonly module: string;
  /** Dotted path inside the module, "" for the module itself. */
  readonly attribute: string;
}

/** Entry points read of one project. */
const pluginsMax = 20_000;

const pointed = /^([^\s=:"'[\]][^=:"'[\]]*?)\s*=\s*["']?([A-Za-z_][\w.]*)\s*(?::\s*([A-Za-z_][\w.]*))?\s*(?:\[[\w\s,-]*\])?["']?\s*,?\s*$/;
const quotedKey = /^["']([^"']+)["']\s*=/;
const section = /^\[\[?\s*([^\]]+?)\s*\]?\]\s*(?:#.*)?$/;

/** Entry points of all files, in the order of their paths and lines. */
export function readPluginNames(files: Readonly<Record<string, string>>): readonly PluginName[] {
  const out: PluginName[] = [];
  for (const path of Object.keys(files).sort()) {
    const text = files[path]!;
    const found = path.endsWith(".py") ? ofSetupCode(text) : path.endsWith(".toml") ? ofToml(text) : ofIni(text);
    for (const each of found) if (out.length < pluginsMax) out.push(each);
  }
  return out;
}

/** Holds for groups whose functions are started as commands. */
export const isScriptGroup = (group: string): boolean => /(?:^|_)scripts$/.test(group);

function pointOf(group: string, line: string): PluginName | undefined {
  const match = pointed.exec(line);
  if (!match) return undefined;
  const [, name, module, attribute = ""] = match;
  return { group, name: name!.trim(), module: module!, attribute };
}

function ofIni(text: string): PluginName[] {
  const out: PluginName[] = [];
  let isInside = false;
  let group = "";
  for (const line of text.split(/\r?\n/)) {
    const heading = section.exec(line);
    if (heading) {
      isInside = /^(?:options\.)?entry[_-]points$/.test(heading[1]!);
      group = "";
      continue;
    }
    if (!isInside || /^\s*(?:[#;]|$)/.test(line)) continue;
    if (/^\s/.test(line)) {
      const point = group === "" ? undefined : pointOf(group, line.trim());
      if (point) out.push(point);
    } else group = /^([\w.\-:]+)\s*[=:]\s*$/.exec(line)?.[1] ?? "";
  }
  return out;
}

function ofToml(text: string): PluginName[] {
  const out: PluginName[] = [];
  let group = "";
  for (const line of text.split(/\r?\n/)) {
    const heading = section.exec(line);
    if (heading) {
      group = tomlGroup(heading[1]!);
      continue;
    }
    if (group === "") continue;
    const key = quotedKey.exec(line)?.[1];
    const plain = (key === undefined ? line : line.replace(quotedKey, `${key} =`)).replace(/\s+#[^"']*$/, "");
    const point = pointOf(group, plain.trim());
    if (point) out.push(point);
  }
  return out;
}

function tomlGroup(heading: string): string {
  const scripts = /^(?:project|tool\.poetry)\.(?:(gui)-)?scripts$/.exec(heading);
  if (scripts) return scripts[1] === undefined ? "console_scripts" : "gui_scripts";
  const plugins = /^(?:project\.entry-points|tool\.poetry\.plugins|tool\.flit\.entrypoints)\.["']?([^"']+)["']?$/.exec(heading);
  return plugins?.[1] ?? "";
}

/** Text literals of a call of `setup`: one before a colon and a list names a group, those inside name its members. */
function ofSetupCode(text: string): PluginName[] {
  const start = text.search(/\bentry_points\b["']?\s*[=:]/);
  if (start < 0) return [];
  const out: PluginName[] = [];
  let group = "";
  const literals = /"""([\s\S]*?)"""|'''([\s\S]*?)'''|"([^"\n]*)"(\s*:\s*[[({])?|'([^'\n]*)'(\s*:\s*[[({])?/g;
  for (const match of text.slice(start).matchAll(literals)) {
    const long = match[1] ?? match[2];
    const literal = match[3] ?? match[5] ?? "";
    if (long !== undefined) out.push(...ofHeadings(long));
    else if (match[4] !== undefined || match[6] !== undefined) group = literal;
    else {
      const point = group === "" ? undefined : pointOf(group, literal.trim());
      if (point) out.push(point);
    }
  }
  return out;
}

/** The old form: one text with `[group]` headings. */
function ofHeadings(text: string): PluginName[] {
  const out: PluginName[] = [];
  let group = "";
  for (const line of text.split(/\r?\n/)) {
    const heading = section.exec(line.trim());
    if (heading) group = heading[1]!;
    else if (group !== "") {
      const point = pointOf(group, line.trim());
      if (point) out.push(point);
    }
  }
  return out;
}
