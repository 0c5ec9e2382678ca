import type { Clock } from '../core/index.ts';
import type { MemoryGauge } from './memory-gauge.ts';
import { priorities } from './priority.ts';

/** What is watched, and from where on it is too much. */
export interface PressureOptions {
  readonly clock: Clock;
  /** From which standing lateness of the event loop on `critical` work is refused, in milliseconds. */
  readonly maxLoopDelayMs: number;
  readonly memory: MemoryGauge;
}

/** How far the process is pressed by what no queue of its own shows: a busy event loop, and memory. */
export interface Pressure {
  /** Priorities of a higher rank (0 is `critical-plus`) are refused; 3 when none is. */
  readonly lowestRank: number;
  readonly reason: 'loop-delay' | 'memory';
  /** By how much the loop has been late lately, at the least, in milliseconds. */
  readonly loopDelayMs: number;
  /** Whether memory has been too short for any work for two seconds. */
  readonly isMemoryShort: boolean;
  /** There is work: watches until there was none for a second. */
  wake(): void;
}

const lookEveryMs = 20;
/** One late look is a pause; so many in a row are a state. */
const looksInARow = 4;
const memoryEveryMs = 1000;
const idleAfterMs = 1000;
const shortAfterMs = 2000;
const everyRank = priorities.length - 1;
/** Shares of `maxLoopDelayMs` from which on the ranks are refused, `critical-plus` first. */
const loopDelayShares: readonly number[] = [2, 1, 0.75, 0.5];
/** Memory ratios from which on the ranks are refused. */
const memoryRatios: readonly number[] = [0.95, 0.95, 0.9, 0.85];
/** What was refused is admitted again only when memory is emptier than that by so much. */
const memoryHysteresis = 0.03;

/** Makes what watches the event loop and the memory with one timer, which is not set while there is no work. */
export function createPressure(options: PressureOptions): Pressure {
  return new LoopAndMemory(options);
}

class LoopAndMemory implements Pressure {
  readonly #options: PressureOptions;
  readonly #late = new Float64Array(looksInARow);
  #looks = 0;
  #dueAt: number | null = null;
  #wokenAt = 0;
  #isWoken = false;
  #endWatch: (() => void) | null = null;
  #loopDelayMs = 0;
  #loopRank: number = everyRank;
  #memoryRank: number = everyRank;
  #memoryAt = Number.NEGATIVE_INFINITY;
  #isMemoryShort = false;
  /** Since when memory has been other than `#isMemoryShort` says. */
  #otherSince: number | null = null;

  constructor(options: PressureOptions) {
    this.#options = options;
  }

  get lowestRank(): number {
    return Math.min(this.#loopRank, this.#memoryRank);
  }

  get reason(): 'loop-delay' | 'memory' {
    return this.#memoryRank <= this.#loopRank ? 'memory' : 'loop-delay';
  }

  get loopDelayMs(): number {
    return this.#loopDelayMs;
  }

  get isMemoryShort(): boolean {
    // a probe asks when no work comes, too
    this.#lookAtMemory(this.#options.clock.now());
    return this.#isMemoryShort;
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#dueAt !== null) return;
    const now = this.#options.clock.now();
    this.#wokenAt = now;
    this.#endWatch = this.#options.memory.watch();
    this.#lookAtMemory(now);
    this.#lookAgain(now);
  }

  #lookAgain(now: number): void {
    this.#dueAt = now + lookEveryMs;
    this.#options.clock.schedule(() => this.#look(), lookEveryMs);
  }

  #look(): void {
    const now = this.#options.clock.now();
    this.#late[this.#looks++ % looksInARow] = Math.max(0, now - (this.#dueAt ?? now));
    this.#loopDelayMs = this.#late.reduce((least, late) => Math.min(least, late));
    this.#loopRank = rankBelow(this.#loopDelayMs / this.#options.maxLoopDelayMs, loopDelayShares);
    this.#lookAtMemory(now);
    if (this.#isWoken) this.#wokenAt = now;
    this.#isWoken = false;
    const isIdle = now - this.#wokenAt >= idleAfterMs && this.lowestRank === everyRank;
    if (!isIdle) return this.#lookAgain(now);
    this.#endWatch?.();
    this.#dueAt = null;
    this.#late.fill(0);
    this.#loopDelayMs = 0;
  }

  #lookAtMemory(now: number): void {
    if (now - this.#memoryAt < memoryEveryMs) return;
    this.#memoryAt = now;
    const ratio = this.#options.memory.ratio();
    const refused = rankBelow(ratio, memoryRatios);
    const admitted = rankBelow(ratio + memoryHysteresis, memoryRatios);
    if (refused < this.#memoryRank) this.#memoryRank = refused;
    else if (admitted > this.#memoryRank) this.#memoryRank = admitted;
    const isShort = this.#memoryRank < 0;
    if (isShort === this.#isMemoryShort) this.#otherSince = null;
    else if (this.#otherSince === null) this.#otherSince = now;
    else if (now - this.#otherSince >= shortAfterMs) {
      this.#isMemoryShort = isShort;
      this.#otherSince = null;
    }
  }
}

/** The lowest priority (highest rank) whose threshold has not been reached; -1 when all have. */
function rankBelow(value: number, thresholds: readonly number[]): number {
  let rank = thresholds.length - 1;
  while (rank >= 0 && value >= (thresholds[rank] ?? 0)) rank--;
  return rank;
}
