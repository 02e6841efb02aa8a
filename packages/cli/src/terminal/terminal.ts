/**
 * What the command says to people: results on stdout, everything else on stderr.
 *
 * A reader that goes away (`warrant | head`) is not an error.
 */
import { escapeTerminal } from "./escape.ts";

/** Where a command writes. Tests hand in their own. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/** Returns the terminal of this process, deaf to closed pipes. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
  }
  return { stdout: process.stdout, stderr: process.stderr };
}

/** Writes one message to stderr; what comes from a project or a file name is escaped, line breaks of ours stay. */
export function say(terminal: Terminal, message: string): void {
  terminal.stderr.write(`${message.split("\n").map(escapeTerminal).join("\n")}\n`);
}
