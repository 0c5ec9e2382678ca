import type { LiftBand, PrecisionRecallPoint, RocPoint, ScoreBin } from './binary-evaluation.ts';
import type { BinaryRows } from './binary-rows.ts';
import { thinCurve } from './thin-curve.ts';

type Ranked = Pick<BinaryRows, 'probabilities' | 'outcomes' | 'weights' | 'ends'>;

/** Both curves over the distinct probabilities, each thinned to so many points. */
export function traceCurves(
  { probabilities, outcomes, weights, ends }: Ranked,
  most: number,
): {
  readonly roc: readonly RocPoint[];
  readonly precisionRecall: readonly PrecisionRecallPoint[];
} {
  const hits = new Float64Array(ends.length);
  const alarms = new Float64Array(ends.length);
  for (let run = 0, k = 0; run < ends.length; run++) {
    hits[run] = run === 0 ? 0 : hits[run - 1]!;
    alarms[run] = run === 0 ? 0 : alarms[run - 1]!;
    for (const end = ends[run]!; k < end; k++) {
      if (outcomes[k] === 1) hits[run]! += weights[k]!;
      else alarms[run]! += weights[k]!;
    }
  }
  const positives = hits.at(-1)!;
  const negatives = alarms.at(-1)!;
  const thresholdOf = (run: number): number => probabilities[ends[run]! - 1]!;
  const recalls = hits.map((weight) => weight / positives);
  const falls = alarms.map((weight) => weight / negatives);
  const precisions = hits.map((weight, run) => weight / (weight + alarms[run]!));
  const roc: RocPoint[] = [];
  if (positives > 0 && negatives > 0) {
    roc.push({ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 });
    for (const run of thinCurve(falls, recalls, most - 1)) {
      roc.push({
        threshold: thresholdOf(run),
        falsePositiveRate: falls[run]!,
        truePositiveRate: recalls[run]!,
      });
    }
  }
  const precisionRecall: PrecisionRecallPoint[] = [];
  if (positives > 0) {
    for (const run of thinCurve(recalls, precisions, most)) {
      precisionRecall.push({
        threshold: thresholdOf(run),
        precision: precisions[run]!,
        recall: recalls[run]!,
      });
    }
  }
  return { roc, precisionRecall };
}

const bands = 10;

/** What is found when the rows are taken from the highest probability on, tenth by tenth. */
export function tabulateLift({
  probabilities,
  outcomes,
  weights,
  ends,
}: Ranked): readonly LiftBand[] {
  let total = 0;
  let positives = 0;
  for (let k = 0; k < weights.length; k++) {
    total += weights[k]!;
    if (outcomes[k] === 1) positives += weights[k]!;
  }
  const table: LiftBand[] = [];
  const overPositives = (weight: number): number | null =>
    positives === 0 ? null : weight / positives;
  let above = 0;
  let found = 0;
  for (let run = 0, first = 0; run < ends.length; ) {
    const bandOf = (): number => Math.min(Math.floor((above * bands) / total), bands - 1);
    const band = bandOf();
    const before = { above, found };
    let sum = 0;
    let k = first;
    while (run < ends.length && bandOf() === band) {
      for (const end = ends[run]!; k < end; k++) {
        above += weights[k]!;
        sum += weights[k]! * probabilities[k]!;
        if (outcomes[k] === 1) found += weights[k]!;
      }
      run++;
    }
    const weight = above - before.above;
    const positiveShare = (found - before.found) / weight;
    const share = above / total;
    const gain = overPositives(found);
    table.push({
      band: band + 1,
      rows: k - first,
      weight,
      from: probabilities[k - 1]!,
      to: probabilities[first]!,
      meanProbability: sum / weight,
      positiveShare,
      lift: overPositives(positiveShare * total),
      cumulativeShare: share,
      cumulativeGain: gain,
      cumulativeLift: gain === null ? null : gain / share,
    });
    first = k;
  }
  return table;
}

const scoreBins = 20;

/** How many rows of either label have which probability. */
export function countScores({
  probabilities,
  outcomes,
}: Pick<Ranked, 'probabilities' | 'outcomes'>): readonly ScoreBin[] {
  const positives = new Float64Array(scoreBins);
  const negatives = new Float64Array(scoreBins);
  for (let k = 0; k < outcomes.length; k++) {
    const bin = Math.min(Math.floor(probabilities[k]! * scoreBins), scoreBins - 1);
    (outcomes[k] === 1 ? positives : negatives)[bin]! += 1;
  }
  return Array.from({ length: scoreBins }, (_, bin) => ({
    from: bin / scoreBins,
    to: (bin + 1) / scoreBins,
    positives: positives[bin]!,
    negatives: negatives[bin]!,
  }));
}
