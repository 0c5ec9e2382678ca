import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import { createRowMatrix, type RowMatrix } from '../../../src/training/linear/row-matrix.ts';
import { trainLinear } from '../../../src/training/linear/train-linear.ts';
import { trainLogistic } from '../../../src/training/linear/train-logistic.ts';
import { randomTable } from './numeric-table.ts';

test.each([
  [1, 1, true],
  [3, 2, false],
  [4, 5, true],
  [1027, 7, false],
  [1027, 7, true],
  [2050, 22, false],
])(
  'WebAssembly and JavaScript sum %i rows of %i columns to the same bits',
  (rows, count, isKept) => {
    const random = createSeededRandom(7);
    const given = Array.from({ length: count }, () =>
      Float64Array.from({ length: rows }, () => random() * 10 - 5),
    );
    const means = Float64Array.from(given, () => random());
    const units = Float64Array.from(given, () => 1 + random());
    const matrices = (['wasm', 'javascript'] as const).map((engine) =>
      createRowMatrix({
        rows,
        columns: { columns: given, means, units, hasOnes: true },
        isKept,
        vectors: 5,
        engine,
      }),
    );
    const [first, second] = matrices as [RowMatrix, RowMatrix];
    const { columns } = first;
    const laid = matrices.map((matrix) => {
      const numbers: number[] = [];
      matrix.forRows((_, values, from) => numbers.push(...values.slice(from, from + columns)));
      return numbers;
    });
    expect(laid[0]).toEqual(laid[1]);
    expect(laid[0]!.slice(0, columns)).toEqual([
      ...given.map((values, at) => (values[0]! - means[at]!) * units[at]!),
      1,
    ]);
    const vector = Float64Array.from({ length: columns }, () => random() - 0.5);
    const weights = new Float64Array(first.paddedRows);
    for (let row = 0; row < rows; row++) weights[row] = random() - 0.3;
    const scores = matrices.map((matrix) => {
      const into = new Float64Array(matrix.paddedRows);
      matrix.multiply(vector, into);
      return into;
    });
    expect(scores[0]).toEqual(scores[1]);
    expect(first.multiplyTransposed(weights)).toEqual(second.multiplyTransposed(weights));
    expect(first.gram(weights)).toEqual(second.gram(weights));
    let expected = 0;
    for (let row = 0; row < rows; row++)
      expected += weights[row]! * ((given[0]![row]! - means[0]!) * units[0]!) ** 2;
    expect(second.gram(weights)[0]).toBeCloseTo(expected, 8);
  },
);

test('WebAssembly and JavaScript take the logistic loss to the same bits, which are those of Math.exp and Math.log1p', () => {
  const margins = [0, -0, 1e-300, 1e-9, 0.3, 0.8813, 0.8814, 1, 7, 36.7, 40, 700, 707.9, 708, 1e4];
  const scores = Float64Array.from([...margins, ...margins.map((margin) => -margin), 2, -2]);
  const rows = scores.length;
  const evaluated = (['wasm', 'javascript'] as const).map((engine) => {
    const none = new Float64Array(0);
    const columns = { columns: [], means: none, units: none, hasOnes: true };
    const matrix = createRowMatrix({ rows, columns, isKept: false, vectors: 4, engine });
    // one of them is not in the memory of WebAssembly
    const fields = {
      scores: matrix.vector(1),
      change: matrix.vector(1),
      signed: matrix.vector(1),
      residuals: matrix.vector(1),
      curvatures: matrix.vector(1),
    };
    fields.scores.set(scores);
    fields.change.fill(0.5, 0, rows);
    for (let row = 0; row < rows; row++) fields.signed[row] = row % 3 === 0 ? -0.25 : 0.5;
    const total = matrix.evaluate((start, count, sums) => sums.logistic(fields, 2, start, count));
    return { total, ...fields };
  });
  expect(evaluated[0]).toEqual(evaluated[1]);
  const { curvatures, residuals, signed, total } = evaluated[1]!;
  let expected = 0;
  for (let row = 0; row < rows; row++) {
    const share = Math.abs(signed[row]!);
    const margin = (scores[row]! + 1) * Math.sign(signed[row]!);
    const small = Math.exp(-Math.min(708, Math.abs(margin)));
    const wrong = margin >= 0 ? small / (1 + small) : 1 / (1 + small);
    expected += share * (Math.log1p(small) + Math.max(0, -margin));
    expectNear(residuals[row]!, -signed[row]! * wrong);
    expectNear(curvatures[row]!, (share * small) / (1 + small) ** 2);
  }
  expectNear(total, expected);
});

test('fits of many rows, which begin with a sample, have the same bits with and without WebAssembly', async () => {
  const { labels, table } = randomTable(6000, 4, 5);
  const three = labels.map((label, row) => (row % 5 === 0 ? 2 : label));
  for (const targets of [labels, three]) {
    const [first, second] = await Promise.all(
      (['wasm', 'javascript'] as const).map((engine) =>
        trainLogistic({ table, labels: targets }, engine),
      ),
    );
    expect(first).toEqual(second);
    expect(first!.converged).toBe(true);
  }
});

test('fits have the same bits with and without WebAssembly', async () => {
  const { labels, table, target } = randomTable(1500, 6, 3);
  for (const penalty of [null, 'l1', 'l2'] as const) {
    const [first, second] = await Promise.all(
      (['wasm', 'javascript'] as const).map((engine) =>
        trainLogistic({ table, labels, parameters: { penalty } }, engine),
      ),
    );
    expect(first).toEqual(second);
  }
  const [first, second] = await Promise.all(
    (['wasm', 'javascript'] as const).map((engine) =>
      trainLinear({ table, labels: target }, engine),
    ),
  );
  expect(first).toEqual(second);
});

function expectNear(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
}
