/** Python text in, what it prints out, by way of the IR. */
import { lowerText } from "../lower/lower-text.ts";
import { runModule } from "./interpreter.ts";

export function runText(code: string): string {
  return runModule(lowerText(code).ir);
}
