import { SpillwayError } from '../core/index.ts';

/** |base + sum of attributions - score| may be so much of what is added up. */
const tolerance = 1e-9;

/**
 * Lets only attributions pass that add up to the score.
 * @param residual the largest |base + sum of attributions - score| of all outputs
 * @param base per output
 * @param attributions output k of feature f at `f * outputs + k`
 * @throws SpillwayError `NOT_EXPLAINABLE` when the score is no finite number, `EXPLANATION_INEXACT` when it is missed.
 */
export function checkAdditivity(
  residual: number,
  base: Float64Array,
  attributions: Float64Array,
): void {
  if (residual <= tolerance) return;
  if (!Number.isFinite(residual)) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the score is not a finite number: a missing or infinite value reaches a model that has no answer for it',
    );
  }
  const allowed = tolerance * sizeOf(base, attributions);
  if (residual <= allowed) return;
  throw new SpillwayError(
    'EXPLANATION_INEXACT',
    `the attributions miss the score by ${residual}, where ${allowed} is allowed: they explain another answer than the model's`,
  );
}

/** The size of what is added up, of the output where it is largest: what rounding is measured by. */
function sizeOf(base: Float64Array, attributions: Float64Array): number {
  const outputs = base.length;
  let largest = 1;
  for (let k = 0; k < outputs; k++) {
    let size = Math.abs(base[k]!);
    for (let at = k; at < attributions.length; at += outputs) size += Math.abs(attributions[at]!);
    largest = Math.max(largest, size);
  }
  return largest;
}
