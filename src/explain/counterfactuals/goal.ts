import { SpillwayError } from '../../core/index.ts';
import type { Label, Model, Prediction } from '../../model/index.ts';

/** What is wanted of a model's answer: a label, or a value on one side of a bound. */
export type WantedDecision = Label | { readonly below: number } | { readonly atLeast: number };

/** An answer that is looked for. */
export interface Goal {
  isReached(prediction: Prediction): boolean;
  /** How near an answer is: more is nearer, on a scale on which changes about add up. */
  nearness(prediction: Prediction): number;
  /** What a change does that reaches it: "changes the decision". */
  readonly verb: string;
}

/**
 * Says what to look for, given what the model answers today.
 * @throws SpillwayError `INVALID_OPTION` for a wish that the model's task knows nothing of, `NOT_EXPLAINABLE` for a model of several values.
 */
export function createGoal(
  model: Model,
  today: Prediction,
  wanted: WantedDecision | undefined,
): Goal {
  if (model.task === 'regression') return valueGoal(today, wanted);
  if (typeof wanted === 'object') {
    refuse('wanted: below and atLeast are for regression; expected one of the labels');
  }
  if (wanted !== undefined && !model.labels.includes(wanted)) {
    refuse(`wanted: expected one of the labels ${model.labels.map(String).join(', ')}`);
  }
  return model.task === 'binary'
    ? binaryGoal(model, today, wanted)
    : multiclassGoal(model, today, wanted);
}

function binaryGoal(
  { labels, pipeline }: Model,
  today: Prediction,
  wanted: Label | undefined,
): Goal {
  const other = labels.find((label) => label !== today.prediction);
  const target = wanted ?? other;
  const sign = target === labels[1] ? 1 : -1;
  // log-odds do not saturate, as probabilities near 0 and 1 do
  const slope = pipeline?.model.link === 'logistic' ? pipeline.model.slope : 0;
  return {
    isReached: ({ prediction }) => prediction === target,
    nearness: ({ margin, probability = 0 }) =>
      sign *
      (slope !== 0 && typeof margin === 'number'
        ? slope * margin
        : log(probability) - log(1 - probability)),
    verb: 'changes the decision',
  };
}

function multiclassGoal({ labels }: Model, today: Prediction, wanted: Label | undefined): Goal {
  const isWanted = labels.map((label) =>
    wanted === undefined ? label !== today.prediction : label === wanted,
  );
  const best = ({ probabilities = [] }: Prediction, among: boolean): number =>
    probabilities.reduce(
      (most, probability, k) => (isWanted[k] === among ? Math.max(most, probability) : most),
      0,
    );
  return {
    isReached: ({ prediction }) => isWanted[labels.findIndex((label) => label === prediction)]!,
    nearness: (prediction) => log(best(prediction, true)) - log(best(prediction, false)),
    verb: wanted === undefined ? 'changes the decision' : `changes the decision to ${wanted}`,
  };
}

/**
 * The label or the number that was decided.
 * @throws SpillwayError `NOT_EXPLAINABLE` when there are several numbers.
 */
export function decisionOf({ prediction }: Prediction): Label {
  if (typeof prediction !== 'object') return prediction;
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    'the model answers several numbers: no single one is the decision',
  );
}

function valueGoal(today: Prediction, wanted: WantedDecision | undefined): Goal {
  decisionOf(today);
  if (typeof wanted !== 'object') {
    refuse('wanted: a regression needs { below: x } or { atLeast: x }');
  }
  const isBelow = 'below' in wanted;
  const bound = isBelow ? wanted.below : wanted.atLeast;
  if (!Number.isFinite(bound)) refuse('wanted: expected a finite number');
  return isBelow
    ? {
        isReached: (answer) => valueOf(answer) < bound,
        nearness: (answer) => -valueOf(answer),
        verb: `brings the answer below ${bound}`,
      }
    : {
        isReached: (answer) => valueOf(answer) >= bound,
        nearness: valueOf,
        verb: `brings the answer to ${bound} or more`,
      };
}

function valueOf(answer: Prediction): number {
  return Number(decisionOf(answer));
}

/** Never infinite, so that sums of differences stay numbers. */
function log(probability: number): number {
  return Math.log(Math.max(probability, 1e-15));
}

function refuse(sentence: string): never {
  throw new SpillwayError('INVALID_OPTION', sentence);
}
