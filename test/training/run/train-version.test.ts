import { describe, expect, test } from 'vitest';
import { writeBooster } from '../../../src/formats/index.ts';
import type { Algorithm, TrainingData } from '../../../src/training/index.ts';
import { algorithms, type TrainVersionOptions, trainVersion } from '../../../src/training/index.ts';

/** Answers the share of the positive label in the rows that it was given, and remembers these. */
function shareOfRows(seen: Set<number>[], stops: number | null = null): Algorithm {
  return {
    name: 'boosting',
    title: 'A share',
    tasks: ['binary'],
    looksAt: 'float32',
    keepsTo: () => true,
    check: () => undefined,
    stopsAfter: () => stops,
    fit({ data, stopping }) {
      const rows = new Set(data.table.columns[0]!.values);
      for (const row of stopping?.table.columns[0]!.values ?? []) expect(rows.has(row)).toBe(false);
      seen.push(rows);
      const share = data.targets.reduce((sum, target) => sum + target, 0) / data.table.rows;
      return Promise.resolve({
        file: 'model.json',
        format: 'xgboost',
        artifact: writeBooster({
          objective: 'binary:logistic',
          objectiveParameters: {},
          baseScores: [share],
          classes: 0,
          parallelTrees: 1,
          columns: [{ name: 'row', type: 'float' }],
          trees: [],
          treeOutput: new Int32Array(0),
          attributes: {},
        }),
        columns: null,
        columnMeans: null,
        facts: {},
        parameters: {},
        warnings: [],
      });
    },
  };
}

const rows = 60;
const data: TrainingData = {
  table: {
    rows,
    columns: [
      {
        name: 'row',
        type: 'integer',
        values: Float32Array.from({ length: rows }, (_, row) => row),
        categories: [],
      },
    ],
  },
  targets: Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 1 : 0)),
  weights: null,
  keys: Array.from({ length: rows }, (_, row) => String(row >> 2)),
};

const options = (
  algorithm: Algorithm,
  rest: Partial<TrainVersionOptions>,
): TrainVersionOptions => ({
  algorithm,
  parameters: {},
  data,
  features: [{ name: 'row', type: 'integer', required: false }],
  task: 'binary',
  labels: ['no', 'yes'],
  validation: { kind: 'hold-out', share: 0.2 },
  split: 'stratified',
  calibration: 'none',
  threshold: { by: 'fixed', at: 0.5 },
  stoppingShare: 0.2,
  seed: 3,
  threads: 1,
  ...rest,
});

