/** The right to make one call, which tells the breaker how it ended. Exactly one method counts, the first; later ones do nothing. */
export interface BreakerPermit {
  /** The call answered. */
  succeeded(): void;
  /** The call failed, or was too late. */
  failed(): void;
  /** The caller gave up: it counts as neither, and in a half-open breaker another call may try instead. */
  ignored(): void;
}

/** How a call ended. */
export type CallOutcome = 'succeeded' | 'failed' | 'ignored';

/** Makes a permit that tells `settle` once how its call ended. */
export function createPermit(settle: (outcome: CallOutcome) => void): BreakerPermit {
  return new SettledOnce(settle);
}

class SettledOnce implements BreakerPermit {
  /** `null` once it was told. */
  #settle: ((outcome: CallOutcome) => void) | null;

  constructor(settle: (outcome: CallOutcome) => void) {
    this.#settle = settle;
  }

  succeeded(): void {
    this.#tell('succeeded');
  }

  failed(): void {
    this.#tell('failed');
  }

  ignored(): void {
    this.#tell('ignored');
  }

  #tell(outcome: CallOutcome): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(outcome);
  }
}
