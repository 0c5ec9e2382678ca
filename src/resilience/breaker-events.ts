/** Closed lets calls through, open refuses them, half-open lets a few try. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Why a breaker opened. */
export type OpeningReason =
  | 'consecutive-failures'
  | 'failure-ratio'
  | 'slow-call-ratio'
  | 'probe-failed'
  | 'forced';

/** One change of a breaker; `from` and `to` are equal where only who holds it there changed. */
export interface BreakerTransition {
  readonly name: string;
  readonly from: BreakerState;
  readonly to: BreakerState;
  /** `forced` and `released` by `force`. */
  readonly reason: OpeningReason | 'recovery-timeout' | 'probe-succeeded' | 'released';
  /** When, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What a breaker tells. Half-opening is told at the first call or look after the recovery timeout. */
export interface CircuitBreakerEvents {
  readonly 'breaker-opened': BreakerTransition;
  readonly 'breaker-half-opened': BreakerTransition;
  readonly 'breaker-closed': BreakerTransition;
  /** In a dry run, or forced closed: what would have been `breaker-opened`. The state stays closed. */
  readonly 'breaker-would-open': BreakerTransition;
  /** `mayOpen` kept it closed, although `reason` spoke for opening: told once in `windowMs` at most. */
  readonly 'breaker-kept-closed': BreakerTransition;
}
