import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCalibrator } from '../../../src/inference/index.ts';
import { fitIsotonic, fitSigmoid } from '../../../src/training/index.ts';
import { byName, fixture } from './metrics-fixture.ts';

const rows = fc
  .array(
    fc.record({
      score: fc.integer({ min: -20, max: 20 }).map((score) => score / 8),
      label: fc.integer({ min: 0, max: 1 }),
      weight: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .filter((drawn) => new Set(drawn.map(({ label }) => label)).size === 2);

function columnsOf(drawn: readonly { score: number; label: number; weight: number }[]): {
  scores: number[];
  labels: number[];
  weights: number[];
} {
  return {
    scores: drawn.map(({ score }) => score),
    labels: drawn.map(({ label }) => label),
    weights: drawn.map(({ weight }) => weight),
  };
}

function repeated(drawn: readonly { score: number; label: number; weight: number }[]): {
  scores: number[];
  labels: number[];
} {
  const { scores, labels } = columnsOf(
    drawn.flatMap((row) => Array.from({ length: row.weight }, () => row)),
  );
  return { scores, labels };
}

describe('an isotonic calibrator', () => {
  it.each(byName(fixture.isotonic.filter(({ labels }) => new Set(labels).size === 2)))(
    'answers what that of scikit-learn answers: %s',
    (_, given) => {
      const calibrator = fitIsotonic(given);
      for (const [k, score] of given.asked.entries()) {
        expect(applyCalibrator(calibrator, score)).toBeCloseTo(given.expected[k]!, 14);
      }
    },
  );

  it('ascends in its scores and never falls', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { x, y } = fitIsotonic(columnsOf(drawn));
        for (let k = 1; k < x.length; k++) {
          expect(x[k]).toBeGreaterThan(x[k - 1]!);
          expect(y[k]).toBeGreaterThanOrEqual(y[k - 1]!);
        }
        expect(Math.min(...y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...y)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('changes nothing when it is fitted to its own answers', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const given = columnsOf(drawn);
        const first = fitIsotonic(given);
        const scores = given.scores.map((score) => applyCalibrator(first, score));
        const second = fitIsotonic({ ...given, scores });
        for (const score of scores) {
          expect(applyCalibrator(second, score)).toBeCloseTo(score, 14);
        }
      }),
    );
  });

  it('counts a weight of 2 as the row twice', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        expect(fitIsotonic(columnsOf(drawn))).toEqual(fitIsotonic(repeated(drawn)));
      }),
    );
  });
});

describe('a sigmoid calibrator', () => {
  it.each(byName(fixture.sigmoid))('is that of scikit-learn: %s', (_, given) => {
    const { slope, intercept } = fitSigmoid(given);
    const [exactSlope, exactIntercept] = given.exact;
    expect(Math.abs(slope - exactSlope)).toBeLessThan(1e-9 * Math.max(1, Math.abs(exactSlope)));
    expect(Math.abs(intercept - exactIntercept)).toBeLessThan(1e-9);
    // as near as that one comes to what it looks for
    for (const score of given.scores.slice(0, 50)) {
      const theirs = 1 / (1 + Math.exp(given.slope * score + given.intercept));
      const ours = applyCalibrator({ kind: 'sigmoid', slope, intercept }, score);
      expect(Math.abs(ours - theirs)).toBeLessThan(1e-5);
    }
  });

  it('counts a weight of 2 as the row twice', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const weighted = fitSigmoid(columnsOf(drawn));
        const counted = fitSigmoid(repeated(drawn));
        for (const { score } of drawn) {
          expect(applyCalibrator(weighted, score)).toBeCloseTo(applyCalibrator(counted, score), 7);
        }
      }),
    );
  });

  it('answers the base rate, nearly, for scores that are all the same', () => {
    const labels = Array.from({ length: 1000 }, (_, row) => (row % 4 === 0 ? 1 : 0));
    const scores = labels.map(() => 3);
    expect(applyCalibrator(fitSigmoid({ scores, labels }), 3)).toBeCloseTo(0.25, 2);
  });
});

describe.each([
  ['isotonic', fitIsotonic],
  ['sigmoid', fitSigmoid],
])('fitting an %s calibrator', (_, fit) => {
  it.each([
    ['one label', { scores: [1, 2], labels: [1, 1] }, /both labels/u],
    ['a label of 2', { scores: [1, 2], labels: [0, 2] }, /row 1/u],
    ['a score that is NaN', { scores: [1, Number.NaN], labels: [0, 1] }, /row 1/u],
    ['too few scores', { scores: [1], labels: [0, 1] }, /scores/u],
    ['a negative weight', { scores: [1, 2], labels: [0, 1], weights: [1, -1] }, /row 1/u],
    ['no weight', { scores: [1, 2], labels: [0, 1], weights: [0, 0] }, /no row/u],
    ['no rows', { scores: [], labels: [] }, /no rows/u],
  ])('is refused for %s', (_name, given, message) => {
    expect(() => fit(given)).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA', message: expect.stringMatching(message) }),
    );
  });
});
