import type { SpillwayError } from '../core/index.ts';

/** Told of each failure of a version, with all that is known of it. */
export type OnModelFailure = (failure: ModelFailure) => void;

/** A version that was asked and did not answer usably. */
export interface ModelFailure {
  readonly requestId: string;
  readonly modelVersion: string;
  /** Why; its `cause` is what a model threw. For operators, never for clients. */
  readonly error: SpillwayError;
}
