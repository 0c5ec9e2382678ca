import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  type LinearParameters,
  type LogisticFit,
  type LogisticParameters,
  type RegressionFit,
} from '../../../src/training/index.ts';
import { trainLinear } from '../../../src/training/linear/train-linear.ts';
import { trainLogistic } from '../../../src/training/linear/train-logistic.ts';
import { numericTable } from './numeric-table.ts';

interface FixtureTable {
  readonly values: number[][];
  readonly classes: Record<string, number[]>;
  readonly target: number[];
  readonly weights: number[];
}

interface FixtureFit {
  readonly table: string;
  readonly labels: string | null;
  readonly weights: boolean;
  readonly parameters: LogisticParameters & LinearParameters;
  readonly classes: number[] | null;
  readonly coefficients: number[][];
  readonly intercepts: number[];
  readonly inference: Record<string, number[][]> | null;
}

const read = (name: string) =>
  JSON.parse(gunzipSync(readFileSync(`test/fixtures/training/linear/${name}.json.gz`)).toString());
const tables: Record<string, FixtureTable> = read('tables');
const fits: FixtureFit[] = read('fits');

describe.each(
  fits.map((fit) => ({
    name: `${fit.table}, ${fit.labels ?? 'target'}${fit.weights ? ', weights' : ''}, ${JSON.stringify(fit.parameters)}`,
    fit,
  })),
)('$name', ({ fit }) => {
  const data = tables[fit.table]!;
  const found = train(fit, data);

  test('has the coefficients of scikit-learn', async () => {
    const { coefficients, columns, converged, intercepts } = await found;
    expect(converged).toBe(true);
    const width = columns.length;
    for (const [output, expected] of fit.coefficients.entries()) {
      // so far may a coefficient be off: 1e-8 of what it gives to the scores
      const scale = Math.max(
        1e-300,
        ...expected.map((value, at) => Math.abs(value) * spread(data.values, at)),
      );
      for (const [at, value] of expected.entries()) {
        const off = Math.abs(coefficients[output * width + at]! - value);
        expect(off * spread(data.values, at)).toBeLessThanOrEqual(1e-9 * scale);
        if (value === 0) expect(coefficients[output * width + at]).toBe(0);
      }
      expectClose(intercepts[output]!, fit.intercepts[output]!, 1e-8);
    }
  });

  if (fit.inference !== null) {
    test('has the standard errors and tests of statsmodels', async () => {
      const { columns, intercepts, standardErrors, tests } = await found;
      const mine = {
        standard_errors: standardErrors,
        statistics: tests?.statistics,
        p_values: tests?.pValues,
        lower: tests?.lower,
        upper: tests?.upper,
      };
      const kept = [...columns.keys()].filter(
        (at) => !Number.isNaN(standardErrors!.coefficients[at]),
      );
      const first = fit.parameters.fit_intercept === false ? 0 : 1;
      for (const [name, rows] of Object.entries(fit.inference!)) {
        const values = mine[name as keyof typeof mine]!;
        for (const [output, row] of rows.entries()) {
          expect(row).toHaveLength(kept.length + first);
          if (first === 1) expectClose(values.intercepts[output]!, row[0]!, 1e-6);
          for (const [at, column] of kept.entries()) {
            const value = values.coefficients[output * columns.length + column]!;
            expectClose(value, row[at + first]!, 1e-6);
          }
        }
      }
      expect(intercepts).toHaveLength(fit.intercepts.length);
    });
  }

  if (fit.parameters.penalty !== undefined && fit.parameters.penalty !== null) {
    test('has no standard errors with a penalty', async () => {
      const { standardErrors, tests } = await found;
      expect([standardErrors, tests]).toEqual([null, null]);
    });
  }
});

function train(fit: FixtureFit, data: FixtureTable): Promise<LogisticFit | RegressionFit> {
  const table = numericTable(data.values);
  const weights = fit.weights ? data.weights : undefined;
  const { parameters } = fit;
  return fit.labels === null
    ? trainLinear({ table, labels: data.target, weights, parameters })
    : trainLogistic({ table, labels: data.classes[fit.labels]!, weights, parameters });
}

function spread(rows: number[][], column: number): number {
  const mean = rows.reduce((sum, row) => sum + row[column]!, 0) / rows.length;
  const squares = rows.reduce((sum, row) => sum + (row[column]! - mean) ** 2, 0);
  return Math.sqrt(squares / rows.length);
}

function expectClose(value: number, expected: number, tolerance: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(
    tolerance * Math.max(1e-3, Math.abs(expected)),
  );
}
