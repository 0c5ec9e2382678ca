import type { Background, CardServing, Model, ModelCard, Predictor } from '../model/index.ts';

/** Where a version is in its life. Only `ready` versions answer. */
export type VersionState = 'loading' | 'ready' | 'failed' | 'retired';

/** One version of a model as the registry knows it. */
export interface ModelVersion {
  /** For instance `v1.1`. */
  readonly name: string;
  readonly state: VersionState;
  /** Why it failed, for people; `null` otherwise. */
  readonly reason: string | null;
  /** What is odd about it but does not stop it: no card, a best iteration that is not used. */
  readonly warnings: readonly string[];
  /** The card; also there when the artifact failed but the card was read, since its rules can still answer. */
  readonly card: ModelCard | null;
  /** Set when the version is ready, unless it is code: then `predictor` is. */
  readonly model: Model | null;
  readonly predictor: Predictor | null;
  /** How it runs. */
  readonly serving: CardServing;
  /** The format of the artifact, for instance `xgboost`; `null` for a version built in code. */
  readonly format: string | null;
  /** SHA-256 of the artifact in hexadecimal; `null` for a version built in code. */
  readonly sha256: string | null;
  /** SHA-256 of the card's file; `null` without one. */
  readonly cardSha256: string | null;
  /** The rows that explanations compare with; `null` when there are none. */
  readonly background: Background | null;
  /** The share of traffic it asks for, relative to the others. */
  readonly weight: number;
}
