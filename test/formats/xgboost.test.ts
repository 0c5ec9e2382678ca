import { describe, expect, test } from 'vitest';
import { describeModelReader } from '../contracts/model-reader.ts';
import { fixturesOf, loadFixture, versions } from './xgboost-fixtures.ts';

describeModelReader(
  'xgboost',
  ['binary-logistic-pruned', 'multi-softprob'].flatMap((name) =>
    ['1.7.6', '3.4.1'].map((version) => ({
      name: `${name} of XGBoost ${version}`,
      bytes: loadFixture(version, name).bytes,
    })),
  ),
);
