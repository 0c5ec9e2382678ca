import type { Algorithm } from '../algorithms/algorithm.ts';
import type { TrainedVersion } from '../run/train-version.ts';

/** What a training came to as plain data, for JSON: facts, parameters, and the whole evaluation. */
export function describeTraining(
  { decisionThreshold, evaluation, fit, how, pipeline, trainedRows, warnings }: TrainedVersion,
  { name }: Algorithm,
): Record<string, unknown> {
  const { labels, task } = pipeline;
  return {
    algorithm: name,
    task,
    labels,
    ...(task === 'binary' && { decision_threshold: decisionThreshold }),
    trained_rows: trainedRows,
    how,
    parameters: fit.parameters,
    facts: fit.facts,
    warnings,
    evaluation,
  };
}
