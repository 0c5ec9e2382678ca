import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../src/core/index.ts';
import {
  type BinaryEvaluation,
  type BinaryEvaluationOptions,
  evaluateBinary,
} from '../../../src/training/index.ts';

const bootstrap = { draws: 0 };

const row = fc.record({
  label: fc.integer({ min: 0, max: 1 }),
  probability: fc.integer({ min: 0, max: 20 }).map((twentieth) => twentieth / 20),
  weight: fc.integer({ min: 1, max: 3 }),
});
const rows = fc.array(row, { minLength: 2, maxLength: 60 });

type Row = typeof row extends fc.Arbitrary<infer Drawn> ? Drawn : never;

function columnsOf(
  drawn: readonly Row[],
): Required<Pick<BinaryEvaluationOptions, 'labels' | 'probabilities'>> & { weights: number[] } {
  return {
    labels: drawn.map(({ label }) => label),
    probabilities: drawn.map(({ probability }) => probability),
    weights: drawn.map(({ weight }) => weight),
  };
}

function valuesOf({ metrics }: BinaryEvaluation): Record<string, number | null> {
  return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
}

/** Scores from two normal distributions `gap` apart, of which the label says the one. */
function simulate(
  count: number,
  share: number,
  gap: number,
  seed: number,
): BinaryEvaluationOptions {
  const random = createSeededRandom(seed);
  const labels = Array.from({ length: count }, (_, place) => (place < share * count ? 1 : 0));
  const probabilities = labels.map((label) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const score = radius * Math.cos(2 * Math.PI * random()) + gap * label;
    return 1 / (1 + Math.exp(-score));
  });
  return { labels, probabilities };
}

