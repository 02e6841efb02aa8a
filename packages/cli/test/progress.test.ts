/** The status line: redrawn on a terminal, a line per phase elsewhere. */
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { Progress } from "../src/terminal/progress.ts";
import type { Terminal } from "../src/terminal/terminal.ts";

function terminal(isTTY: boolean) {
  let text = "";
  const stream = Object.assign(new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  }), { isTTY, columns: 60 });
  return { terminal: { stdout: stream, stderr: stream } as unknown as Terminal, written: () => text };
}

test("elsewhere than on a terminal there is one line per phase", () => {
  const { terminal: plain, written } = terminal(false);
  const progress = new Progress(plain, false);
  for (let done = 0; done < 5; done++) progress.update("parsing", done, 5);
  progress.update("solving", 0, 1);
  progress.end();
  expect(written()).toBe("parsing\nsolving\n");
});

test("on a terminal one line tells phase, counts and the time left, which never grows", () => {
  const { terminal: screen, written } = terminal(true);
  let nowMs = 1;
  const progress = new Progress(screen, false, () => nowMs);
  progress.update("finding files", 0, 0);
  for (let done = 0; done <= 2_000; done += 100) {
    nowMs += done === 1_000 ? 5_000 : 500;
    progress.update("solving", done, 2_000);
  }
  progress.end();
  expect(written()).toContain("solving 1,200 of 2,000, ");
  const left = [...written().matchAll(/, (\d+) s left/g)].map((match) => Number(match[1]));
  expect(left.length).toBeGreaterThan(5);
  expect(left).toEqual([...left].sort((a, b) => b - a));
  expect(written()).not.toContain("\n");
  expect(written().endsWith("\r\u001b[K")).toBe(true);
});

test("a quiet run says nothing", () => {
  const { terminal: screen, written } = terminal(true);
  const progress = new Progress(screen, true);
  progress.update("solving", 1, 2);
  progress.end();
  expect(written()).toBe("");
});
