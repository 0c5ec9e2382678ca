import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type LinearFit,
  type LinearParameters,
  type LogisticParameters,
} from '../../../src/training/index.ts';
import { createLogisticLoss } from '../../../src/training/linear/create-logistic-loss.ts';
import { minimizeByLbfgs } from '../../../src/training/linear/minimize-by-lbfgs.ts';
import { minimizeByNewton } from '../../../src/training/linear/minimize-by-newton.ts';
import { createRowMatrix } from '../../../src/training/linear/row-matrix.ts';
import { toLinearModel } from '../../../src/training/linear/to-linear-model.ts';
import { trainLinear } from '../../../src/training/linear/train-linear.ts';
import { trainLogistic } from '../../../src/training/linear/train-logistic.ts';
import { numericTable, randomTable } from './numeric-table.ts';

interface Case {
  readonly name: string;
  readonly fit: (values: number[][], labels: number[], weights?: number[]) => Promise<LinearFit>;
}

const logistic = (parameters: LogisticParameters): Case => ({
  name: `logistic ${JSON.stringify(parameters)}`,
  fit: (values, labels, weights) =>
    trainLogistic({ table: numericTable(values), labels, weights, parameters }),
});
const linear = (parameters: LinearParameters): Case => ({
  name: `linear ${JSON.stringify(parameters)}`,
  fit: (values, labels, weights) =>
    trainLinear({ table: numericTable(values), labels, weights, parameters }),
});
const free = [logistic({ penalty: null }), linear({})];
const all = [
  ...free,
  logistic({}),
  logistic({ penalty: 'l1', C: 0.5 }),
  logistic({ class_weight: 'balanced', fit_intercept: false }),
  linear({ alpha: 2 }),
  linear({ penalty: 'l1', alpha: 0.05 }),
  linear({ alpha: 0.1, l1_ratio: 0.3 }),
];
const seeds = fc.integer({ min: 1, max: 1e6 });

test.each(all)('$name: weight 2 is the row twice, weight 0 none', async ({ fit }) => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { values, labels } = randomTable(120, 3, seed);
      const weights = values.map((_, row) => row % 3);
      const repeated = weights.flatMap((count, row) => Array.from({ length: count }, () => row));
      const weighted = await fit(values, labels, weights);
      const twice = await fit(
        repeated.map((row) => values[row]!),
        repeated.map((row) => labels[row]!),
      );
      expectSame(weighted, twice);
      if (weighted.standardErrors !== null)
        expectAllClose(
          weighted.standardErrors.coefficients,
          twice.standardErrors!.coefficients,
          1e-9,
        );
    }),
    { numRuns: 10 },
  );
});

test.each(all)('$name: the order of the rows changes nothing', async ({ fit }) => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { values, labels } = randomTable(150, 4, seed);
      expectSame(await fit(values, labels), await fit(values.toReversed(), labels.toReversed()));
    }),
    { numRuns: 10 },
  );
});

test.each(all.filter(({ name }) => !name.includes('fit_intercept')))(
  '$name: a constant column has the coefficient 0 and is named',
  async ({ fit }) => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        async (seed, value) => {
          const { values, labels } = randomTable(100, 3, seed);
          const plain = await fit(values, labels);
          const more = await fit(
            values.map((row) => [value, ...row]),
            labels,
          );
          expect(more.coefficients[0]).toBe(0);
          expect(more.coefficients.slice(1)).toEqual(plain.coefficients);
          expect(more.constantColumns).toEqual(['x0']);
          expect(more.warnings.join()).toContain('x0');
        },
      ),
      { numRuns: 10 },
    );
  },
);

test.each(free)('$name: a scaled column has a scaled coefficient and error', async ({ fit }) => {
  await fc.assert(
    fc.asyncProperty(
      seeds,
      fc.double({ noNaN: true, min: 1e-6, max: 1e6 }),
      async (seed, factor) => {
        const { values, labels } = randomTable(150, 3, seed);
        const plain = await fit(values, labels);
        const scaled = await fit(
          values.map(([first, ...rest]) => [first! * factor, ...rest]),
          labels,
        );
        const back = scaled.coefficients.map((value, at) => (at === 0 ? value * factor : value));
        expectAllClose(back, plain.coefficients, 1e-9);
        const error = scaled.standardErrors!.coefficients[0]! * factor;
        expect(Math.abs(error / plain.standardErrors!.coefficients[0]! - 1)).toBeLessThan(1e-9);
      },
    ),
    { numRuns: 10 },
  );
});

test('L-BFGS ends where Newton does', () => {
  const { labels, values } = randomTable(300, 5, 11);
  const matrix = createRowMatrix(300, 5);
  for (const [row, numbers] of values.entries()) matrix.values.set(numbers, row * matrix.stride);
  const shares = new Float64Array(300).fill(1 / 300);
  const problem = () => ({
    loss: createLogisticLoss(
      matrix,
      Float64Array.from(labels, (label) => 2 * label - 1),
      { rows: 300, shares },
    ),
    penalty: { l1: new Float64Array(5), l2: new Float64Array(5).fill(0.01) },
    start: new Float64Array(5),
    tolerance: 1e-12,
    maxIterations: 500,
  });
  const [newton, lbfgs] = [minimizeByNewton, minimizeByLbfgs].map((minimize) => {
    const steps = minimize(problem());
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  });
  expect([newton!.outcome, lbfgs!.outcome]).toEqual(['converged', 'converged']);
  expect(lbfgs!.iterations).toBeGreaterThan(newton!.iterations);
  expectAllClose(lbfgs!.parameters, newton!.parameters, 1e-10);
});

test('too many columns for second derivatives converge all the same', async () => {
  const { labels, table, target } = randomTable(60, 1100, 5);
  for (const fit of [
    await trainLogistic({ table, labels }),
    await trainLinear({ table, labels: target, parameters: { alpha: 1 } }),
    await trainLogistic({ table, labels, parameters: { penalty: 'l1', C: 2 } }),
  ]) {
    expect(fit.converged).toBe(true);
    expect(fit.gradientNorm).toBeLessThanOrEqual(1e-10);
  }
});

test('the model of a fit has its numbers and the link of its kind', async () => {
  const { labels, table, target } = randomTable(90, 3, 4);
  const three = labels.map((label, row) => (row % 4 === 0 ? 'c' : label === 1 ? 'b' : 'a'));
  const binary = toLinearModel(await trainLogistic({ table, labels }));
  const multi = await trainLogistic({ table, labels: three });
  const value = toLinearModel(await trainLinear({ table, labels: target }));
  expect(multi.classes).toEqual(['a', 'b', 'c']);
  expect([binary, toLinearModel(multi), value].map(({ link, outputs }) => [link, outputs])).toEqual(
    [
      ['logistic', 1],
      ['softmax', 3],
      ['identity', 1],
    ],
  );
  expect(toLinearModel(multi)).toMatchObject({
    weights: multi.coefficients,
    intercepts: multi.intercepts,
    columns: ['x0', 'x1', 'x2'],
  });
});

function expectSame(a: LinearFit, b: LinearFit): void {
  expect([a.converged, b.converged]).toEqual([true, true]);
  expectAllClose(a.coefficients, b.coefficients, 1e-10);
  expectAllClose(a.intercepts, b.intercepts, 1e-10);
}

function expectAllClose(a: Float64Array, b: Float64Array, tolerance: number): void {
  expect(a).toHaveLength(b.length);
  const scale = Math.max(1, ...b.map(Math.abs));
  for (const [at, value] of a.entries())
    expect(Math.abs(value - b[at]!)).toBeLessThanOrEqual(tolerance * scale);
}
