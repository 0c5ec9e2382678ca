import type { AttributionUnits, Link, Pipeline } from '../model/index.ts';

const unitsOf: Readonly<Record<Link, AttributionUnits>> = Object.freeze({
  logistic: 'log-odds',
  probability: 'probability',
  exponential: 'log-target',
  identity: 'target',
  ascending: 'target',
  softmax: 'margin',
  'one-vs-rest': 'margin',
  'independent-logistic': 'margin',
  'softmax-nonzero': 'margin',
  hinge: 'margin',
  probit: 'margin',
  softplus: 'margin',
  'signed-square': 'margin',
  'cumulative-softplus': 'margin',
});

/** The scale on which a pipeline's score, and so its attributions, are measured; that of its probability when `output` asks for it. */
export function attributionUnits(
  { model, task }: Pipeline,
  output: 'score' | 'probability' = 'score',
): AttributionUnits {
  if (output === 'probability') return 'probability';
  // the plain score of a classifier stands for no target
  if (model.link === 'identity' && task !== 'regression') return 'margin';
  return unitsOf[model.link];
}
