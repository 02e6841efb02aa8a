import type { Terminal } from "../terminal/terminal.ts";
export function runGraph(..._rest: unknown[]): number {
  const terminal = _rest[_rest.length - 1] as Terminal;
  terminal.stderr.write("not joined yet\n");
  return 2;
}
