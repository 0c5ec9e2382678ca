import { describe, expect, test } from 'vitest';
import { readArtifact, writePipeline } from '../../src/formats/index.ts';
import { fixturesOf, versions } from './xgboost-fixtures.ts';

describe.each(versions)('a file of XGBoost %s', (version) => {
  test.each(fixturesOf(version))('$case is the same model when written again', ({ bytes }) => {
    const { pipeline } = readArtifact(bytes);
    for (const encoding of ['json', 'ubjson'] as const) {
      const again = readArtifact(writePipeline(pipeline, { encoding }));
      expect(again.pipeline).toEqual(pipeline);
    }
  });
});
