import { describe, expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/index.ts';
import {
  hasTelco,
  makeGaps,
  makeTelco,
  makeWide,
  type TrainingSet,
  telcoFile,
  weightsOf,
} from './training-sets.ts';
import { compareTrees, readFixture, tolerance, type XgboostTraining } from './xgboost-fixtures.ts';

if (!hasTelco) console.warn(`SKIPPED: the real Telco rows are not here (${telcoFile})`);

const sets: readonly (readonly [name: string, isThere: boolean, make: () => TrainingSet])[] = [
  ['gaps', true, makeGaps],
  ['wide', true, makeWide],
  ['telco-one-hot', hasTelco, () => makeTelco(true)],
  ['telco-categories', hasTelco, () => makeTelco(false)],
];

for (const [name, isThere, make] of sets) {
  describe.skipIf(!isThere)(`the trees of XGBoost 3.4.1 on ${name}`, () => {
    let set: TrainingSet | undefined;

    it.each(readFixture<XgboostTraining>(name))('$name', (fixture) => {
      set ??= make();
      const { table, targets } = set;
      const { booster } = trainBoosting({
        table,
        labels: targets[fixture.target]!,
        ...(fixture.weighted ? { weights: weightsOf(table.rows) } : {}),
        parameters: {
          ...fixture.parameters,
          monotone_constraints: fixture.parameters.monotone_constraints ?? [],
          num_boost_round: fixture.rounds,
        },
      });
      expect(booster.baseScores).toHaveLength(fixture.baseScores.length);
      for (const [output, score] of booster.baseScores.entries()) {
        expect(Math.abs(score - fixture.baseScores[output]!)).toBeLessThanOrEqual(tolerance);
      }
      expect(booster.trees).toHaveLength(fixture.trees.length);
      const differences = booster.trees.map((tree, index) =>
        compareTrees(tree, fixture.trees[index]!),
      );
      expect(differences.map((difference, tree) => ({ tree, difference }))).toEqual(
        booster.trees.map((_, tree) => ({ tree, difference: null })),
      );
    });
  });
}
