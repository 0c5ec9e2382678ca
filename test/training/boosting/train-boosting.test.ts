import { describe, expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import {
  type BoostingOptions,
  type BoostingParameters,
  type CustomObjective,
  type TrainingTable,
} from '../../../src/training/index.ts';
import { makeGaps } from './training-sets.ts';

const { table: all, targets } = makeGaps();
const rows = 300;
const table: TrainingTable = {
  rows,
  columns: all.columns.map((column) => ({ ...column, values: column.values.slice(0, rows) })),
};
const labels = targets['binary']!.slice(0, rows);
const real = targets['real']!.slice(0, rows);
const binary: BoostingParameters = { objective: 'binary:logistic', num_boost_round: 3 };

async function refusalOf(options: Partial<BoostingOptions>): Promise<unknown> {
  return await trainBoosting({ table, labels, parameters: binary, ...options }).then(
    () => 'trained',
    (error: unknown) => error,
  );
}

describe('parameters', () => {
  it('are refused with all faults at once', async () => {
    const parameters = {
      ...binary,
      eta: 2,
      learning_rate: 0.1,
      max_depth: 2.5,
      subsample: 0,
      n_jobs: 4,
      eval_metric: ['logloss', 'mlogloss'],
      num_class: 3,
      monotone_constraints: { x0: 2, unknown: 1 },
      tree_method: 'exact',
    } as unknown as BoostingParameters;
    const error = await refusalOf({ parameters });
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' });
    const pointers = (error as { faults: { pointer: string }[] }).faults.map((f) => f.pointer);
    expect(pointers.toSorted()).toEqual(
      [
        '/eta',
        '/eval_metric',
        '/learning_rate',
        '/max_depth',
        '/monotone_constraints',
        '/monotone_constraints',
        '/n_jobs',
        '/num_class',
        '/subsample',
        '/tree_method',
      ].toSorted(),
    );
  });

  it.each<[Record<string, unknown>, string]>([
    [{ max_depth: 0 }, '/max_depth'],
    [{ objective: 'multi:softprob' }, '/num_class'],
    [{ objective: 'reg:quantileerror' }, '/quantile_alpha'],
    [{ objective: 'reg:quantileerror', quantile_alpha: [0.9, 0.1] }, '/quantile_alpha'],
    [{ objective: 'rank:ndcg' }, '/objective'],
    [{ objective: 'reg:tweedie', tweedie_variance_power: 2 }, '/tweedie_variance_power'],
    [{ base_score: 1 }, '/base_score'],
    [{ base_score: [0.1, 0.2] }, '/base_score'],
    [{ eval_metric: 'error@x' }, '/eval_metric'],
    [{ eval_metric: ['auc', 'auc'] }, '/eval_metric'],
    [{ monotone_constraints: '(1,x)' }, '/monotone_constraints'],
    [{ monotone_constraints: { forty: 1 } }, '/monotone_constraints'],
    [{ monotone_constraints: Array.from({ length: 10 }, () => 0) }, '/monotone_constraints'],
    [{ early_stopping_rounds: 5 }, '/early_stopping_rounds'],
    [{ max_bin: 1 }, '/max_bin'],
    [{ seed: 0.5 }, '/seed'],
    [{ constructor: 1 }, '/constructor'],
  ])('%o is refused', async (more, pointer) => {
    const error = await refusalOf({ parameters: { ...binary, ...more } });
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', faults: [{ pointer }] });
  });

  it('monotone constraints are the same as list, text and object', async () => {
    const forms = [[1, 0, -1], '(1, 0, -1,)', { x0: 1, x2: -1 }];
    const trained = await Promise.all(
      forms.map(async (monotone_constraints) => {
        const parameters = { ...binary, monotone_constraints };
        return (await trainBoosting({ table, labels, parameters })).booster.trees;
      }),
    );
    expect(trained[1]).toEqual(trained[0]);
    expect(trained[2]).toEqual(trained[0]);
    const { booster } = await trainBoosting({ table, labels, parameters: binary });
    expect(booster.trees).not.toEqual(trained[0]);
  });

  it('have the same effect by their other names', async () => {
    const names = { eta: 0.1, lambda: 2, alpha: 1, gamma: 0.5, num_boost_round: 4 };
    const others = {
      learning_rate: 0.1,
      reg_lambda: 2,
      reg_alpha: 1,
      min_split_loss: 0.5,
      n_estimators: 4,
    };
    const train = async (more: BoostingParameters) =>
      await trainBoosting({ table, labels, parameters: { objective: 'binary:logistic', ...more } });
    expect((await train(names)).booster).toEqual((await train(others)).booster);
  });
});

describe('data', () => {
  const withLabel = (label: number) => labels.with(7, label);
  const withValue = (column: number, value: number): TrainingTable => ({
    rows,
    columns: table.columns.map((old, index) =>
      index === column ? { ...old, values: old.values.with(7, value) } : old,
    ),
  });

  const withLength = (length: number) =>
    table.columns.map((column) => ({ ...column, values: column.values.slice(0, length) }));

  it.each<[string, Partial<BoostingOptions>, RegExp]>([
    ['a missing label', { labels: withLabel(Number.NaN) }, /row 7: the label is missing/],
    [
      'null as a label',
      { labels: [...labels.slice(1), null] as number[] },
      /row 299: the label is missing/,
    ],
    ['no labels', { labels: undefined as unknown as number[] }, /expected 300 labels, got 0/],
    [
      'another type of column',
      {
        table: {
          rows,
          columns: [
            { ...table.columns[0]!, type: 'string' as 'number' },
            ...table.columns.slice(1),
          ],
        },
      },
      /x0: expected the type number, integer, category, got string/,
    ],
    ['an infinite label', { labels: withLabel(Infinity) }, /row 7: the label is infinite/],
    ['a label that is no class', { labels: withLabel(2) }, /row 7: expected 0 or 1/],
    ['too few labels', { labels: labels.slice(1) }, /expected 300 labels, got 299/],
    ['one class', { labels: new Float32Array(rows) }, /all 300 labels are 0/],
    ['a negative weight', { weights: new Float32Array(rows).with(3, -1) }, /row 3: expected/],
    ['weights of 0 only', { weights: new Float32Array(rows) }, /all are 0/],
    ['an infinite value', { table: withValue(1, Infinity) }, /x1: row 7 is infinite/],
    ['a code that is none', { table: withValue(6, 3) }, /three: row 7 is not the code/],
    ['no rows', { table: { rows: 0, columns: [] } }, /at least one row.*at least one column/],
    [
      'a name that stands twice',
      { table: { rows, columns: [...table.columns, table.columns[0]!] } },
      /the name x0 stands twice/,
    ],
    [
      'a negative count',
      { labels: withLabel(-1), parameters: { objective: 'count:poisson' } },
      /row 7: expected a number of at least 0/,
    ],
    [
      'an amount of 0',
      { labels: withLabel(0), parameters: { objective: 'reg:gamma' } },
      /expected a number above 0/,
    ],
    [
      'validation rows without a column',
      { validation: { table: { rows, columns: table.columns.slice(1) }, labels } },
      /there is no column x0/,
    ],
    [
      'validation rows of which there are none',
      { validation: { table: { rows: 0, columns: withLength(0) }, labels: [] } },
      /expected at least one row/,
    ],
    [
      'a validation column that is too short',
      { validation: { table: { rows, columns: withLength(7) }, labels } },
      /x0: expected 300 values, got 7/,
    ],
  ])('%s is refused', async (_, options, message) => {
    const error = await refusalOf(options);
    expect(error).toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(message) as unknown,
    });
  });

  it('a constant target is said', async () => {
    const trained = await trainBoosting({
      table,
      labels: new Float32Array(rows).fill(4),
      parameters: { num_boost_round: 2 },
    });
    expect(trained.warnings).toEqual([
      'all 300 labels are 4: the model answers that and nothing else',
    ]);
    expect(trained.booster.baseScores).toEqual([4]);
    expect(trained.booster.trees.map(({ left }) => left.length)).toEqual([1, 1]);
  });

  it.each(['count:poisson', 'reg:tweedie'] as const)(
    'labels of 0 only are refused by %s',
    async (objective) => {
      const error = await refusalOf({ labels: new Float32Array(rows), parameters: { objective } });
      expect(error).toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringContaining(
          `all 300 labels are 0, which ${objective} cannot answer`,
        ) as unknown,
      });
    },
  );

  it('a class without rows is said', async () => {
    const { warnings } = await trainBoosting({
      table,
      labels,
      parameters: { objective: 'multi:softprob', num_class: 3, num_boost_round: 1 },
    });
    expect(warnings).toEqual(['no row has the class 2']);
  });

  it('validation rows may have their categories in another order, and others too', async () => {
    const reversed = (column: (typeof table.columns)[number]) =>
      column.type !== 'category'
        ? column
        : {
            ...column,
            categories: ['new', ...column.categories.toReversed()],
            values: column.values.map((code) => column.categories.length - code),
          };
    const parameters = { ...binary, eval_metric: 'logloss' };
    const histories = [table, { rows, columns: table.columns.map(reversed).toReversed() }].map(
      async (other) =>
        (await trainBoosting({ table, labels, parameters, validation: { table: other, labels } }))
          .history,
    );
    const [same, other] = await Promise.all(histories);
    expect(other).toEqual(same);
  });
});

