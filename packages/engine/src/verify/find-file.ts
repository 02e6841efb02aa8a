/** Which file of the project a foreign path means. Only files of the project are ever named: no path is opened. */

/** Longest paths have fewer parts than this. */
const partsMax = 256;

/** Files of a project, found by paths that others wrote. */
export class FileFinder {
  private readonly paths: ReadonlySet<string>;
  private readonly byName = new Map<string, string[]>();

  constructor(paths: readonly string[]) {
    this.paths = new Set(paths);
    for (const path of paths) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const list = this.byName.get(name);
      if (list === undefined) this.byName.set(name, [path]);
      else list.push(path);
    }
  }

  /**
   * Returns the file meant: by its whole path; by the longest end of it that is a file (`/home/a/project/app.py`); by
   * the only file that ends with it (a scan of a folder inside). "" if there is none or more than one.
   */
  find(foreign: string): string {
    const parts = partsOf(foreign);
    if (parts.length === 0 || parts.length > partsMax) return "";
    for (let from = 0; from < parts.length - 1; from++) {
      const path = parts.slice(from).join("/");
      if (this.paths.has(path)) return path;
    }
    const name = parts[parts.length - 1];
    if (parts.length === 1 && this.paths.has(name)) return name;
    const same = this.byName.get(name) ?? [];
    const whole = parts.join("/");
    const below = same.filter((path) => path === whole || path.endsWith(`/${whole}`));
    if (below.length === 1) return below[0];
    // A long path of which only the name is found: the file lies at the top of the project.
    return below.length === 0 && same.length === 1 && same[0] === name ? name : "";
  }
}

/** The parts of a path, `.` and `..` resolved; what leads above the root is dropped. */
function partsOf(path: string): readonly string[] {
  const out: string[] = [];
  for (const part of path.replace(/\\/g, "/").replace(/^[A-Za-z]:\//, "").split("/", partsMax * 2)) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return out;
}
