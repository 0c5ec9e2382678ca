import type { Clock } from '../core/index.ts';
import type { CallOutcome } from './concurrency-limit.ts';

/** How a call ended, for who gave the permit: as for a limit; or `ignored`, when it says nothing about how much the other side can take, as a cancelled one. */
export type PermitOutcome = CallOutcome | 'ignored';

/** The right to one call. */
export interface Permit {
  /** Gives it back; to be called once, when the work has really ended, not when its caller gave up. Later calls do nothing. */
  release(outcome: PermitOutcome): void;
}

/** What is to be told of a call that ended: how long it took, in milliseconds, and how many were under way with it at its start. */
export type EndCall = (durationMs: number, inFlightAtStart: number, outcome: PermitOutcome) => void;

/** A permit that is out, until it is released. */
export class HeldPermit implements Permit {
  readonly #endCall: EndCall;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #inFlight: number;
  #isReleased = false;

  constructor(endCall: EndCall, clock: Clock, startedAt: number, inFlight: number) {
    this.#endCall = endCall;
    this.#clock = clock;
    this.#startedAt = startedAt;
    this.#inFlight = inFlight;
  }

  release(outcome: PermitOutcome): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#endCall(this.#clock.now() - this.#startedAt, this.#inFlight, outcome);
  }
}
