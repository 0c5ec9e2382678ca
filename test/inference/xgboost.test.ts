import { describe, expect, test } from 'vitest';
import { inferPipeline, readArtifact } from '../../src/formats/index.ts';
import { createPredictor } from '../../src/inference/index.ts';
import { fixturesOf, versions } from '../formats/xgboost-fixtures.ts';

describe.each(versions)('XGBoost %s', (version) => {
  describe.each(fixturesOf(version))(
    '$case',
    ({ bytes, rows, margins, predictions, parameters }) => {
      const pipeline = inferPipeline(readArtifact(bytes));
      const predictor = createPredictor(pipeline);

      test('margins are equal bit for bit', () => {
        for (const [index, row] of rows.entries()) {
          const margin = predictor.margins(row);
          expect(margin, `row ${index}`).toEqual(Float64Array.from(margins[index]!, Math.fround));
        }
      });

      test('answers are within one float32 step', () => {
        for (const [index, row] of rows.entries()) {
          const prediction = predictor.predictValues(row);
          const expected = Array.from(predictions[index]!, Math.fround);
          if (parameters.objective === 'multi:softmax') {
            expect([prediction.prediction]).toEqual(expected);
          } else if (parameters.objective === 'binary:logitraw') {
            expect([prediction.margin]).toEqual(expected);
          } else {
            const { probability, probabilities, value } = prediction;
            const answers = [probability ?? probabilities ?? value ?? Number.NaN].flat();
            expect(answers).toHaveLength(expected.length);
            for (const [output, answer] of answers.entries()) {
              expect(float32Steps(answer, expected[output]!), `row ${index}`).toBeLessThanOrEqual(
                1,
              );
            }
          }
        }
      });
    },
  );
});

/** How many steps of float32 lie between two numbers of the same sign. */
function float32Steps(a: number, b: number): number {
  if (!Object.is(Math.fround(a), a)) return Number.NaN;
  const [first, second] = new Int32Array(Float32Array.of(a, b).buffer);
  return Math.abs(first! - second!);
}
