import { describe, expect, it } from 'vitest';
import {
  type TrainingTable,
  trainBoosting,
  trainForest,
  trainLinear,
  trainLogistic,
} from '../../src/training/index.ts';

const workerFile = new URL('../../dist/training/apart/train-worker.js', import.meta.url);
const rows = 400;
const column = (name: string, valueOf: (row: number) => number) => ({
  name,
  type: 'number' as const,
  values: Float64Array.from({ length: rows }, (_, row) => valueOf(row)),
  categories: [],
});
const table: TrainingTable = {
  rows,
  columns: [column('a', (row) => (row * 37) % 101), column('b', (row) => (row * 53) % 89)],
};
const numbers = Float64Array.from(
  { length: rows },
  (_, row) => ((row * 37) % 101) + 3 * ((row * 53) % 89) + ((row * 11) % 7),
);
const labels = numbers.map((number) => (number > 180 ? 1 : 0));
// some of either class on either side
for (let row = 0; row < rows; row += 13) labels[row] = 1 - labels[row]!;

describe('in a thread of its own', () => {
  it('each training gives what it gives in this one', async () => {
    const boosting = { table, labels, parameters: { num_boost_round: 5, max_depth: 3 } };
    expect(await trainBoosting({ ...boosting, workerFile })).toEqual(
      await trainBoosting({ ...boosting, inline: true }),
    );
    const forest = {
      table,
      labels,
      task: 'binary' as const,
      parameters: { n_estimators: 5, oob_score: true },
    };
    expect(await trainForest({ ...forest, workerFile })).toEqual(
      await trainForest({ ...forest, inline: true }),
    );
    const logistic = { table, labels: Array.from(labels) };
    expect(await trainLogistic({ ...logistic, workerFile })).toEqual(
      await trainLogistic({ ...logistic, inline: true }),
    );
    const linear = { table, labels: numbers };
    expect(await trainLinear({ ...linear, workerFile })).toEqual(
      await trainLinear({ ...linear, inline: true }),
    );
  });

  it('an option that a training does not have is refused', async () => {
    const options = { table, labels: numbers, paramaters: { alpha: 1 } };
    await expect(trainLinear(options)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message:
        'paramaters: linear has no such option; it has table, labels, weights, parameters, signal',
    });
  });

  it('a training tells how far it is, and this thread goes on meanwhile', async () => {
    const rounds: number[] = [];
    let turns = 0;
    const turning = setInterval(() => turns++, 1);
    await trainBoosting({
      table,
      labels,
      parameters: { num_boost_round: 50 },
      workerFile,
      onRound: ({ round }) => rounds.push(round),
    });
    clearInterval(turning);
    expect(rounds).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(turns).toBeGreaterThan(1);
  });

  it('a training is ended when its caller gives up', async () => {
    const controller = new AbortController();
    const training = trainBoosting({
      table,
      labels,
      parameters: { num_boost_round: 100_000 },
      workerFile,
      signal: controller.signal,
      onRound: ({ round }) => {
        if (round === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(training).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: expect.objectContaining({ message: 'enough' }),
    });
    const signal = AbortSignal.abort();
    await expect(trainLinear({ table, labels, workerFile, signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('what a training refuses is refused with all faults', async () => {
    const parameters = { max_depth: -1, eta: 'fast' } as object;
    await expect(trainBoosting({ table, labels, parameters, workerFile })).rejects.toMatchObject({
      name: 'SpillwayError',
      code: 'INVALID_CONFIG',
      faults: [
        expect.objectContaining({ pointer: '/max_depth' }),
        expect.objectContaining({ pointer: '/eta' }),
      ],
    });
    const short = labels.subarray(1);
    await expect(trainForest({ table, labels: short, task: 'binary', workerFile })).rejects.toThrow(
      expect.objectContaining({ code: 'INVALID_DATA' }),
    );
  });

  it('a listener that throws ends the training with what it threw', async () => {
    const onRound = () => {
      throw new RangeError('from the listener');
    };
    const training = trainBoosting({ table, labels, parameters: {}, workerFile, onRound });
    await expect(training).rejects.toThrow('from the listener');
  });

  it('a file that is not there is said to be the reason', async () => {
    const nowhere = new URL('./nowhere.js', workerFile);
    const training = trainLinear({ table, labels: numbers, workerFile: nowhere });
    await expect(training).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});

it('a loss of your own trains in the thread that it is in', async () => {
  const customObjective = {
    gradient: ([margins]: readonly Float32Array[], targets: Float32Array) => ({
      gradients: [targets.map((target, row) => margins![row]! - target)],
      hessians: [targets.map(() => 1)],
    }),
  };
  const options = {
    table,
    labels: numbers,
    parameters: { objective: 'reg:squarederror', num_boost_round: 3, base_score: 10 } as const,
  };
  const own = await trainBoosting({ ...options, customObjective });
  expect(own.booster.trees).toEqual(
    (await trainBoosting({ ...options, workerFile })).booster.trees,
  );
  await expect(trainBoosting({ ...options, customObjective, inline: false })).rejects.toMatchObject(
    { code: 'INVALID_OPTION' },
  );
});