describe('a training', () => {
  it('tells of each round', async () => {
    const rounds: unknown[] = [];
    const { history } = await trainBoosting({
      table,
      labels,
      parameters: { ...binary, eval_metric: ['auc', 'logloss'] },
      onRound: (progress) => rounds.push(progress),
    });
    const of = (name: string, round: number) => history.training[name]![round];
    expect(rounds).toEqual(
      [0, 1, 2].map((round) => ({
        round: round + 1,
        rounds: 3,
        metrics: {
          training: { auc: of('auc', round), logloss: of('logloss', round) },
          validation: {},
        },
      })),
    );
    expect(of('logloss', 2)).toBeLessThan(of('logloss', 0)!);
  });

  it('a loss of your own that answers nothing is refused', async () => {
    const gradient = (() => Promise.resolve()) as unknown as CustomObjective['gradient'];
    expect(await refusalOf({ customObjective: { gradient } })).toMatchObject({
      code: 'INVALID_OPTION',
      message: "the custom objective's gradients: expected one array per output, got none",
    });
  });

  it('ends between two trees when it is aborted', async () => {
    const controller = new AbortController();
    let rounds = 0;
    const training = trainBoosting({
      table,
      labels,
      parameters: { ...binary, num_boost_round: 1000 },
      onRound: () => {
        if (++rounds === 2) setImmediate(() => controller.abort());
      },
      signal: controller.signal,
    });
    await expect(training).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(rounds).toBeLessThan(10);
  });

  it('with the gradients of squared error by callback grows the trees of reg:squarederror', async () => {
    const weights = Float32Array.from({ length: rows }, (_, row) => (row % 3) + 1);
    const customObjective: CustomObjective = {
      gradient: ([margins], y, w) => ({
        gradients: [margins!.map((margin, row) => Math.fround(margin - y[row]!) * w![row]!)],
        hessians: [w!],
      }),
    };
    const parameters: BoostingParameters = { num_boost_round: 4, base_score: 0.5 };
    const common = { table, labels: real, weights };
    const custom = await trainBoosting({ ...common, customObjective, parameters });
    const builtIn = await trainBoosting({ ...common, parameters });
    expect(custom.booster).toEqual(builtIn.booster);
    const { base_score: _, ...rest } = parameters;
    const withoutScore = await trainBoosting({ ...common, customObjective, parameters: rest });
    expect(withoutScore.booster).toEqual(builtIn.booster);
  });

  it.each<[string, CustomObjective['gradient']]>([
    ['of another length', () => ({ gradients: [[1]], hessians: [[1]] })],
    ['for other outputs', () => ({ gradients: [], hessians: [] })],
    ['that are NaN', (_, y) => ({ gradients: [y.map(() => Number.NaN)], hessians: [y] })],
    ['with negative hessians', (_, y) => ({ gradients: [y], hessians: [y.map(() => -1)] })],
  ])('refuses gradients %s', async (_, gradient) => {
    const error = await refusalOf({ customObjective: { gradient } });
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
  });
});
