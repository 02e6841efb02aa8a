/** Tells of changes below a folder, once for each burst of them. */
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { diskTree, filesBelow } from "./tree.ts";

export interface FolderWatcher {
  /** How changes are noticed, "" if the system tells of them. */
  readonly how: string;
  readonly close: () => void;
}

/** How often the folder is looked through where the system does not tell. */
const pollMs = 2_000;

/** Calls `onChange` after the folder was changed and has been quiet for `quietMs`. */
export function watchFolder(root: string, quietMs: number, onChange: () => void): FolderWatcher {
  const burst = new Burst(quietMs, onChange);
  let watcher: FSWatcher | undefined;
  let poll: FolderWatcher | undefined;
  const usePolling = (): void => {
    watcher?.close();
    poll ??= pollFolder(root, () => burst.touch());
  };
  try {
    // What version control and tools write into their own folders is no change of the code.
    watcher = watch(root, { recursive: true }, (_kind, name) => {
      if (name === null || !/(?:^|[\\/])(?:\.git|\.hg|__pycache__|node_modules|\.venv)(?:[\\/]|$)/.test(String(name))) burst.touch();
    });
    watcher.on("error", usePolling);
  } catch {
    // Too many folders for the system's watcher, or none at all.
    usePolling();
  }
  return {
    how: poll === undefined ? "" : "looking every two seconds: the system does not tell of changes",
    close: () => {
      burst.end();
      watcher?.close();
      poll?.close();
    },
  };
}

class Burst {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly quietMs: number,
    private readonly onChange: () => void,
  ) {}

  touch(): void {
    this.end();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.onChange();
    }, this.quietMs);
  }

  end(): void {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
  }
}

function pollFolder(root: string, onChange: () => void): FolderWatcher {
  let known = signatureOf(root);
  const timer = setInterval(() => {
    const now = signatureOf(root);
    if (now !== known) onChange();
    known = now;
  }, pollMs);
  return { how: "", close: () => clearInterval(timer) };
}

/** Sizes of all files, and when they were written. */
function signatureOf(root: string): string {
  try {
    return filesBelow(diskTree, root).map((path) => {
      const status = diskTree.status(join(root, path));
      return `${path}\0${status?.size ?? 0}\0${status?.writtenMs ?? 0}`;
    }).join("\n");
  } catch {
    return "";
  }
}
