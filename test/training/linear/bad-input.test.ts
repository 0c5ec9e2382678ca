import { describe, expect, test } from 'vitest';
import type { SpillwayError } from '../../../src/core/index.ts';
import { trainLinear } from '../../../src/training/linear/train-linear.ts';
import { trainLogistic } from '../../../src/training/linear/train-logistic.ts';
import { numericTable, randomTable } from './numeric-table.ts';

const { labels, table, target, values } = randomTable(80, 3, 2);

describe('rows that are refused', () => {
  test('name every column with a fault, the labels and the weights at once', async () => {
    const columns = [
      { name: 'plan', type: 'category', values: new Float32Array(80), categories: ['a'] },
      {
        ...table.columns[0]!,
        name: 'age',
        values: Float64Array.from(values, (_, row) => (row === 7 ? NaN : row)),
      },
      {
        ...table.columns[1]!,
        name: 'fee',
        values: Float64Array.from(values, (_, row) => (row === 3 ? Infinity : row)),
      },
      { ...table.columns[2]!, name: 'short', values: new Float64Array(3) },
    ] as const;
    const error = await refusal(
      trainLogistic({ table: { rows: 80, columns }, labels: [1], weights: [1] }),
    );
    expect(error.code).toBe('INVALID_DATA');
    expect(error.faults.map(({ pointer }) => pointer)).toEqual([
      '/table/plan',
      '/table/age',
      '/table/fee',
      '/table/short',
      '/labels',
      '/weights',
    ]);
    expect(error.message).toContain('1 missing, the first in row 7');
  });

  test.each([
    ['one class only', labels.map(() => 1), 'two classes'],
    ['a missing label', labels.map((label, row) => (row === 5 ? NaN : label)), 'row 5'],
    ['labels of two types', labels.map((label, row) => (row === 5 ? 'yes' : label)), 'one type'],
  ])('%s', async (_, given, said) => {
    const error = await refusal(trainLogistic({ table, labels: given }));
    expect(error.code).toBe('INVALID_DATA');
    expect(error.message).toContain(said);
  });

  test('a second class in rows of weight 0 only', async () => {
    const weights = labels.map((label) => label);
    const error = await refusal(trainLogistic({ table, labels, weights }));
    expect(error.message).toContain('two classes');
  });

  test.each([NaN, Infinity])('a target of %d', async (value) => {
    const given = target.map((number, row) => (row === 5 ? value : number));
    expect((await refusal(trainLinear({ table, labels: given }))).code).toBe('INVALID_DATA');
  });

  test.each([
    ['negative', labels.map(() => -1), 'not negative'],
    ['missing', labels.map(() => NaN), 'not negative'],
    ['null', [...labels.slice(1), null] as number[], 'not negative'],
    ['all 0', labels.map(() => 0), 'all of them are 0'],
  ])('weights that are %s', async (_, weights, said) => {
    const error = await refusal(trainLinear({ table, labels: target, weights }));
    expect([error.code, error.message]).toEqual(['INVALID_DATA', expect.stringContaining(said)]);
  });
});

describe('parameters that are refused', () => {
  const refuse = (parameters: object) => refusal(trainLogistic({ table, labels, parameters }));
  const refuseLinear = (parameters: object) =>
    refusal(trainLinear({ table, labels: target, parameters }));

  test('are listed all at once, unknown names with those that exist', async () => {
    const error = await refuse({ c: 1, C: -1, max_iter: 0.5, tol: 'small', random_state: 1 });
    expect(error.code).toBe('INVALID_CONFIG');
    expect(error.faults.map(({ pointer }) => pointer)).toEqual([
      '/parameters/c',
      '/parameters/C',
      '/parameters/max_iter',
      '/parameters/tol',
      '/parameters/random_state',
    ]);
    expect(error.message).toContain('class_weight');
  });

  test.each([
    [{ penalty: null, C: 2 }, '/parameters/C'],
    [{ penalty: null, l1_ratio: 0.5 }, '/parameters/l1_ratio'],
    [{ penalty: 'elasticnet' }, '/parameters/l1_ratio'],
    [{ penalty: 'l1', l1_ratio: 0.5 }, '/parameters/l1_ratio'],
    [{ class_weight: { 0: -1 } }, '/parameters/class_weight'],
    [{ class_weight: { 7: 2 } }, '/parameters/class_weight'],
  ])('logistic %j', async (parameters, pointer) => {
    const error = await refuse(parameters);
    expect([error.code, error.faults.map((fault) => fault.pointer)]).toEqual([
      'INVALID_CONFIG',
      [pointer],
    ]);
  });

  test.each([
    [{ penalty: null, alpha: 1 }, '/parameters/alpha'],
    [{ penalty: 'l2', l1_ratio: 0.5 }, '/parameters/l1_ratio'],
    [{ alpha: -1 }, '/parameters/alpha'],
    [{ C: 1 }, '/parameters/C'],
  ])('linear %j', async (parameters, pointer) => {
    const error = await refuseLinear(parameters);
    expect([error.code, error.faults.map((fault) => fault.pointer)]).toEqual([
      'INVALID_CONFIG',
      [pointer],
    ]);
  });
});

