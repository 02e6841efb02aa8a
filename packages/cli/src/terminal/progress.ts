/** How far a review is: one redrawn line on a terminal, one line per phase elsewhere, nothing when quiet. */
import { escapeTerminal } from "./escape.ts";
import type { Terminal } from "./terminal.ts";

/** Redraws that are closer together than this cost more than they tell. */
const redrawLeastMs = 100;

export class Progress {
  private phase = "";
  private drawnAtMs = 0;
  private isDrawn = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly isQuiet: boolean,
  ) {}

  /** Tells that `done` of `total` steps of a phase are done; `total` 0 if that is unknown. */
  update(phase: string, done: number, total: number): void {
    if (this.isQuiet) return;
    const isNew = phase !== this.phase;
    this.phase = phase;
    if (this.terminal.stderr.isTTY !== true) {
      if (isNew) this.terminal.stderr.write(`${escapeTerminal(phase)}\n`);
      return;
    }
    const nowMs = performance.now();
    if (!isNew && done < total && nowMs - this.drawnAtMs < redrawLeastMs) return;
    this.drawnAtMs = nowMs;
    this.draw(total > 0 ? `${phase} ${done}/${total}` : phase);
  }

  /** Takes the status line away. */
  end(): void {
    if (this.isDrawn) this.terminal.stderr.write("\r\u001b[K");
    this.isDrawn = false;
    this.phase = "";
  }

  private draw(text: string): void {
    const width = Math.max(20, (this.terminal.stderr.columns ?? 80) - 1);
    this.terminal.stderr.write(`\r${escapeTerminal(text).slice(0, width)}\u001b[K`);
    this.isDrawn = true;
  }
}
