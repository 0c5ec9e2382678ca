// What: the mean softmax loss of several classes, one output each, its derivatives, and steps along a line.
// Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4 and 18.3.2 (symmetric form).
// Complexity: O(classes * rows * columns) per gradient, O(classes^2 * rows * columns^2 / 4) per Hessian.
// Invariant: gradients of a column add up to 0 over the classes; a Hessian block is X'WX with W = p_k ([k = l] - p_l).
import type { Loss, LossRows } from './loss.ts';
import type { RowMatrix } from './row-matrix.ts';
import { selectColumns } from './select-columns.ts';
import { createWalk, walkScores } from './walk-scores.ts';

/**
 * The loss of a multinomial regression; `classOf` is the class of each row. `isPinned` tells the columns without any
 * penalty, to whose parameters a constant can be added without a change.
 */
export function createSoftmaxLoss(
  matrix: RowMatrix,
  classOf: Uint32Array,
  classes: number,
  isPinned: readonly boolean[],
  { rows, shares }: LossRows,
): Loss {
  const length = matrix.paddedRows;
  // of class k from k * length on
  const probabilities = matrix.vector(classes);
  const row = new Float64Array(classes);
  const walk = createWalk(matrix, classes);
  const { change, residuals, scores } = walk;
  const { changeOfStep, loss } = walkScores(matrix, walk, (step, start, count) => {
    const end = Math.min(rows, start + count);
    let total = 0;
    for (let i = start; i < end; i++) {
      const share = shares[i]!;
      const own = classOf[i]!;
      let most = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) {
        row[k] = scores[k * length + i]! + step * change[k * length + i]!;
        if (row[k]! > most) most = row[k]!;
      }
      const margin = most - row[own]!;
      let sum = 0;
      for (let k = 0; k < classes; k++) {
        row[k] = Math.exp(row[k]! - most);
        sum += row[k]!;
      }
      total += share * (Math.log(sum) + margin);
      for (let k = 0; k < classes; k++) {
        const probability = row[k]! / sum;
        probabilities[k * length + i] = probability;
        residuals[k * length + i] = share * (probability - (k === own ? 1 : 0));
      }
    }
    return total;
  });
  const widest = (values: Float64Array): number => {
    let most = 0;
    for (let i = 0; i < rows; i++) {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) {
        const value = values[k * length + i]!;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (high - low > most) most = high - low;
    }
    return most;
  };

  const hessian = (selected: Int32Array): Float64Array => {
    const width = selected.length;
    const size = classes * width;
    const part = selectColumns(matrix, selected);
    const result = new Float64Array(size * size);
    const pairs: { readonly k: number; readonly l: number }[] = [];
    for (let k = 0; k < classes; k++) {
      for (let l = 0; l <= k; l++) pairs.push({ k, l });
    }
    const blocks = part.grams(pairs.length, (pair, start, count, weights) => {
      const { k, l } = pairs[pair]!;
      weights.fill(0, 0, count);
      const end = Math.min(rows, start + count);
      for (let i = start; i < end; i++) {
        const rest = (k === l ? 1 : 0) - probabilities[l * length + i]!;
        weights[i - start] = shares[i]! * probabilities[k * length + i]! * rest;
      }
    });
    for (const [pair, { k, l }] of pairs.entries()) {
      const block = blocks[pair]!;
      for (let a = 0; a < width; a++) {
        if (isPinned[selected[a]!]) block[a * width + a]! += 1 / classes;
        for (let b = 0; b < width; b++) {
          const value = block[a * width + b]!;
          result[(k * width + a) * size + l * width + b] = value;
          result[(l * width + b) * size + k * width + a] = value;
        }
      }
    }
    return result;
  };

  return {
    ...loss,
    hessian,
    reach: () => widest(scores),
    reachOfDirection: () => widest(changeOfStep()),
    isApart() {
      for (let i = 0; i < rows; i++) {
        const own = scores[classOf[i]! * length + i]!;
        for (let k = 0; k < classes; k++) {
          if (k !== classOf[i]! && !(own > scores[k * length + i]!)) return false;
        }
      }
      return true;
    },
  };
}
