import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainedVersion } from '../run/train-version.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import { describeTraining } from './describe-training.ts';

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

/** The report of a training by file name. */
export function reportFiles(input: ReportInput): Map<string, Uint8Array> {
  const json = describeTraining(input.trained, input.algorithm);
  return new Map([['report.json', Buffer.from(`${JSON.stringify(json, null, 2)}\n`)]]);
}
