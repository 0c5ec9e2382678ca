// What: the probability from which on the positive label should be predicted.
// Source: Elkan, The foundations of cost-sensitive learning, IJCAI (2001), for costs; a search over the distinct
//   probabilities for every aim.
// Complexity: O(n log n) for the ranking, then O(n) per draw of the bootstrap.
// Invariant: no other threshold does better on the rows; of equals the highest is taken.
import { checkOptions, createSeededRandom } from '../../core/index.ts';
import { type BinaryRows, readBinaryRows } from './binary-rows.ts';
import { measureDraws } from './bootstrap.ts';
import { quantile } from './estimate-from-draws.ts';
import { readEvaluationSettings } from './evaluation-settings.ts';
import { freezeDeep } from './freeze-deep.ts';
import { countConfusion } from './measure-binary.ts';
import { placesOf } from './places-of.ts';
import type { ThresholdAim, ThresholdChoice, ThresholdOptions } from './threshold-choice.ts';

/**
 * Chooses the threshold that serves an aim best.
 * @throws SpillwayError `INVALID_DATA` for rows that cannot be evaluated, `INVALID_CONFIG` with every fault of the options.
 */
export function chooseThreshold(options: ThresholdOptions): ThresholdChoice {
  const { aim } = options;
  checkAim(aim);
  const { bootstrap } = readEvaluationSettings('chooseThreshold', options);
  const rows = readBinaryRows(options, 0);
  const { outcomes, weights } = rows;
  const best = findBest(rows, weights, aim);
  const [drawn] = measureDraws({
    strata: [placesOf(outcomes, 0), placesOf(outcomes, 1)],
    weights,
    draws: best === null ? 0 : bootstrap.draws,
    random: createSeededRandom(bootstrap.seed),
    measures: 1,
    measure: (those, measures) => {
      const found = findBest(rows, those, aim);
      measures[0] = found === null ? Number.NaN : thresholdOf(rows, found.predicted);
    },
  });
  const sorted = drawn!.filter((threshold) => !Number.isNaN(threshold)).toSorted();
  return freezeDeep({
    aim: { ...aim },
    threshold: best === null ? null : thresholdOf(rows, best.predicted),
    low: sorted.length === 0 ? null : quantile(sorted, 0.025),
    high: sorted.length === 0 ? null : quantile(sorted, 0.975),
    achieved: best === null ? null : best.achieved,
    exact: aim.kind === 'cost' ? aim.falsePositive / (aim.falsePositive + aim.falseNegative) : null,
    confusion:
      best === null ? null : countConfusion({ outcomes, predicted: best.predicted }, weights),
    bootstrap,
  } satisfies ThresholdChoice);
}

function checkAim(aim: ThresholdAim): void {
  if (aim.kind === 'cost') {
    checkOptions('chooseThreshold', [
      {
        option: 'aim/falsePositive',
        value: aim.falsePositive,
        holds: isCost(aim.falsePositive),
        expected: 'a finite cost above 0',
      },
      {
        option: 'aim/falseNegative',
        value: aim.falseNegative,
        holds: isCost(aim.falseNegative),
        expected: 'a finite cost above 0',
      },
    ]);
  }
  if (aim.kind === 'precision' || aim.kind === 'recall') {
    checkOptions('chooseThreshold', [
      {
        option: 'aim/atLeast',
        value: aim.atLeast,
        holds: aim.atLeast > 0 && aim.atLeast <= 1,
        expected: 'a share above 0 and up to 1',
      },
    ]);
  }
}

function isCost(cost: number): boolean {
  return cost > 0 && cost < Number.POSITIVE_INFINITY;
}

/** How many of the first rows are best predicted positive, and what that gains. */
interface Best {
  readonly predicted: number;
  readonly achieved: number;
}

function findBest(
  { outcomes, ends, probabilities }: BinaryRows,
  weights: Float64Array,
  aim: ThresholdAim,
): Best | null {
  let positives = 0;
  let negatives = 0;
  for (let k = 0; k < weights.length; k++) {
    if (outcomes[k] === 1) positives += weights[k]!;
    else negatives += weights[k]!;
  }
  let hits = 0;
  let alarms = 0;
  let predicted = 0;
  let achieved = Number.NEGATIVE_INFINITY;
  // none is a choice as well, unless a row is certain
  const none = valueOf(aim, 0, 0, positives, negatives);
  if (probabilities[0] !== 1 && none > achieved) achieved = none;
  for (let run = 0, k = 0; run < ends.length; run++) {
    for (const end = ends[run]!; k < end; k++) {
      if (outcomes[k] === 1) hits += weights[k]!;
      else alarms += weights[k]!;
    }
    const value = valueOf(aim, hits, alarms, positives, negatives);
    if (!(value > achieved)) continue;
    achieved = value;
    predicted = k;
  }
  if (achieved === Number.NEGATIVE_INFINITY) return null;
  return { predicted, achieved: aim.kind === 'cost' ? -achieved : achieved };
}

/** What is to be as high as possible; -Infinity or NaN for what is no choice. */
function valueOf(
  aim: ThresholdAim,
  hits: number,
  alarms: number,
  positives: number,
  negatives: number,
): number {
  if (aim.kind === 'cost') {
    const cost = aim.falsePositive * alarms + aim.falseNegative * (positives - hits);
    return -cost / (positives + negatives);
  }
  if (aim.kind === 'f1') return (2 * hits) / (positives + hits + alarms);
  if (aim.kind === 'youden') return hits / positives - alarms / negatives;
  const precision = hits / (hits + alarms);
  const recall = hits / positives;
  if (aim.kind === 'precision') {
    return precision >= aim.atLeast ? recall : Number.NEGATIVE_INFINITY;
  }
  return recall >= aim.atLeast ? precision : Number.NEGATIVE_INFINITY;
}

function thresholdOf({ probabilities }: BinaryRows, predicted: number): number {
  return predicted === 0 ? 1 : probabilities[predicted - 1]!;
}
