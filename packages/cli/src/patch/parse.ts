/**
 * Reads patches: unified diffs, `git diff`, `git format-patch` (one mail or many), and what Gerrit hands out (the same in base64).
 *
 * Text is Latin-1, one character for each byte, so that contents pass through unchanged whatever their encoding; paths are UTF-8.
 */
import { UsageError } from "../exit.ts";

export interface Hunk {
  /** Line of the patch, for messages. */
  readonly at: number;
  /** First line in the old file, counted from 1; with no old lines, the line after which the new ones come. */
  readonly oldStart: number;
  /** Lines with their breaks, as bytes. */
  readonly old: readonly string[];
  readonly fresh: readonly string[];
}

/** What a patch does to one file. */
export interface FilePatch {
  readonly at: number;
  /** Paths as they stand in the patch; "" is no file. */
  readonly from: string;
  readonly to: string;
  readonly kind: "change" | "create" | "delete" | "rename" | "copy";
  /** Paths carry a first part that is none (`a/`, `b/`): it is known (git) or has to be tried. */
  readonly prefix: "stripped" | "unknown";
  readonly hunks: readonly Hunk[];
  /** The content is binary and not read. */
  readonly isBinary: boolean;
}

export const patchBytesMax = 100_000_000;

/** Reads a patch. */
export function parsePatch(bytes: Uint8Array): readonly FilePatch[] {
  if (bytes.length > patchBytesMax) throw new UsageError(`the patch has ${bytes.length} bytes, more than the limit of ${patchBytesMax}`);
  const files = new PatchReader(textOf(bytes)).run();
  if (files.length === 0) throw new UsageError("the patch changes no file: no `diff --git`, no `---` and `+++` lines were found in it");
  return files;
}

function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const isBase64 = text.length > 40 && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(text) && !text.includes(" ");
  const plain = isBase64 ? Buffer.from(text, "base64").toString("latin1") : text;
  const encoding = /^content-transfer-encoding:\s*(base64|quoted-printable)\s*$/im.exec(plain)?.[1];
  if (encoding !== undefined && !/^diff --git |^--- .*\n\+\+\+ /m.test(plain)) throw new UsageError(`the patch is a mail encoded as ${encoding}; save it decoded`);
  // A patch that a mail program gave other line breaks has them in its own lines too.
  return /^(?:diff --git|--- ).*\r$/m.test(plain) ? plain.replaceAll("\r\n", "\n") : plain;
}

interface Draft {
  at: number;
  from: string;
  to: string;
  kind: FilePatch["kind"];
  prefix: FilePatch["prefix"];
  hunks: Hunk[];
  isBinary: boolean;
}

class PatchReader {
  private readonly lines: readonly string[];
  private readonly files: Draft[] = [];
  private at = 0;

  constructor(text: string) {
    this.lines = text.split("\n");
  }

  run(): readonly FilePatch[] {
    while (this.at < this.lines.length) {
      const line = this.line(0);
      if (line.startsWith("diff --git ")) this.readGit(line);
      else if (line.startsWith("diff --cc ") || line.startsWith("diff --combined ")) throw this.wrong("a combined diff of a merge cannot be applied; make one against a single parent");
      else if (line.startsWith("--- ") && this.line(1).startsWith("+++ ")) this.readPlain();
      else this.at++;
    }
    return this.files;
  }

  private line(ahead: number): string {
    return this.lines[this.at + ahead] ?? "";
  }

  private wrong(message: string): UsageError {
    return new UsageError(`patch, line ${this.at + 1}: ${message}`);
  }

  private readGit(header: string): void {
    const names = gitNames(header.slice("diff --git ".length));
    const file: Draft = { at: this.at + 1, from: names?.[0] ?? "", to: names?.[1] ?? "", kind: "change", prefix: "stripped", hunks: [], isBinary: false };
    this.files.push(file);
    for (this.at++; this.at < this.lines.length; this.at++) {
      if (!this.readExtended(file, this.line(0))) break;
    }
    if (this.line(0).startsWith("--- ") && this.line(1).startsWith("+++ ")) this.readNames(file);
    if (this.line(0) === "GIT binary patch" || this.line(0).startsWith("Binary files ")) {
      file.isBinary = true;
      this.at++;
    } else this.readHunks(file);
    if (file.from === "" && file.to === "") throw this.wrong("the names of the file cannot be told apart");
    if (file.kind === "create") file.from = "";
    if (file.kind === "delete") file.to = "";
  }

