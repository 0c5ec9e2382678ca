import { SpillwayError } from '../core/index.ts';

/** The breaker was closed for good. */
export function shutDown(name: string): SpillwayError {
  return new SpillwayError('SHUTTING_DOWN', `circuit breaker ${name} is shut down`);
}

/** Nobody knows how long somebody will hold it open: the only refusal without `retryAfterMs`. */
export function heldOpen(name: string): SpillwayError {
  return refusal(name, 'is held open', {});
}

/** Half-open, with every place taken. */
export function waitingForTries(name: string, probes: number): SpillwayError {
  const tries = probes === 1 ? 'the one call that tries' : `the ${probes} calls that try`;
  return refusal(name, `is half-open and waits for ${tries}`, { retryAfterMs: 0 });
}

/** Open for some milliseconds more. */
export function openFor(name: string, retryAfterMs: number): SpillwayError {
  return refusal(name, `is open for ${Math.ceil(retryAfterMs)} ms more`, { retryAfterMs });
}

function refusal(name: string, state: string, details: { retryAfterMs?: number }): SpillwayError {
  return new SpillwayError('BREAKER_OPEN', `circuit breaker ${name} ${state}`, {
    details: { breaker: name, ...details },
  });
}
