import { expect, it } from 'vitest';
import { checkAdditivity } from '../../src/explain/check-additivity.ts';

const base = Float64Array.of(-2, 0);
// two features, two outputs: 4 and 0.5 are added up
const attributions = Float64Array.of(1, 0.25, -1, 0.25);

function check(residual: number, at: Float64Array = base): () => void {
  return () => checkAdditivity(residual, at, attributions);
}

it('lets pass what misses the score by rounding, of the larger output', () => {
  for (const residual of [0, 1e-16, 1e-9, 4e-9]) expect(check(residual)).not.toThrow();
});

it.each([4.1e-9, 0.1, 1e300])('lets nothing pass that misses it by %f', (residual) => {
  expect(check(residual)).toThrow(expect.objectContaining({ code: 'EXPLANATION_INEXACT' }));
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])(
  'has no explanation of a score of %f',
  (residual) => {
    const infinite = Float64Array.of(Number.POSITIVE_INFINITY, 0);
    expect(check(residual, infinite)).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
  },
);

it('measures by the size of a large base', () => {
  expect(check(1e-4, Float64Array.of(1e12, 0))).not.toThrow();
});
