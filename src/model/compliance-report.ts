import type { ErrorCode } from '../core/index.ts';
import type { AttributionUnits, ExplanationMethod } from './explanation.ts';
import type { Category } from './feature-schema.ts';
import type { Label } from './prediction.ts';
import type { ServedBy } from './served-by.ts';

/** One decision with everything that a reviewer asks for first: what, by which model, on which inputs, why. */
export interface ComplianceReport {
  /** ISO 8601 in UTC. */
  readonly generatedAt: string;
  readonly decision: {
    readonly prediction: Label | number | readonly number[];
    readonly probability?: number;
    readonly riskCategory?: string;
  };
  readonly model: {
    readonly version: string;
    /** `null` for rules and for models built in code. */
    readonly format: string | null;
    /** SHA-256 of the artifact; `null` for rules and for models built in code. */
    readonly sha256: string | null;
    readonly intendedUse: string | null;
    readonly owner: string | null;
  };
  /** The row as the model saw it: every feature of the schema, `null` where the value is not known. */
  readonly inputs: Readonly<Record<string, Category | null>>;
  /** The main reasons in words, largest first. */
  readonly mainReasons: readonly string[];
  /** How the explanation was computed; `null` when there is none. */
  readonly method: ExplanationMethod | null;
  readonly units: AttributionUnits | null;
  readonly fallback: {
    readonly degraded: boolean;
    readonly servedBy: ServedBy;
    readonly reason: ErrorCode | null;
  };
  readonly audit: {
    readonly requestId: string;
    readonly assignedVersion: string;
    readonly modelVersion: string;
    /** State of the assigned version's circuit breaker after the decision. */
    readonly breakerState: string | null;
    readonly libraryVersion: string;
  };
}
