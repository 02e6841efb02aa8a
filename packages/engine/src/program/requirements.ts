/**
 * Which versions of other distributions a project asks for.
 *
 * ```text
 * requirements.txt        lxml==6.1.1                              6
 * pyproject.toml          dependencies = ["lxml>=4.9", ...]        4
 * [tool.poetry]           lxml = "^5.2"                            5
 * setup.cfg, setup.py     lxml                                     none: any version
 * ```
 *
 * The files are read line by line as data. What is written in several of them is as good as the lowest.
 */

/** Files that say what a project needs. */
const requiring = /(?:^|\/)(?:requirements[^/]*\.txt|pyproject\.toml|setup\.cfg|setup\.py|pipfile)$/i;
const bare = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:[=~!<>]=|[<>])[^#;\\]*)?(?:[#;\\].*)?$/;
const quoted = /["']([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]"']*\])?\s*((?:[=~!<>]=|[<>])[^"';]*)?(?:;[^"']*)?["']/g;
const keyed = /^\s*["']?([A-Za-z0-9][\w.-]*)["']?\s*=\s*(?:\{.*?\bversion\s*=\s*)?["']([^"']*)["']/;
const linesMax = 50_000;

/** For each distribution that is asked for, the lowest major version that will do; 0 if any will. */
export function readRequirements(files: Readonly<Record<string, string>>): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  const note = (name: string, lowest: number): void => {
    const key = name.toLowerCase().replace(/[_.]/g, "-");
    out.set(key, Math.min(lowest, out.get(key) ?? lowest));
  };
  let count = 0;
  for (const path of Object.keys(files).sort()) {
    if (!requiring.test(path)) continue;
    for (const line of files[path]!.split(/\r?\n/)) {
      if (++count > linesMax) return new Map();
      if (/\.(?:txt|cfg)$/i.test(path)) noteMatch(bare.exec(line), note);
      else {
        for (const match of line.matchAll(quoted)) noteMatch(match, note);
        const pair = keyed.exec(line);
        if (pair) note(pair[1]!, /^\s*[\^~>=]+|^\s*\d/.test(pair[2]!) ? lowestIn(pair[2]!) : 0);
      }
    }
  }
  return out;
}

function noteMatch(match: RegExpMatchArray | null, note: (name: string, lowest: number) => void): void {
  if (match) note(match[1]!, lowestIn(match[2] ?? ""));
}

/** The major version of the lower bound among `>=5.2,<7`; 0 if there is none. */
function lowestIn(specification: string): number {
  let lowest = 0;
  for (const part of specification.split(",")) {
    const bound = /^\s*(?:===?|~=|>=|>|\^|~)?\s*v?(\d{1,6})/.exec(part);
    if (bound) lowest = Math.max(lowest, Number(bound[1]));
  }
  return lowest;
}
