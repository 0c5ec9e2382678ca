import { createRowEncoder } from '../../inference/index.ts';
import type { Pipeline } from '../../model/index.ts';
import type { Candidate } from './candidate.ts';

/** Leaves out categories that make the same columns as the present one, or as one before them. */
export type LeaveOutAlike = (
  values: Float64Array,
  candidates: readonly Candidate[],
) => readonly Candidate[];

/** Looks at the columns of a pipeline. Where several features make one column together nothing is left out. */
export function createLeaveOutAlike(pipeline: Pipeline | null): LeaveOutAlike {
  const isShared =
    pipeline === null ||
    [pipeline.steps, ...stepsOfMembers(pipeline.model)].some(({ steps }) =>
      steps.some(({ kind }) => kind === 'normalize' || kind === 'recode-together'),
    );
  if (isShared) return (_, candidates) => candidates;
  const encode = createRowEncoder(pipeline.steps);
  const columns = new Float64Array(pipeline.steps.columns.length);
  const columnsOf = (values: Float64Array): string => {
    encode(values, columns);
    return columns.join();
  };
  return (values, candidates) => {
    const seen = new Set([columnsOf(values)]);
    const changed = values.slice();
    return candidates.filter(({ feature, value }) => {
      changed[feature] = value;
      const made = columnsOf(changed);
      changed[feature] = values[feature]!;
      if (seen.has(made)) return false;
      seen.add(made);
      return true;
    });
  };
}

function stepsOfMembers(model: Pipeline['model']): Pipeline['steps'][] {
  return model.kind === 'calibrated-model' ? model.members.map(({ steps }) => steps) : [];
}