describe('a binary evaluation', () => {
  it('has the calibration error of exact probabilities in its interval, though each draw raises it', () => {
    // equal probabilities, of which in every bin but one exactly that share came
    const labels = Array.from({ length: 1000 }, (_, place) =>
      place % 10 < Math.floor(place / 100) || place === 99 ? 1 : 0,
    );
    const probabilities = labels.map((_, place) => Math.floor(place / 100) / 10);
    const { calibrationError } = evaluateBinary({ labels, probabilities }).metrics;
    expect(calibrationError.value).toBeCloseTo(0.001, 12);
    expect(calibrationError).toMatchObject({ low: 0, high: calibrationError.value });
  });

  it('counts a weight of 2 as the row twice', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels, probabilities } = columnsOf(
          drawn.flatMap((one) => Array.from({ length: one.weight }, () => one)),
        );
        const twice = evaluateBinary({ labels, probabilities, bootstrap });
        const weighted = evaluateBinary({ ...columnsOf(drawn), bootstrap });
        const expected = valuesOf(twice);
        for (const [name, value] of Object.entries(valuesOf(weighted))) {
          if (value === null) expect(expected[name], name).toBeNull();
          else expect(value, name).toBeCloseTo(expected[name]!, 12);
        }
        expect(weighted.confusion).toEqual(twice.confusion);
        const shape = ({ weight, positiveShare }: { weight: number; positiveShare: number }) => ({
          weight,
          positiveShare,
        });
        expect(weighted.calibration.map(shape)).toEqual(twice.calibration.map(shape));
        expect(weighted.lift.map(shape)).toEqual(twice.lift.map(shape));
      }),
    );
  });

  it('does not see rows of weight 0', () => {
    const { labels, probabilities } = simulate(200, 0.4, 1, 1);
    const weights = Array.from(labels, (_, place) => (place < 150 ? 1 : 0));
    const cut = {
      labels: Array.from(labels).slice(0, 150),
      probabilities: Array.from(probabilities).slice(0, 150),
    };
    expect(evaluateBinary({ labels, probabilities, weights })).toEqual(evaluateBinary(cut));
  });

  it('ranks alike after any map that keeps the order', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels, probabilities } = columnsOf(drawn);
        const mapped = Array.from(probabilities, (probability) => probability ** 3 / 2);
        const { auc, averagePrecision } = evaluateBinary({
          labels,
          probabilities,
          bootstrap,
        }).metrics;
        expect(evaluateBinary({ labels, probabilities: mapped, bootstrap }).metrics).toMatchObject({
          auc,
          averagePrecision,
        });
      }),
    );
  });

  it('mirrors its area when the labels are swapped', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const { labels, probabilities } = columnsOf(drawn);
        const swapped = Array.from(labels, (label) => 1 - label);
        const { auc } = evaluateBinary({ labels, probabilities, bootstrap }).metrics;
        const other = evaluateBinary({ labels: swapped, probabilities, bootstrap }).metrics.auc;
        if (auc.value === null) expect(other.value).toBeNull();
        else {
          expect(other.value! + auc.value).toBeCloseTo(1, 12);
          if (auc.low !== null) expect(other.high! + auc.low).toBeCloseTo(1, 12);
        }
      }),
    );
  });

  it('has tables that hold every row once', () => {
    fc.assert(
      fc.property(rows, (drawn) => {
        const found = evaluateBinary({ ...columnsOf(drawn), bootstrap });
        const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
        expect(total(found.calibration.map((bin) => bin.rows))).toBe(drawn.length);
        expect(total(found.lift.map((band) => band.rows))).toBe(drawn.length);
        expect(total(found.histogram.map((bin) => bin.positives + bin.negatives))).toBe(
          drawn.length,
        );
        expect(found.lift.at(-1)).toMatchObject({ cumulativeShare: 1 });
        for (const [k, bin] of found.calibration.entries()) {
          expect(bin.from).toBeLessThanOrEqual(bin.to);
          if (k > 0) expect(bin.from).toBeGreaterThan(found.calibration[k - 1]!.to);
        }
      }),
    );
  });

  it('has curves of no more points than asked for, with both ends', () => {
    const { roc, precisionRecall } = evaluateBinary({
      ...simulate(5000, 0.3, 1, 2),
      bootstrap,
      curvePoints: 50,
    });
    expect(roc.length).toBeLessThanOrEqual(50);
    expect(precisionRecall.length).toBeLessThanOrEqual(50);
    expect(roc.length).toBeGreaterThan(40);
    expect(roc[0]).toEqual({ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 });
    expect(roc.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
    expect(precisionRecall.at(-1)).toMatchObject({ recall: 1 });
  });

  it('is plain frozen data, the same for the same seed', () => {
    const given = simulate(100, 0.5, 1, 3);
    const found = evaluateBinary({ ...given, bootstrap: { draws: 100, seed: 5 } });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    expect(Object.isFrozen(found.metrics.auc)).toBe(true);
    expect(Object.isFrozen(found.roc[0])).toBe(true);
    expect(evaluateBinary({ ...given, bootstrap: { draws: 100, seed: 5 } })).toEqual(found);
    expect(
      evaluateBinary({ ...given, bootstrap: { draws: 100, seed: 6 } }).metrics.brier.low,
    ).not.toBe(found.metrics.brier.low);
  });

  it('has no area, and says why, when the rows are all of one label', () => {
    const found = evaluateBinary({ labels: [1, 1, 1], probabilities: [0.2, 0.6, 0.9] });
    const none = { value: null, low: null, high: null, method: null };
    const reason = 'the rows are all of one label';
    expect(found.metrics.auc).toEqual({ ...none, reason });
    expect(found.metrics.averagePrecision).toEqual({ ...none, reason });
    expect(found.metrics.specificity).toEqual({ ...none, reason: 'no row is negative' });
    expect(found.roc).toEqual([]);
    expect(found.warnings).toEqual([
      'only 3 positive rows: the figures are rough',
      'no row is negative: what compares the labels is not defined',
    ]);
  });

  it.each<[string, number, number, number, string]>([
    ['plain', 400, 0.5, 1, 'delong'],
    ['on log-odds near 1', 400, 0.5, 3, 'delong-logit'],
    ['on log-odds with few positive rows', 250, 0.08, 1, 'delong-logit'],
  ])(
    "DeLong's interval (%s) holds the true area about 95 times in 100",
    (_, count, share, gap, method) => {
      // of two normal distributions so far apart
      const area = { 1: 0.7602499389, 3: 0.9830525732 }[gap]!;
      const trials = 1000;
      let held = 0;
      let methods = 0;
      for (let trial = 0; trial < trials; trial++) {
        const { auc } = evaluateBinary({
          ...simulate(count, share, gap, trial),
          bootstrap,
        }).metrics;
        if (auc.low! <= area && area <= auc.high!) held++;
        if (auc.method === method) methods++;
      }
      // three standard errors of a share of 1,000 trials are 2 %, and the method itself is not exact
      expect(held / trials).toBeGreaterThan(0.925);
      expect(held / trials).toBeLessThan(0.98);
      expect(methods / trials).toBeGreaterThan(0.9);
    },
  );

  it('bootstrap intervals hold the true values about 95 times in 100', () => {
    const trials = 300;
    // of the model itself, by a sample that is large enough
    const { metrics: truth } = evaluateBinary({ ...simulate(400_000, 0.4, 1, 99), bootstrap });
    const names = ['brier', 'logLoss', 'recall', 'f1', 'averagePrecision', 'matthews'] as const;
    const held = names.map(() => 0);
    for (let trial = 0; trial < trials; trial++) {
      const given = simulate(300, 0.4, 1, 1000 + trial);
      const { metrics } = evaluateBinary({ ...given, bootstrap: { draws: 200 } });
      for (const [k, name] of names.entries()) {
        const { low, high } = metrics[name];
        if (low! <= truth[name].value! && truth[name].value! <= high!) held[k]! += 1;
      }
    }
    for (const [k, name] of names.entries()) {
      expect(held[k]! / trials, name).toBeGreaterThan(0.9);
    }
  });

  it.each<[string, Partial<BinaryEvaluationOptions>, string]>([
    ['no rows', { labels: [], probabilities: [] }, 'INVALID_DATA'],
    ['a label of 2', { labels: [0, 2] }, 'INVALID_DATA'],
    ['a label that is NaN', { labels: [0, Number.NaN] }, 'INVALID_DATA'],
    ['a probability above 1', { probabilities: [0.2, 1.1] }, 'INVALID_DATA'],
    ['a probability that is NaN', { probabilities: [0.2, Number.NaN] }, 'INVALID_DATA'],
    ['too few probabilities', { probabilities: [0.2] }, 'INVALID_DATA'],
    ['too many weights', { weights: [1, 1, 1] }, 'INVALID_DATA'],
    ['an infinite weight', { weights: [1, Number.POSITIVE_INFINITY] }, 'INVALID_DATA'],
    ['weights of 0', { weights: [0, 0] }, 'INVALID_DATA'],
    ['null as a weight', { weights: [1, null] as number[] }, 'INVALID_DATA'],
    ['null as a probability', { probabilities: [0.5, null] as number[] }, 'INVALID_DATA'],
    ['a threshold above 1', { threshold: 2 }, 'INVALID_CONFIG'],
    ['one bin', { calibrationBins: 1 }, 'INVALID_CONFIG'],
    ['too few draws to have an end', { bootstrap: { draws: 10 } }, 'INVALID_CONFIG'],
    ['a fraction as seed', { bootstrap: { seed: 0.1 } }, 'INVALID_CONFIG'],
  ])('is refused for %s', (_, options, code) => {
    const usual = { labels: [0, 1], probabilities: [0.2, 0.8] };
    expect(() => evaluateBinary({ ...usual, ...options })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('names all faults of its options at once', () => {
    const options = { labels: [0, 1], probabilities: [0, 1], threshold: 2, curvePoints: 1 };
    expect(() => evaluateBinary(options)).toThrow(
      expect.objectContaining({
        faults: [
          expect.objectContaining({ pointer: '/threshold' }),
          expect.objectContaining({ pointer: '/curvePoints' }),
        ],
      }),
    );
  });
});
