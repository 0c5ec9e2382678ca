import { SpillwayError } from '../../core/index.ts';
import {
  type Counterfactual,
  createRowReader,
  type FeatureSchema,
  type Model,
  type Prediction,
} from '../../model/index.ts';
import type { Found } from './candidate.ts';
import { describeChange, describeCounterfactual } from './describe.ts';

/** Makes what is shown of what was found for a row, and the answer that it gets today. */
export type Presenter = (found: Found, today: Float64Array, answer: Prediction) => Counterfactual;

/** Puts what was found in words, after a last look at whether such a row could be sent. */
export function createPresenter({ labels, pipeline, schema, task }: Model): Presenter {
  const { features } = schema;
  return ({ combination, prediction, probability }, values, today) => {
    const changes = combination.map(({ feature, value }) =>
      describeChange(features[feature]!, values[feature]!, value),
    );
    const changed: FeatureSchema = {
      features: combination.map(({ feature }) => features[feature]!),
    };
    const read = new Float64Array(combination.length);
    const row = changes.map(({ to }) => to);
    const isValid = createRowReader(changed).read(row, read);
    if (!isValid || combination.some(({ value }, index) => read[index] !== value)) {
      throw new SpillwayError('INTERNAL', 'a counterfactual is not a row that the model takes');
    }
    const units = combination.map(({ feature }) => features[feature]!.unit);
    const text = describeCounterfactual({
      changes,
      units,
      prediction,
      probability,
      threshold: pipeline?.decisionThreshold ?? today.probability,
      positiveLabel: labels[1],
      isRegression: task === 'regression',
    });
    return { changes, prediction, ...(probability !== undefined && { probability }), text };
  };
}
