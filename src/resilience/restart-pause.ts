const firstPauseMs = 100;
const longestPauseMs = 10_000;

/**
 * When the next thread may be started after some that died without having answered: at once as long as they serve, else
 * after 100 ms, twice as long each time, 10 s at most. A module that cannot be loaded is tried like that, not in a loop.
 */
export class RestartPause {
  #failures = 0;
  #until = Number.NEGATIVE_INFINITY;

  /** Until when nothing is to be started, in milliseconds of the clock that `died` is told. */
  get until(): number {
    return this.#until;
  }

  /** Whether threads die before they answer: then one is started at a time. */
  get isCareful(): boolean {
    return this.#failures > 0;
  }

  /** A thread died that had not answered. Those that die while nothing is started count as one. */
  died(now: number): void {
    if (now < this.#until) return;
    this.#until = now + Math.min(firstPauseMs * 2 ** this.#failures, longestPauseMs);
    this.#failures++;
  }

  /** A thread answered. */
  served(): void {
    this.#failures = 0;
  }
}
