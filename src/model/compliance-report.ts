import type { ErrorCode } from '../core/index.ts';
import type { CounterfactualSearch } from './counterfactual.ts';
import type { AttributionUnits, Explanation, ExplanationMethod } from './explanation.ts';
import type { Category } from './feature-schema.ts';
import type { Label } from './prediction.ts';
import type { ServedBy } from './served-by.ts';

/** One decision with everything that a reviewer asks for first: what, by which model, on which inputs, why, and whom to ask. */
export interface ComplianceReport {
  /** ISO 8601 in UTC. */
  readonly generatedAt: string;
  readonly decision: {
    /** ISO 8601 in UTC. */
    readonly decidedAt: string;
    readonly prediction: Label | number | readonly number[];
    readonly probability?: number;
    readonly probabilities?: readonly number[];
    readonly value?: number | readonly number[];
    readonly riskCategory?: string;
    /** Binary: the positive label is predicted from this probability on; `null` when nobody says. */
    readonly threshold?: number | null;
  };
  readonly model: {
    /** The name in the card. */
    readonly name: string | null;
    readonly version: string;
    /** `null` for rules and for models built in code. */
    readonly format: string | null;
    /** SHA-256 of the artifact; `null` for rules and for models built in code. */
    readonly sha256: string | null;
    /** The version that the card gives itself. */
    readonly cardVersion: string | null;
    /** SHA-256 of the card's file; `null` for cards given in code. */
    readonly cardSha256: string | null;
    readonly intendedUse: string | null;
    readonly owner: string | null;
  };
  /** What the owners of the model state in its card; `null` where they state nothing. */
  readonly statement: {
    readonly controller: string | null;
    readonly purpose: string | null;
    readonly legalBasis: string | null;
    readonly consequences: string | null;
    readonly humanInvolvement: string | null;
    readonly contact: string | null;
    readonly rightToContest: string | null;
  };
  /** The row as the model saw it: every feature of the schema, `null` where the value is not known. */
  readonly inputs: Readonly<Record<string, Category | null>>;
  /** What moved the decision most, in words, largest first. */
  readonly mainReasons: readonly string[];
  /** How the explanation was computed; `null` when there is none. */
  readonly method: ExplanationMethod | null;
  readonly units: AttributionUnits | null;
  /** `null` when it could not be made, see `explanationError`. */
  readonly explanation: Explanation | null;
  readonly explanationError: ErrorCode | null;
  /** `null` when none was asked for. */
  readonly counterfactual: CounterfactualSearch | null;
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
    /** SHA-256 of this report without this field, in the canonical JSON of RFC 8785 and the names of the wire. */
    readonly sha256: string;
  };
}
