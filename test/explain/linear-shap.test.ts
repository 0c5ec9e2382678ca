import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLinearShap } from '../../src/explain/linear-shap.ts';
import type { LinearModel } from '../../src/model/index.ts';

const model: LinearModel = {
  kind: 'linear-model',
  columns: ['a', 'b'],
  arithmetic: 'float64',
  slope: 1,
  outputs: 2,
  weights: Float64Array.of(2, -1, 0.5, 0),
  intercepts: Float64Array.of(1, -1),
  link: 'softmax',
};

describe('linear SHAP', () => {
  it('is the weight times the distance from the mean, per output', () => {
    const shap = createLinearShap(model, [3, 10]);
    const attributions = new Float64Array(4);
    const scores = new Float64Array(2);
    shap.attribute(Float64Array.of(4, 8), attributions);
    shap.score(Float64Array.of(4, 8), scores);
    expect([...attributions]).toEqual([2, 0.5, 2, -0]);
    expect([...shap.base]).toEqual([-3, 0.5]);
    expect([...scores]).toEqual([1, 1]);
  });

  it('adds up to the score', () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const pair = fc.tuple(number, number);
    fc.assert(
      fc.property(pair, pair, pair, number, (weights, means, row, intercept) => {
        const shap = createLinearShap(
          {
            ...model,
            arithmetic: 'float64',
            slope: 1,
            outputs: 1,
            weights: Float64Array.from(weights),
            intercepts: Float64Array.of(intercept),
          },
          means,
        );
        const attributions = new Float64Array(2);
        const scores = new Float64Array(1);
        shap.attribute(Float64Array.from(row), attributions);
        shap.score(Float64Array.from(row), scores);
        const [a, b] = [attributions[0]!, attributions[1]!];
        const size = Math.max(1, Math.abs(a) + Math.abs(b), Math.abs(shap.base[0]!));
        expect(Math.abs(shap.base[0]! + a + b - scores[0]!)).toBeLessThan(1e-14 * size);
      }),
    );
  });

  it.each([
    [undefined, 'no means are given'],
    [[1, 2, 3], '3 means are given'],
  ])('refuses the means %j', (means, sentence) => {
    const refused = () => createLinearShap(model, means);
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow(sentence);
  });
});
