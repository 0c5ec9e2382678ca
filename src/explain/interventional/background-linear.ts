// What: the attribution of a linear model's score against the rows of a background.
// Source: Lundberg and Lee (2017), corollary 1: the Shapley value of a sum against one row is each term's difference.
// Complexity: O(columns * outputs) per row for the mean, times the background for weights.
// Invariant: attributions = score of the row - score of the background row, to rounding; equal values get exactly 0.
import type { LinearModel } from '../../model/index.ts';
import type { BackgroundGame, GameSetting } from './background-game.ts';

/** Prepares the attribution of a linear model's score. */
export function createBackgroundLinear(
  { intercepts, outputs, weights: slopes, columns }: LinearModel,
  { count, players, rows }: GameSetting,
): BackgroundGame {
  const width = columns.length;
  const means = meansOf(rows, count, width);
  const backgroundScores = new Float64Array(count * outputs);
  const score = (row: Float64Array, scores: Float64Array): void => {
    for (let k = 0; k < outputs; k++) {
      let sum = intercepts[k]!;
      for (let c = 0; c < width; c++) sum += slopes[k * width + c]! * row[c]!;
      scores[k] = sum;
    }
  };
  for (let b = 0; b < count; b++) {
    score(
      rows.subarray(b * width, (b + 1) * width),
      backgroundScores.subarray(b * outputs, (b + 1) * outputs),
    );
  }
  return {
    outputs,
    backgroundScores,
    score,
    attribute(row, weights, into) {
      for (let c = 0; c < width; c++) {
        for (let k = 0; k < outputs; k++) {
          let difference = 0;
          if (weights === null) difference = row[c]! - means[c]!;
          else {
            for (let b = 0; b < count; b++)
              difference += weights[b * outputs + k]! * (row[c]! - rows[b * width + c]!);
          }
          into[players[c]! * outputs + k]! += slopes[k * width + c]! * difference;
        }
      }
    },
  };
}

/** The mean of each column; of equal numbers it is that very number. */
export function meansOf(rows: Float64Array, count: number, columns: number): Float64Array {
  const means = rows.slice(0, columns);
  for (let c = 0; c < columns; c++) {
    let sum = 0;
    for (let b = 0; b < count; b++) sum += rows[b * columns + c]! - rows[c]!;
    means[c]! += sum / count;
  }
  return means;
}
