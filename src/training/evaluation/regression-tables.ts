import { rankRows } from './rank-rows.ts';
import type { PredictionBand, ResidualBin } from './regression-evaluation.ts';

const bands = 10;

/** Targets and predictions by tenths of the rows, the lowest predictions first. */
export function tabulateBands(
  targets: Float64Array,
  predictions: Float64Array,
  weights: Float64Array,
): readonly PredictionBand[] {
  const { order, ends } = rankRows(predictions);
  let total = 0;
  for (const weight of weights) total += weight;
  const table: PredictionBand[] = [];
  let below = 0;
  for (let run = ends.length - 1; run >= 0; ) {
    const bandOf = (): number => Math.min(Math.floor((below * bands) / total), bands - 1);
    const band = bandOf();
    const before = below;
    const end = ends[run]!;
    let first = end;
    let sum = 0;
    let predicted = 0;
    while (run >= 0 && bandOf() === band) {
      const start = run === 0 ? 0 : ends[run - 1]!;
      while (first > start) {
        const row = order[--first]!;
        below += weights[row]!;
        sum += weights[row]! * targets[row]!;
        predicted += weights[row]! * predictions[row]!;
      }
      run--;
    }
    const weight = below - before;
    table.push({
      rows: end - first,
      weight,
      from: predictions[order[end - 1]!]!,
      to: predictions[order[first]!]!,
      meanPrediction: predicted / weight,
      meanTarget: sum / weight,
    });
  }
  return table;
}

const histogramBins = 30;

/** How many rows have which residual. */
export function countResiduals(residuals: Float64Array): readonly ResidualBin[] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const residual of residuals) {
    least = Math.min(least, residual);
    most = Math.max(most, residual);
  }
  const width = (most - least) / histogramBins;
  if (width === 0) return [{ from: least, to: most, rows: residuals.length }];
  const rows = new Float64Array(histogramBins);
  for (const residual of residuals) {
    rows[Math.min(Math.floor((residual - least) / width), histogramBins - 1)]! += 1;
  }
  return Array.from(rows, (count, bin) => ({
    from: least + bin * width,
    to: bin === histogramBins - 1 ? most : least + (bin + 1) * width,
    rows: count,
  }));
}
