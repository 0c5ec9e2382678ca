/** Rows from the highest score to the lowest. */
export interface Ranking {
  /** Places of the rows; those of equal score stay in their order. */
  readonly order: Uint32Array;
  /** Where each run of equal scores ends in `order`: the place after its last row. */
  readonly ends: Uint32Array;
}

/** Ranks rows by their scores, none of which may be NaN; O(n log n). */
export function rankRows(scores: Float64Array): Ranking {
  const order = Uint32Array.from(scores, (_, row) => row);
  order.sort((a, b) => scores[b]! - scores[a]!);
  const ends = new Uint32Array(scores.length);
  let runs = 0;
  for (let k = 1; k <= order.length; k++) {
    if (k === order.length || scores[order[k]!] !== scores[order[k - 1]!]) ends[runs++] = k;
  }
  return { order, ends: ends.slice(0, runs) };
}

/** Puts values of rows into the order of a ranking. */
export function takeInOrder(values: Float64Array, order: Uint32Array): Float64Array {
  return Float64Array.from(order, (row) => values[row]!);
}
