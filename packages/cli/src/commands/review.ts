import { exitCodes } from "../exit.ts";
import type { Terminal } from "../terminal/terminal.ts";
export async function runReview(_p: readonly string[], _f: unknown, terminal: Terminal): Promise<number> {
  terminal.stdout.write("the engine is not joined yet\n");
  return exitCodes.fine;
}
