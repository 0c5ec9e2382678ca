import type { ErrorCode } from '../core/index.ts';
import type { ComplianceReport } from './compliance-report.ts';
import type { Explanation } from './explanation.ts';
import type { Label } from './prediction.ts';
import type { ServedBy } from './served-by.ts';

/** How much is at stake, by the card's thresholds on the probability. */
export type RiskCategory = 'High' | 'Medium' | 'Low';

/** One answered request: what callers get, and what everything that watches sees. */
export interface Decision {
  readonly requestId: string;
  readonly prediction: Label | number | readonly number[];
  /** The raw score before the link, which attributions add up to; absent for models and rules that have none. */
  readonly margin?: number | readonly number[];
  /** Binary: the probability of the positive label. */
  readonly probability?: number;
  /** Multiclass: one probability per label. */
  readonly probabilities?: readonly number[];
  /** Regression: the value. */
  readonly value?: number | readonly number[];
  /** Binary only. */
  readonly riskCategory?: RiskCategory;
  /** The version that answered; for `rules` the version whose card holds them. */
  readonly modelVersion: string;
  /** Which of those served under that name since the gateway started, counted from 1: a swap makes it one more. */
  readonly generation: number;
  /** The version that the split chose. */
  readonly assignedVersion: string;
  /** True when anything but the assigned version answered. */
  readonly degraded: boolean;
  readonly servedBy: ServedBy;
  /** The error code that led away from the assigned version; `null` when it answered. */
  readonly reason: ErrorCode | null;
  /** Monotonic milliseconds from the start of the decision to its answer. */
  readonly latencyMs: number;
  /** The explanation that was asked for; `null` when it could not be made, see `explanationError`. */
  readonly explanation?: Explanation | null;
  readonly explanationError?: ErrorCode;
  /** Comes with an explanation. */
  readonly complianceReport?: ComplianceReport;
}
