import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../src/explain/gauss-legendre.ts';

describe('Gauss-Legendre quadrature', () => {
  it.each([1, 2, 3, 4, 5, 8, 16, 30, 64, 200])(
    'with %i points integrates up to degree 2n - 1',
    (points) => {
      const { nodes, weights } = gaussLegendre(points);
      for (let degree = 0; degree < 2 * points; degree++) {
        const sum = nodes.reduce((total, t, q) => total + weights[q]! * t ** degree, 0);
        expect(Math.abs(sum - 1 / (degree + 1))).toBeLessThan(1e-14);
      }
      expect(weights.every((weight) => weight > 0)).toBe(true);
      expect(nodes.every((t) => t > 0 && t < 1)).toBe(true);
    },
  );
});