describe('data that say little', () => {
  const sides = values.map(([first]) => (first! > 0 ? 'yes' : 'no'));

  test('separated classes have no optimum without a penalty, and one with it', async () => {
    const free = await trainLogistic({ table, labels: sides, parameters: { penalty: null } });
    expect(free).toMatchObject({ converged: false, separated: true, standardErrors: null });
    expect(free.warnings.join()).toContain('Use a penalty');
    const ridge = await trainLogistic({ table, labels: sides });
    expect(ridge).toMatchObject({ converged: true, separated: false, warnings: [] });
  });

  test('a flag that only one class has is found as separation', async () => {
    const flagged = numericTable(
      values.map(([a, b], row) => [a!, b!, labels[row] === 1 && row % 5 === 0 ? 1 : 0]),
    );
    const fit = await trainLogistic({ table: flagged, labels, parameters: { penalty: null } });
    expect(fit).toMatchObject({ converged: false, separated: true, standardErrors: null });
  });

  test('three classes of which one stands apart are found as separation', async () => {
    const three = values.map(([first], row) => (first! > 1 ? 2 : labels[row]!));
    const fit = await trainLogistic({ table, labels: three, parameters: { penalty: null } });
    expect(fit).toMatchObject({ converged: false, separated: true });
  });

  test('columns that are sums of earlier ones are named and have the coefficient 0', async () => {
    const more = numericTable(values.map(([a, b, c]) => [a!, b!, 2 * a! - b! + 3, c!]));
    for (const fit of [
      await trainLogistic({ table: more, labels, parameters: { penalty: null } }),
      await trainLinear({ table: more, labels: target }),
    ]) {
      expect(fit.collinearColumns).toEqual(['x2']);
      expect(fit.coefficients[2]).toBe(0);
      expect(fit.standardErrors!.coefficients[2]).toBeNaN();
      expect(fit.warnings.join()).toContain('x2');
    }
  });

  test('a constant target gives its value and a warning', async () => {
    const fit = await trainLinear({ table, labels: target.map(() => 4) });
    expect(fit).toMatchObject({ converged: true, r2: null, standardErrors: null });
    expect([...fit.coefficients, ...fit.intercepts]).toEqual([0, 0, 0, 4]);
    expect(fit.warnings).toEqual(['The target has one value only.']);
  });

  test('three rows and more columns than rows are warned about', async () => {
    const three = numericTable([
      [1, 2, 3, 5],
      [4, 5, 7, 1],
      [2, 2, 1, 9],
    ]);
    const classified = await trainLogistic({ table: three, labels: [0, 1, 1] });
    expect(classified.converged).toBe(true);
    const fitted = await trainLinear({ table: three, labels: [1, 2, 4] });
    for (const { warnings } of [classified, fitted])
      expect(warnings[0]).toBe(
        'There are 3 rows for 5 coefficients: the fit says little about other rows.',
      );
    expect(fitted.standardErrors).toBeNull();
    expect(fitted.collinearColumns).toEqual(['x2', 'x3']);
  });

  test('too few iterations are said', async () => {
    const fit = await trainLogistic({ table, labels, parameters: { max_iter: 1 } });
    expect(fit.converged).toBe(false);
    expect(fit.warnings[0]).toContain('did not converge in 1 iterations');
  });
});

test('an aborted training ends as cancelled', async () => {
  const controller = new AbortController();
  const training = trainLogistic({ table, labels, signal: controller.signal });
  controller.abort();
  expect((await refusal(training)).code).toBe('CANCELLED');
});

async function refusal(training: Promise<unknown>): Promise<SpillwayError> {
  try {
    await training;
  } catch (error) {
    return error as SpillwayError;
  }
  throw new Error('was not refused');
}
