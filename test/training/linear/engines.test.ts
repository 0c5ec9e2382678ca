import { expect, test } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import { createRowMatrix, type RowMatrix } from '../../../src/training/linear/row-matrix.ts';
import { trainLinear } from '../../../src/training/linear/train-linear.ts';
import { trainLogistic } from '../../../src/training/linear/train-logistic.ts';
import { randomTable } from './numeric-table.ts';

test.each([
  [1, 1],
  [3, 2],
  [4, 5],
  [1027, 7],
  [2050, 22],
])('WebAssembly and JavaScript sum %i rows of %i columns to the same bits', (rows, columns) => {
  const random = createSeededRandom(7);
  const matrices = (['wasm', 'javascript'] as const).map((engine) =>
    createRowMatrix(rows, columns, engine),
  );
  const [first, second] = matrices as [RowMatrix, RowMatrix];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = random() * 10 - 5;
      for (const { stride, values } of matrices) values[row * stride + column] = value;
    }
  }
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
    expected += weights[row]! * second.values[row * second.stride]! ** 2;
  expect(second.gram(weights)[0]).toBeCloseTo(expected, 8);
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
