/** What the declaration of a command is handed, and the values that options are read into. */
import { type Command, InvalidArgumentError } from "commander";
import type { Terminal } from "../terminal/terminal.ts";

/** The world around a command, and where its exit code goes. */
export interface Host {
  readonly terminal: Terminal;
  /** Takes the exit code; the last one counts. */
  readonly end: (code: number) => void;
}

/** Adds one command with its arguments and flags. What it does is loaded when it is called. */
export type AddCommand = (program: Command, host: Host) => void;

/** Names of the options that stand on the command line, so that they and only they win over the configuration. */
export function givenOptions(command: Command): ReadonlySet<string> {
  return new Set(Object.keys(command.opts()).filter((name) => command.getOptionValueSource(name) === "cli"));
}

/** Names of all commands: a word that is no path and nearly one of them was meant as one. */
export const commandNames = (command: Command): readonly string[] => (command.parent?.commands ?? []).map((each) => each.name());

/** Reads a list separated by commas; a repeated flag adds to it. */
export function collectList(value: string, earlier: readonly string[] | undefined): readonly string[] {
  const items = value.split(",").map((item) => item.trim()).filter((item) => item !== "");
  if (items.length === 0) throw new InvalidArgumentError("It is empty.");
  return [...(earlier ?? []), ...items];
}

export function parseCount(value: string): number {
  const count = Number(value);
  if (!/^[0-9]+$/.test(value) || !Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return count;
}
