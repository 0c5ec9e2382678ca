import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainedVersion } from '../run/train-version.ts';
import type { TrainingData } from '../table/read-training-data.ts';
import { describeTraining } from './describe-training.ts';
import { type FeatureImportance, measureImportance } from './measure-importance.ts';
import { reportMarkdown } from './report-markdown.ts';
import { reportPage } from './report-page.ts';

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

/** The report of a training, by file name: for people, for programs, and as a page with figures. */
export function reportFiles(input: ReportInput): Map<string, Uint8Array> {
  const { algorithm, data, seed, trained } = input;
  const { fit, measured, pipeline } = trained;
  const rows = measured?.data.table ?? data.table;
  const importance = measureImportance(pipeline, rows, fit.columnMeans, seed);
  const content = { ...input, importance };
  const json = { ...describeTraining(trained, algorithm), importance };
  return new Map([
    ['report.md', Buffer.from(reportMarkdown(content))],
    ['report.json', Buffer.from(`${JSON.stringify(json, null, 2)}\n`)],
    ['report.html', Buffer.from(reportPage(content))],
  ]);
}
