/** How far a review is: one redrawn line on a terminal, one line per phase elsewhere, nothing when quiet. */
import { escapeTerminal } from "./escape.ts";
import type { Terminal } from "./terminal.ts";

/** Redraws that are closer together than this cost more than they tell. */
const redrawLeastMs = 100;

/**
 * Shares of the time of a review, measured on a project of 600,000 lines; what is left is worked out by them. A word that
 * is not here counts for nothing.
 */
const shares: readonly (readonly [phase: string, share: number])[] = [
  ["finding files", 1], ["reading", 2], ["parsing", 10], ["linking", 15], ["solving", 64], ["writing the review", 7], ["writing", 1],
];

/** Before this nothing is said of the time left: it would be a guess. */
const estimateAfterMs = 1_500;
const estimateFromShare = 0.08;

export class Progress {
  private phase = "";
  private drawnAtMs = 0;
  private beganAtMs = 0;
  private isDrawn = false;
  private toldLeftS = Number.POSITIVE_INFINITY;

  constructor(
    private readonly terminal: Terminal,
    private readonly isQuiet: boolean,
    private readonly now: () => number = () => performance.now(),
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
    const nowMs = this.now();
    if (this.beganAtMs === 0) this.beganAtMs = nowMs;
    if (!isNew && done < total && nowMs - this.drawnAtMs < redrawLeastMs) return;
    this.drawnAtMs = nowMs;
    const count = total > 1 ? ` ${thousands(done)} of ${thousands(total)}` : "";
    this.draw(`${phase}${count}${this.timeLeft(phase, total > 0 ? done / total : 0, nowMs)}`);
  }

  /** Takes the status line away. */
  end(): void {
    if (this.isDrawn) this.terminal.stderr.write("\r\u001b[K");
    this.isDrawn = false;
    this.phase = "";
    this.beganAtMs = 0;
    this.toldLeftS = Number.POSITIVE_INFINITY;
  }

  /** Seconds left by the share that is done. They only go down: a number that grows again is of no use to anyone. */
  private timeLeft(phase: string, done: number, nowMs: number): string {
    const at = shares.findIndex(([name]) => name === phase);
    const spentMs = nowMs - this.beganAtMs;
    if (at < 0 || spentMs < estimateAfterMs) return "";
    const total = shares.reduce((sum, [, share]) => sum + share, 0);
    const before = shares.slice(0, at).reduce((sum, [, share]) => sum + share, 0);
    const part = (before + shares[at][1] * done) / total;
    if (part < estimateFromShare) return "";
    this.toldLeftS = Math.min(this.toldLeftS, Math.max(1, Math.ceil(((spentMs / part) * (1 - part)) / 1_000)));
    return `, ${this.toldLeftS} s left`;
  }

  private draw(text: string): void {
    const width = Math.max(20, (this.terminal.stderr.columns ?? 80) - 1);
    this.terminal.stderr.write(`\r${escapeTerminal(text).slice(0, width)}\u001b[K`);
    this.isDrawn = true;
  }
}

const thousands = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
