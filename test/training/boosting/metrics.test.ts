import { describe, expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import { type TrainingTable } from '../../../src/training/index.ts';
import { makeGaps, makeWide, weightsOf } from './training-sets.ts';
import { readFixture } from './xgboost-fixtures.ts';

function rowsOf({ columns }: TrainingTable, from: number, to: number): TrainingTable {
  return {
    rows: to - from,
    columns: columns.map((column) => ({ ...column, values: column.values.subarray(from, to) })),
  };
}

/** The C library's lgammaf, log1pf and float64 log are not ours. */
const approximate = ['poisson-nloglik', 'rmsle', 'aucpr'];

describe('metrics and early stopping', () => {
  const { table, targets } = makeGaps();
  const half = table.rows / 2;
  const weights = weightsOf(table.rows);

  it.each(readFixture('metrics'))(
    '$name: the numbers of XGBoost round by round, and its best round',
    async ({ best, history, parameters, target, weighted }) => {
      const part = (from: number, to: number) => ({
        table: rowsOf(table, from, to),
        labels: targets[target]!.subarray(from, to),
        ...(weighted ? { weights: weights.subarray(from, to) } : {}),
      });
      const trained = await trainBoosting({
        ...part(0, half),
        // XGBoost's training has the weights of all rows from the start
        ...(weighted ? { weights: weightsOf(half) } : {}),
        validation: part(half, table.rows),
        parameters: { ...parameters, num_boost_round: 60, early_stopping_rounds: 3 },
      });
      expect(trained.bestIteration).toBe(best);
      expect(Object.keys(trained.history.validation)).toEqual(Object.keys(history));
      expect(trained.history.training).toEqual({});
      for (const [metric, numbers] of Object.entries(history)) {
        const ours = trained.history.validation[metric]!;
        expect(ours).toHaveLength(numbers.length);
        for (const [round, number] of numbers.entries()) {
          // the last bits decide when to stop where a metric no longer moves
          if (approximate.includes(metric)) expect(ours[round]! / number).toBeCloseTo(1, 6);
          else expect(ours[round]).toBe(number);
        }
      }
      const last = trained.history.validation[Object.keys(history).at(-1)!]!;
      expect(trained.booster.attributes).toEqual({
        best_iteration: String(best),
        best_score: String(last[best]),
      });
      expect(trained.booster.trees).toHaveLength((best + 1) * trained.booster.baseScores.length);
    },
  );
});

describe('sampling of rows and columns', () => {
  const { table, targets } = makeWide(4000);
  const labels = targets['binary']!;

  it.each(readFixture('sampled'))(
    '$parameters: areas under the curve over 20 seeds are those of XGBoost',
    async ({ areas, parameters }) => {
      const ours: number[] = [];
      for (let seed = 0; seed < areas.length; seed++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const { history } = await trainBoosting({
          table: rowsOf(table, 0, 2000),
          labels: labels.subarray(0, 2000),
          validation: { table: rowsOf(table, 2000, 4000), labels: labels.subarray(2000) },
          parameters: {
            ...parameters,
            objective: 'binary:logistic',
            max_depth: 4,
            eta: 0.2,
            num_boost_round: 20,
            eval_metric: 'auc',
            seed,
          },
        });
        ours.push(history.validation['auc']!.at(-1)!);
      }
      expect(new Set(ours).size).toBe(areas.length);
      // Welch's t of two samples of 20: two-sided, 1 % is beyond about 2.7
      expect(Math.abs(welch(ours, areas))).toBeLessThan(2.7);
      // and neither varies more than the other: F of 19 and 19, two-sided, 1 % is beyond 3.43
      const ratio = variance(ours) / variance(areas);
      expect(Math.max(ratio, 1 / ratio)).toBeLessThan(3.43);
    },
  );
});

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function variance(numbers: readonly number[]): number {
  const centre = mean(numbers);
  return numbers.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (numbers.length - 1);
}

function welch(a: readonly number[], b: readonly number[]): number {
  return (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
}
