import { describe, expect, it } from 'vitest';
import { trainBoosting } from '../../../src/training/boosting/train-boosting.ts';
import { createFastEngine, referenceEngine } from '../../../src/training/trees/tree-engines.ts';
import {
  hasTelco,
  makeGaps,
  makeTelco,
  makeWide,
  type TrainingSet,
  telcoFile,
  weightsOf,
} from './training-sets.ts';
import { compareTrees, readFixture, tolerance } from './xgboost-fixtures.ts';

if (!hasTelco) console.warn(`SKIPPED: the real Telco rows are not here (${telcoFile})`);

const makers = {
  gaps: makeGaps,
  wide: makeWide,
  'telco-one-hot': () => makeTelco(true),
  'telco-categories': () => makeTelco(false),
};
// the plain engine, slower, is asked where there is most to get wrong; test/training/trees compares the two
const runs = [
  ['gaps', 'fast'],
  ['wide', 'fast'],
  ['telco-one-hot', 'fast'],
  ['telco-categories', 'reference'],
  ['telco-categories', 'fast'],
] as const;

for (const [name, kind] of runs) {
  const isThere = hasTelco || !name.startsWith('telco');
  describe.skipIf(!isThere)(`the trees of XGBoost 3.4.1 on ${name} by the ${kind} engine`, () => {
    let set: TrainingSet | undefined;
    const engine = kind === 'fast' ? createFastEngine() : referenceEngine;

    // each fourth is enough to see that the plain engine is the same definition
    const fixtures = readFixture(name).filter((_, at) => kind === 'fast' || at % 4 === 0);

    it.each(fixtures)('$name', async (fixture) => {
      set ??= makers[name]();
      const { table, targets } = set;
      const { booster } = await trainBoosting(
        {
          table,
          labels: targets[fixture.target]!,
          ...(fixture.weighted ? { weights: weightsOf(table.rows) } : {}),
          parameters: { ...fixture.parameters, num_boost_round: fixture.rounds },
        },
        engine,
      );
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
