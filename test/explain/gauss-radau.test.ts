import { expect, test } from 'vitest';
import { gaussRadau } from '../../src/explain/gauss-radau.ts';

test('integrates every power up to twice the points, to rounding', () => {
  for (let points = 0; points <= 40; points++) {
    const { nodes, weights, weightAtZero } = gaussRadau(points);
    for (let degree = 0; degree <= 2 * points; degree++) {
      let sum = degree === 0 ? weightAtZero : 0;
      for (let q = 0; q < points; q++) sum += weights[q]! * nodes[q]! ** degree;
      expect(sum).toBeCloseTo(1 / (degree + 1), 13);
    }
  }
});

test('has positive weights and ascending nodes between 0 and 1', () => {
  const { nodes, weights } = gaussRadau(32);
  expect(weights.every((weight) => weight > 0)).toBe(true);
  expect(nodes).toEqual(nodes.toSorted().filter((node) => node > 0 && node < 1));
});
