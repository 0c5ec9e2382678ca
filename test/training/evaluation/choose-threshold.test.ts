import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseThreshold, evaluateBinary, type ThresholdAim } from '../../../src/training/index.ts';

const bootstrap = { draws: 0 };

const rows = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: 1 }),
    probability: fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10),
    weight: fc.integer({ min: 1, max: 3 }),
  }),
  { minLength: 2, maxLength: 40 },
);

const aims: readonly ThresholdAim[] = [
  { kind: 'cost', falsePositive: 1, falseNegative: 4 },
  { kind: 'f1' },
  { kind: 'youden' },
  { kind: 'precision', atLeast: 0.7 },
  { kind: 'recall', atLeast: 0.8 },
];

/** What the aim makes of a threshold, from the metrics at it; higher is better, null is no choice. */
function judge(
  aim: ThresholdAim,
  given: { labels: number[]; probabilities: number[]; weights: number[] },
  threshold: number,
): number | null {
  const { metrics, confusion } = evaluateBinary({ ...given, threshold, bootstrap });
  const { precision, recall, specificity, f1 } = metrics;
  if (aim.kind === 'f1') return f1.value;
  if (aim.kind === 'youden') {
    return recall.value === null || specificity.value === null
      ? null
      : recall.value + specificity.value - 1;
  }
  if (aim.kind === 'cost') {
    const total = given.weights.reduce((sum, weight) => sum + weight, 0);
    const { falsePositives, falseNegatives } = confusion;
    return -(aim.falsePositive * falsePositives + aim.falseNegative * falseNegatives) / total;
  }
  if (aim.kind === 'precision') {
    return precision.value !== null && precision.value >= aim.atLeast ? recall.value : null;
  }
  return recall.value !== null && recall.value >= aim.atLeast ? precision.value : null;
}

describe('a chosen threshold', () => {
  it.each(aims.map((aim) => [aim.kind, aim] as const))(
    'does no worse than any other: %s',
    (_, aim) => {
      fc.assert(
        fc.property(rows, (drawn) => {
          const given = {
            labels: drawn.map(({ label }) => label),
            probabilities: drawn.map(({ probability }) => probability),
            weights: drawn.map(({ weight }) => weight),
          };
          const { threshold, achieved, confusion } = chooseThreshold({ ...given, aim, bootstrap });
          const others = Array.from({ length: 21 }, (_none, k) => judge(aim, given, k / 20));
          const best = others.reduce<number | null>(
            (most, other) => (other === null || (most !== null && most >= other) ? most : other),
            null,
          );
          if (best === null) {
            expect([threshold, achieved, confusion]).toEqual([null, null, null]);
            return;
          }
          const sign = aim.kind === 'cost' ? -1 : 1;
          expect(sign * achieved!).toBeCloseTo(best, 12);
          expect(judge(aim, given, threshold!)).toBeCloseTo(best, 12);
          expect(evaluateBinary({ ...given, threshold: threshold!, bootstrap }).confusion).toEqual(
            confusion,
          );
        }),
      );
    },
  );

  it('is near the exact one where probabilities are right, within its range', () => {
    const probabilities = Array.from({ length: 10_000 }, (_, row) => ((row * 7) % 100) / 100);
    // of 100 rows of a probability, so many are positive
    const labels = probabilities.map((probability, row) =>
      Math.floor(row / 100) < Math.round(100 * probability) ? 1 : 0,
    );
    const aim = { kind: 'cost', falsePositive: 1, falseNegative: 4 } as const;
    const choice = chooseThreshold({ labels, probabilities, aim, bootstrap: { draws: 200 } });
    expect(choice.exact).toBe(0.2);
    expect(choice.threshold).toBeCloseTo(0.21, 12);
    expect(choice.low!).toBeLessThanOrEqual(choice.threshold!);
    expect(choice.high!).toBeGreaterThanOrEqual(choice.threshold!);
    expect(choice.high! - choice.low!).toBeLessThan(0.15);
    expect(JSON.parse(JSON.stringify(choice))).toEqual(choice);
  });

  it('is 1 when it costs least to predict no row positive', () => {
    const aim = { kind: 'cost', falsePositive: 100, falseNegative: 1 } as const;
    const given = { labels: [0, 1, 0], probabilities: [0.9, 0.5, 0.1], bootstrap };
    expect(chooseThreshold({ ...given, aim })).toMatchObject({ threshold: 1, achieved: 1 / 3 });
  });

  it.each<[string, ThresholdAim]>([
    ['a cost of 0', { kind: 'cost', falsePositive: 0, falseNegative: 1 }],
    [
      'an infinite cost',
      { kind: 'cost', falsePositive: 1, falseNegative: Number.POSITIVE_INFINITY },
    ],
    ['a precision of 0', { kind: 'precision', atLeast: 0 }],
    ['a recall above 1', { kind: 'recall', atLeast: 1.1 }],
  ])('is refused for %s', (_, aim) => {
    const given = { labels: [0, 1], probabilities: [0.1, 0.9] };
    expect(() => chooseThreshold({ ...given, aim })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG' }),
    );
  });
});
