import type { CircuitBreakerSettings } from './circuit-breaker-options.ts';

/**
 * How long a breaker stays open, in milliseconds: `recoveryTimeoutMs` the first time, then doubled by each try that
 * failed, up to `maximumRecoveryTimeoutMs` and less a random part of up to `recoveryJitter`; never below
 * `recoveryTimeoutMs`, which no call outlives.
 */
export function recoveryWait(
  failedTries: number,
  {
    recoveryTimeoutMs,
    maximumRecoveryTimeoutMs,
    recoveryJitter,
    random,
  }: Pick<
    CircuitBreakerSettings,
    'recoveryTimeoutMs' | 'maximumRecoveryTimeoutMs' | 'recoveryJitter' | 'random'
  >,
): number {
  if (failedTries === 0) return recoveryTimeoutMs;
  const grownMs = Math.min(recoveryTimeoutMs * 2 ** failedTries, maximumRecoveryTimeoutMs);
  return Math.max(recoveryTimeoutMs, grownMs * (1 - recoveryJitter * random()));
}
