import type { LinearModel, TreeEnsemble } from '../model/index.ts';
import { predictLinearModel } from './predict-linear-model.ts';
import { predictTreeEnsemble } from './predict-tree-ensemble.ts';

/** Writes one raw score per output into `scores`, out of one number per column; neither is kept. */
export type Scorer = (row: Float64Array, scores: Float64Array) => void;

/** The reference scorer of a model, which rounds a row as the model asks. */
export function createScorer(
  model: TreeEnsemble | LinearModel,
): (row: Float32Array | Float64Array, scores: Float64Array) => void {
  const rounding = model.kind === 'tree-ensemble' ? model.inputs : model.arithmetic;
  if (rounding === 'float64') return (row, scores) => predict(model, row, scores);
  const rounded = new Float32Array(model.columns.length);
  return (row, scores) => {
    rounded.set(row);
    predict(model, rounded, scores);
  };
}

function predict(
  model: TreeEnsemble | LinearModel,
  row: Float32Array | Float64Array,
  scores: Float64Array,
): void {
  if (model.kind === 'tree-ensemble') predictTreeEnsemble(model, row, scores);
  else predictLinearModel(model, row, scores);
}
