// What: the number that stands for a category in a CatBoost model, out of the counts of its training rows.
// Source: catboost/catboost catboost/libs/model/static_ctr_provider.cpp (`CalcCtrs`) and online_ctr.h (`TModelCtr::Calc`).
// Complexity: linear in the classes of the target; none of it runs per row.
// Invariant: float32 after each operation, as there; a key that is not in the table has counts of 0.
import type { Statistic } from './read-statistics.ts';

const { fround } = Math;

/** The statistic of one row of its table, `undefined` for a key that has none. */
export function finishStatistic(statistic: Statistic, row: number | undefined): number {
  const { table, targetBorder, type } = statistic;
  const { denominator, numbers, width } = table;
  const isCounter = type === 'Counter' || type === 'FeatureFreq';
  if (row === undefined) return divide(statistic, 0, isCounter ? denominator : 0);
  const counts = numbers.subarray(row * width, (row + 1) * width);
  if (isCounter) return divide(statistic, counts[0]!, denominator);
  if (type !== 'Borders' && type !== 'Buckets') return divide(statistic, counts[0]!, counts[1]!);
  let good = 0;
  let total = 0;
  for (let target = 0; target < width; target++) {
    const isGood = type === 'Buckets' ? target === targetBorder : target > targetBorder;
    if (isGood) good += counts[target]!;
    total += counts[target]!;
  }
  return divide(statistic, good, total);
}

function divide(
  { priorDenominator, priorNumerator, scale, shift }: Statistic,
  good: number,
  total: number,
): number {
  const mean = fround(
    fround(fround(good) + priorNumerator) / fround(fround(total) + priorDenominator),
  );
  return fround(fround(mean + shift) * scale);
}
