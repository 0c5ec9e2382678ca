import { expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import {
  createDifferentiate,
  differentiatePlainly,
} from '../../../src/training/boosting/objectives/logistic-gradients.ts';

const odd = [0, -0, 1e-45, -1e-45, 88.6, 88.7, 88.8, 103.9, 104, 104.1, 200, 3e38, Infinity, NaN];
const random = createSeededRandom(3);

it.each([1, 4, 6, 4099])('WebAssembly has the bits of the plain derivatives, %i rows', (rows) => {
  const differentiate = createDifferentiate(rows)!;
  for (const scale of [0.01, 1, 10, 150]) {
    const margins = Float32Array.from({ length: rows }, (_, row) => {
      const value = row < 2 * odd.length ? odd[row >>> 1]! : scale * (random() - 0.5);
      return row % 2 === 0 ? value : -value;
    });
    const labels = Float32Array.from({ length: rows }, (_, row) => [0, 1, 0.3][row % 3]!);
    const results = [differentiatePlainly, differentiate].map((way) => {
      const gradients = new Float32Array(rows);
      const hessians = new Float32Array(rows);
      way(margins, labels, gradients, hessians);
      return { gradients, hessians };
    });
    expect(results[1]).toEqual(results[0]);
  }
});
