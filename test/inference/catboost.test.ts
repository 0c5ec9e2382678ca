import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createModel } from '../../src/inference/index.ts';
import { type Fixture, fixtures } from '../formats/catboost-fixtures.ts';

// exponentials are not rounded alike everywhere
const tolerance = 1e-15;

// a scale is multiplied into the leaves, and CatBoost itself reads the leaves of an edited file with other last bits
const isRounded = (name: string): boolean => name === 'scaled' || name.startsWith('ctr-gpu');

const cases = fixtures.map((fixture) => ({ name: fixture.case, ...fixture }));

describe.each(cases)('CatBoost $name', (fixture) => {
  const { name, bytes, rows, labels } = fixture;
  const model = createModel(readArtifact(bytes).pipeline);
  const predictions = rows.map((row) => model.predict(row));
  const { raw, answers } = ofKnownLabels(fixture, model.labels);

  test.runIf(!isRounded(name))('raw values are equal bit for bit', () => {
    expect(predictions.map(({ margin }) => [margin].flat())).toEqual(raw);
  });

  test('raw values are equal within rounding', () => {
    for (const [index, { margin }] of predictions.entries()) {
      expectClose([margin].flat(), raw[index]!);
    }
  });

  test('answers are equal within the rounding of an exponential', () => {
    for (const [index, { probability, probabilities, value }] of predictions.entries()) {
      expectClose([probability ?? probabilities ?? value].flat(), answers[index]!);
    }
  });

  test.runIf(labels !== undefined)('labels are equal', () => {
    expect(predictions.map(({ prediction }) => prediction)).toEqual(labels);
  });
});

function expectClose(ours: readonly unknown[], theirs: readonly number[]): void {
  expect(ours).toHaveLength(theirs.length);
  for (const [k, their] of theirs.entries()) {
    expect(Math.abs(Number(ours[k]) - their)).toBeLessThanOrEqual(tolerance * Math.abs(their));
  }
}

/** CatBoost also answers for classes that no row of training had, and we do not. */
function ofKnownLabels(
  { raw, answers = raw }: Fixture,
  labels: readonly unknown[],
): { raw: readonly (readonly number[])[]; answers: readonly (readonly number[])[] } {
  if (!(raw[0]!.length > labels.length && labels.length > 2)) return { raw, answers };
  const known = (row: readonly number[]) => labels.map((label) => row[Number(label)]!);
  return { raw: raw.map(known), answers: answers.map(known) };
}
