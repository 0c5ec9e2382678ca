import { SpillwayError } from '../../core/index.ts';

/** The rows that an evaluation counts: those whose weight is above 0. */
export interface WeightedRows {
  /** Their places among all rows, ascending. */
  readonly places: Uint32Array;
  /** Their weights, in the same order. */
  readonly weights: Float64Array;
  /** Whether each weighs the same, so that formulas for plain counts hold. */
  readonly isUniform: boolean;
}

/**
 * Finds the rows that count.
 * @throws SpillwayError `INVALID_DATA` for no rows, for weights that are negative, not finite or of another number, and
 * when no weight is above 0.
 */
export function readWeightedRows(rows: number, given: ArrayLike<number> | undefined): WeightedRows {
  if (rows === 0) throw new SpillwayError('INVALID_DATA', 'there are no rows to evaluate');
  if (given === undefined) {
    const places = Uint32Array.from({ length: rows }, (_, row) => row);
    return { places, weights: new Float64Array(rows).fill(1), isUniform: true };
  }
  checkLength('weights', given, rows);
  const places = new Uint32Array(rows);
  const weights = new Float64Array(rows);
  let kept = 0;
  for (let row = 0; row < rows; row++) {
    const weight = given[row]!;
    // null is at least 0, and no number
    if (!(Number.isFinite(weight) && weight >= 0)) {
      throw new SpillwayError(
        'INVALID_DATA',
        `row ${row}: expected a weight that is finite and not negative, got ${weight}`,
      );
    }
    if (weight === 0) continue;
    places[kept] = row;
    weights[kept++] = weight;
  }
  if (kept === 0) throw new SpillwayError('INVALID_DATA', 'no row has a weight above 0');
  const counted = weights.slice(0, kept);
  return {
    places: places.slice(0, kept),
    weights: counted,
    isUniform: counted.every((weight) => weight === counted[0]),
  };
}

/**
 * Refuses a column that has not one value per row.
 * @throws SpillwayError `INVALID_DATA`.
 */
export function checkLength(name: string, values: ArrayLike<number>, expected: number): void {
  if (values.length === expected) return;
  throw new SpillwayError(
    'INVALID_DATA',
    `${name}: expected ${expected} of them, one per row and output, got ${values.length}`,
  );
}
