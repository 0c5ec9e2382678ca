// What: the margins that an XGBoost model starts from, out of the `base_score` of its file.
// Source: dmlc/xgboost, `ProbToMargin` of src/objective/*_obj.h, `SoftPlusInv` of src/common/math.h and `ParamArray` of
// src/common/param_array.h.
// Complexity: linear in the number of outputs.
// Invariant: float32 after each step, as there, with the functions of the C library.
import { refuseBroken } from '../refusals.ts';
import { expm1f } from './expm1f.ts';
import { logf } from './logf.ts';
import type { Objective } from './objectives.ts';

const { fround } = Math;
const decimal = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
const smallest = fround(1e-6);
const largest = fround(1 - smallest);

/** Reads `"5E-1"` (up to 3.0) or `"[5E-1,1E0]"`; a single score stands for all outputs. */
export function readBaseMargins(
  text: string,
  outputs: number,
  scale: Objective['baseScale'],
): Float64Array {
  const scores = text.replaceAll(/^[[(]|[\])]$/g, '').split(',');
  if (scores.length !== 1 && scores.length !== outputs) {
    refuseBroken(`base_score: expected 1 or ${outputs} numbers, got ${scores.length}`);
  }
  const margins = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const score = scores[scores.length === 1 ? 0 : output]!.trim();
    if (!decimal.test(score)) refuseBroken('base_score: expected numbers');
    margins[output] = toMargin(fround(Number(score)), scale);
  }
  if (scale === 'increments') toIncrements(margins);
  return margins;
}

/** Each expectile but the first becomes what the softplus of `cumulative-softplus` makes the step from the one before. */
function toIncrements(margins: Float64Array): void {
  for (let output = margins.length - 1; output > 0; output--) {
    const gap = fround(margins[output]! - margins[output - 1]!);
    const increment = Math.max(fround(gap - smallest), smallest);
    margins[output] = fround(increment + logf(-expm1f(-increment)));
  }
}

function toMargin(score: number, scale: Objective['baseScale']): number {
  if (scale === 'margin' || scale === 'increments') {
    if (!Number.isFinite(score)) refuseBroken(`base_score: expected a float32, got ${score}`);
    return score;
  }
  if (scale === 'positive') {
    if (!(score > 0)) refuseBroken(`base_score: expected a number above 0, got ${score}`);
    return logf(score);
  }
  if (!(score >= 0 && score <= 1)) {
    refuseBroken(`base_score: expected a number from 0 to 1, got ${score}`);
  }
  const inside =
    scale === 'bounded-probability' ? Math.min(Math.max(score, smallest), largest) : score;
  if (inside === 0 || inside === 1) {
    refuseBroken(`base_score: expected a number between 0 and 1, got ${score}`);
  }
  return -logf(fround(fround(1 / inside) - 1));
}
