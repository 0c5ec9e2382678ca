import { readArtifact } from '../../formats/index.ts';
import {
  type Calibrator,
  calibrate,
  type Feature,
  joinSteps,
  type Label,
  type Pipeline,
  type Task,
} from '../../model/index.ts';
import type { Fit } from '../algorithms/algorithm.ts';
import { columnSteps } from '../preparation/prepare-table.ts';

/** What a fit is for. */
export interface ServedAs {
  readonly features: readonly Feature[];
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly decisionThreshold: number;
  readonly calibrator: Calibrator | null;
}

/** What a fit answers once it is served: its file is read back, so that what is measured is what is written. */
export function servedPipeline(
  { artifact, columns, format }: Fit,
  { calibrator, decisionThreshold, features, labels, task }: ServedAs,
): Pipeline {
  const stated =
    columns ??
    features.map(({ name }) => ({
      name,
      from: [{ feature: name }],
      missing: null,
      center: 0,
      scale: 1,
    }));
  const read = readArtifact(artifact, { format, columns: stated.map(({ name }) => name) }).pipeline;
  const { model } = read;
  return {
    schema: { features },
    steps: joinSteps(columnSteps(features, stated), read.steps),
    model:
      calibrator === null || model.kind === 'calibrated-model'
        ? model
        : calibrate(model, calibrator),
    task,
    labels,
    decisionThreshold,
  };
}