describe('a version', () => {
  test('is measured by a model that saw none of the rows held out, and then fitted on all', async () => {
    const seen: Set<number>[] = [];
    const { evaluation, measured, trainedRows } = await trainVersion(
      options(shareOfRows(seen), {}),
    );
    const heldOut = [...measured!.data.table.columns[0]!.values];
    expect(heldOut).toHaveLength(12);
    expect(heldOut.some((row) => seen[0]!.has(row))).toBe(false);
    expect(seen.map(({ size }) => size)).toEqual([48, 60]);
    expect(trainedRows).toBe(60);
    expect(evaluation).toMatchObject({ rows: 12, positives: 4 });
    expect(measured!.answers.numbers[0]).toBeCloseTo(1 / 3, 6);
  });

  test('says which labels a part lacks, by their names', async () => {
    const targets = data.targets.map((_, row) => (row < 2 ? 1 : 0));
    const { warnings } = await trainVersion(
      options(shareOfRows([]), {
        data: { ...data, targets },
        validation: { kind: 'hold-out', share: 0.1 },
      }),
    );
    expect(warnings).toContain('label "yes" has too few rows (2) to be in validation');
  });

  test('says of a direction that the schema states when the model does not keep to it', async () => {
    const features = [
      { name: 'row', type: 'integer', required: false, monotonic: 'increasing' },
    ] as const;
    const warning = expect.stringContaining('"row" is monotonic, and nothing keeps') as string;
    const boosting = await trainVersion(options(shareOfRows([]), { features }));
    expect(boosting.warnings).not.toContainEqual(warning);
    const forest = { ...shareOfRows([]), keepsTo: () => false };
    const other = await trainVersion(options(forest, { features }));
    expect(other.warnings).toContainEqual(warning);
  });

  test('in folds has each row measured once, by a model that had not seen it', async () => {
    const seen: Set<number>[] = [];
    const split = { kind: 'folds', folds: 5 } as const;
    const { measured } = await trainVersion(
      options(shareOfRows(seen), { validation: split, split: 'group' }),
    );
    const order = [...measured!.data.table.columns[0]!.values];
    expect(order.toSorted((a, b) => a - b)).toEqual([...Array(rows).keys()]);
    expect(seen).toHaveLength(6);
    let at = 0;
    for (const fold of seen.slice(0, 5)) {
      const outside = order.slice(at, (at += rows - fold.size));
      expect(outside.some((row) => fold.has(row))).toBe(false);
      // rows of one group stay together
      const groups = new Set(outside.map((row) => row >> 2));
      expect([...fold].some((row) => groups.has(row >> 2))).toBe(false);
    }
  });

  test('measured on another file says how many of its rows were learned from', async () => {
    const other = { ...data, table: { ...data.table, columns: [{ ...data.table.columns[0]! }] } };
    other.table.columns[0]!.values = data.table.columns[0]!.values.map((row) => row + 50);
    const { measured, warnings } = await trainVersion(
      options(shareOfRows([]), { validation: { kind: 'rows', data: other } }),
    );
    expect(measured!.data).toBe(other);
    expect(warnings).toContain(
      '10 of 60 validation rows equal a training row in every input: they measure memory',
    );
  });

  test('that stops early is the one that was measured', async () => {
    const seen: Set<number>[] = [];
    const { how, trainedRows } = await trainVersion(options(shareOfRows(seen, 3), {}));
    expect(seen.map(({ size }) => size)).toEqual([trainedRows]);
    expect(how).toContain('others decided when to stop');
  });

  test('whose threshold is chosen says that its figures are a little kind', async () => {
    const aim = { by: 'aim', aim: { kind: 'f1' } } as const;
    const { decisionThreshold, warnings } = await trainVersion(
      options(shareOfRows([]), { threshold: aim }),
    );
    expect(decisionThreshold).toBeCloseTo(1 / 3, 6);
    expect(warnings.join()).toContain('a little kind');
    const none = { validation: { kind: 'none' }, threshold: aim } as const;
    await expect(trainVersion(options(shareOfRows([]), none))).rejects.toThrow(
      'takes rows to measure on: validation is none',
    );
  });

  test('says that isotonic calibration takes more rows than there are', async () => {
    for (const [calibration, times] of [
      ['isotonic', 1],
      ['sigmoid', 0],
    ] as const) {
      const { warnings } = await trainVersion(options(shareOfRows([]), { calibration }));
      expect(warnings.filter((warning) => warning.startsWith('isotonic'))).toHaveLength(times);
    }
  });

  test('of boosting has as many classes as labels', async () => {
    const [boosting] = algorithms;
    const parameters = { num_boost_round: 1, num_class: 4 };
    const three = {
      data: { ...data, targets: data.targets.map((_, row) => row % 3) },
      task: 'multiclass',
      labels: ['a', 'b', 'c'],
      validation: { kind: 'none' },
      threshold: undefined,
    } as const;
    await expect(trainVersion(options(boosting!, { ...three, parameters }))).rejects.toThrow(
      'num_class is 4, and the target has 3 labels',
    );
    const same = { ...parameters, num_class: 3 };
    const { pipeline } = await trainVersion(options(boosting!, { ...three, parameters: same }));
    expect(pipeline.labels).toEqual(['a', 'b', 'c']);
  });

  test('is refused where a number is infinite to an algorithm that looks at float32', async () => {
    const wide = (value: number): TrainingData => ({
      ...data,
      table: {
        rows,
        columns: [{ ...data.table.columns[0]!, values: new Float64Array(rows).fill(value, 0, 1) }],
      },
    });
    const seen: Set<number>[] = [];
    await expect(trainVersion(options(shareOfRows(seen), { data: wide(-3.5e38) }))).rejects.toThrow(
      'column "row": numbers of 3.4e38 and more are infinite to boosting',
    );
    expect(seen).toEqual([]);
    await trainVersion(options(shareOfRows(seen), { data: wide(3.4028235677973362e38) }));
    const doubles = { ...shareOfRows(seen), looksAt: 'float64' } as const;
    await trainVersion(options(doubles, { data: wide(3.5e38) }));
  });

  test.each([{ by: 'fixed', at: 0.4 } as const, { by: 'aim', aim: { kind: 'f1' } } as const])(
    'that is no binary one has no threshold, not %j',
    async (threshold) => {
      const seen: Set<number>[] = [];
      const algorithm = { ...shareOfRows(seen), tasks: ['regression' as const] };
      const asked = options(algorithm, { task: 'regression', labels: [], threshold });
      await expect(trainVersion(asked)).rejects.toThrow(
        'is for a binary task, and this is regression',
      );
      expect(seen).toEqual([]);
    },
  );

  test.each([
    [{ labels: ['no', 'yes', 'maybe'] }, 'the data: no row of "maybe"'],
    [
      { task: 'regression' as const, labels: [] },
      'boosting is for binary, and the task is regression',
    ],
  ])('is refused with %j', async (rest, message) => {
    await expect(trainVersion(options(shareOfRows([]), rest))).rejects.toThrow(message);
  });
});
