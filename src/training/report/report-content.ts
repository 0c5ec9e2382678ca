import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainedVersion } from '../run/train-version.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import type { FeatureImportance } from './measure-importance.ts';

/** What a report is about. */
export interface ReportInput {
  readonly trained: TrainedVersion;
  readonly algorithm: Algorithm;
  readonly data: TrainingData;
  readonly target: string;
  readonly source: { readonly file: string; readonly sha256: string };
  readonly seed: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly name: string;
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly warnings: readonly string[];
}

/** What the forms of a report are made of. */
export interface ReportContent extends ReportInput {
  /** `null` for a model that cannot be explained. */
  readonly importance: readonly FeatureImportance[] | null;
}