  /** Reads one line of git's own header; false behind it. */
  private readExtended(file: Draft, line: string): boolean {
    const [, word = "", rest = ""] = /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index) (.*)$/.exec(line) ?? [];
    switch (word) {
      case "":
        return false;
      case "new file mode":
        file.kind = "create";
        break;
      case "deleted file mode":
        file.kind = "delete";
        break;
      case "rename from":
      case "copy from":
        file.kind = word === "rename from" ? "rename" : "copy";
        file.from = unquote(rest);
        break;
      case "rename to":
      case "copy to":
        file.to = unquote(rest);
        break;
    }
    return true;
  }

  private readPlain(): void {
    const file: Draft = { at: this.at + 1, from: "", to: "", kind: "change", prefix: "unknown", hunks: [], isBinary: false };
    this.files.push(file);
    this.readNames(file);
    this.readHunks(file);
    if (file.hunks.length === 0) throw this.wrong("there is no hunk (`@@ …`) behind the names of a file");
  }

  private readNames(file: Draft): void {
    const from = nameOf(this.line(0).slice(4));
    const to = nameOf(this.line(1).slice(4));
    this.at += 2;
    if (from === "/dev/null") file.kind = "create";
    else if (to === "/dev/null") file.kind = "delete";
    const isGit = file.prefix === "stripped";
    if (file.kind === "rename" || file.kind === "copy") return;
    file.from = from === "/dev/null" ? "" : isGit ? stripPrefix(from) : from;
    file.to = to === "/dev/null" ? "" : isGit ? stripPrefix(to) : to;
  }

  private readHunks(file: Draft): void {
    for (;;) {
      const line = this.line(0);
      if (line.startsWith("@@@ ")) throw this.wrong("a combined diff of a merge cannot be applied; make one against a single parent");
      const head = /^@@ -([0-9]+)(?:,([0-9]+))? \+[0-9]+(?:,([0-9]+))? @@/.exec(line);
      if (head === null) return;
      const at = this.at + 1;
      this.at++;
      const hunk: Hunk = { at, oldStart: Number(head[1]), old: [], fresh: [] };
      this.readBody(hunk, Number(head[2] ?? 1), Number(head[3] ?? 1));
      file.hunks.push(hunk);
    }
  }

  private readBody(hunk: Hunk, oldCount: number, freshCount: number): void {
    const old = hunk.old as string[];
    const fresh = hunk.fresh as string[];
    while (old.length < oldCount || fresh.length < freshCount) {
      if (this.at >= this.lines.length) throw this.wrong("the patch ends in the middle of a hunk");
      const line = this.line(0);
      const mark = line === "" ? " " : line[0];
      const text = `${line.slice(1)}\n`;
      if (mark === " " || mark === "-") old.push(text);
      if (mark === " " || mark === "+") fresh.push(text);
      if (mark === "\\") this.cutBreak(old, fresh);
      else if (mark !== " " && mark !== "-" && mark !== "+") throw this.wrong("a line of a hunk begins with none of ` `, `+`, `-`");
      this.at++;
    }
    if (old.length > oldCount || fresh.length > freshCount) throw this.wrong("a hunk has more lines than its head says");
    if (this.line(0).startsWith("\\")) {
      this.cutBreak(old, fresh);
      this.at++;
    }
  }

  /** `\ No newline at end of file` speaks of the line above it. */
  private cutBreak(old: string[], fresh: string[]): void {
    const above = this.line(-1)[0] ?? " ";
    if (above !== "+" && old.length > 0) old[old.length - 1] = (old[old.length - 1] as string).replace(/\n$/, "");
    if (above !== "-" && fresh.length > 0) fresh[fresh.length - 1] = (fresh[fresh.length - 1] as string).replace(/\n$/, "");
  }
}

/** Splits `a/x b/x`: quoted names end where the quote does; plain ones are the same but for their prefix, unless a rename follows. */
function gitNames(text: string): readonly [string, string] | undefined {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text);
  if (quoted !== null) return [stripPrefix(unquote(quoted[1] as string)), stripPrefix(unquote(quoted[2] as string))];
  const half = (text.length - 1) / 2;
  const names = [text.slice(0, half), text.slice(half + 1)] as const;
  if (Number.isInteger(half) && text[half] === " " && stripPrefix(names[0]) === stripPrefix(names[1])) return [stripPrefix(utf8(names[0])), stripPrefix(utf8(names[1]))];
  return undefined;
}

/** Prefixes that git writes, `diff.mnemonicPrefix` included. */
export const stripPrefix = (path: string): string => (/^[abciow12]\//.test(path) ? path.slice(2) : path);

/** A name after `---` or `+++`: a tab and a date may follow. */
function nameOf(text: string): string {
  return text.startsWith('"') ? unquote(text.replace(/\t.*$/, "")) : utf8(text.split("\t", 1)[0] ?? "").replace(/\s+$/, "");
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v", "\\": "\\", '"': '"' };

/** Undoes the quotes of git: C escapes, octal for bytes. */
function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return utf8(text);
  const plain = text.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_match, code: string) => escapes[code] ?? (code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 255) : code));
  return utf8(plain);
}

const utf8 = (latin1: string): string => Buffer.from(latin1, "latin1").toString("utf8");
