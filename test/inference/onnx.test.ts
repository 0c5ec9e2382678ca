import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import type { Link, Prediction } from '../../src/model/index.ts';
import { cases, loadFixture } from '../formats/onnx-fixtures.ts';

/** Of these ONNX Runtime labels each row 1 whose second score is above 0, and warns nobody. */
const mislabelled = ['two-columns'];
/** Trees without a link that needs `exp`: nothing that two C libraries, or two orders of a sum, answer otherwise. */
const exactLinks: readonly Link[] = ['identity', 'probability', 'probit'];
const tolerance = 1e-6;

describe.each(cases)('ONNX %s', (name) => {
  const { answers, bytes, labels, rows } = loadFixture(name);
  const { pipeline } = readArtifact(bytes);
  const model = createModel(pipeline);
  // a model split in two is added up in another order, and a mean of probabilities never ends above 1
  const isExact =
    pipeline.model.kind === 'tree-ensemble' &&
    exactLinks.includes(pipeline.model.link) &&
    !['lightgbm-regression-split', 'forest-binary-pure'].includes(name);

  test(`answers are ${isExact ? 'the same float32' : 'within 1e-6'}`, () => {
    for (const [index, row] of rows.entries()) {
      const actual = numbersOf(model.predict(row));
      const expected = answers[index]!.slice(-actual.length);
      expect(actual).toHaveLength(expected.length);
      for (const [output, answer] of actual.entries()) {
        const target = expected[output]!;
        const place = `row ${index}, output ${output}: ${answer} for ${target}`;
        if (isExact) expect(Math.fround(answer), place).toBe(Math.fround(target));
        const distance = Math.abs(answer - target) / Math.max(1, Math.abs(target));
        expect(distance, place).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  test('labels are equal', () => {
    for (const [index, row] of rows.entries()) {
      const { prediction } = model.predict(row);
      if (labels === null) expect(['regression', 'multiclass']).toContain(pipeline.task);
      else if (mislabelled.includes(name)) {
        const [first, second] = answers[index]!;
        expect(prediction, `row ${index}`).toBe(second! > first! ? 1 : 0);
        expect(labels[index]).toBe(1);
      } else expect(prediction, `row ${index}`).toBe(labels[index]);
    }
  });
});

/** Of a binary model the probability of the positive label, which ONNX writes last. */
function numbersOf({ probabilities, probability, value }: Prediction): readonly number[] {
  return [probability ?? probabilities ?? value ?? []].flat();
}
