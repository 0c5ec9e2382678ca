import { factorize } from './cholesky.ts';
import { type Design, keepColumns } from './design.ts';
import { type OrthogonalColumns, orthogonalize } from './orthogonal-columns.ts';
import { selectColumns } from './select-columns.ts';

/** Pivots of X'X below this have lost half of their digits: the columns themselves are then asked. */
export const doubtfulPivot = 1e-8;

/** A design whose columns do not depend on each other. */
export interface IndependentDesign {
  readonly design: Design;
  /** Places in the table of the columns that are sums of earlier ones. */
  readonly dropped: readonly number[];
  /** The kept columns times the roots of the shares, where X'X would lose digits; else `null`. */
  readonly orthogonal: OrthogonalColumns | null;
  /** X'X times the shares of the rows where the matrix kept all columns and it was needed; else `null`. */
  readonly gram: Float64Array | null;
}

/** Leaves out each column that is a weighted sum of earlier ones and the intercept. */
export function dropDependentColumns(design: Design, shares: Float64Array): IndependentDesign {
  const { matrix, used } = design;
  const padded = new Float64Array(matrix.paddedRows);
  padded.set(shares);
  const gram = matrix.columns > matrix.rows ? null : matrix.gram(padded);
  const factor = gram === null ? null : factorize(gram, matrix.columns);
  if (factor !== null && factor.leastPivot > doubtfulPivot)
    return { design, dropped: [], orthogonal: null, gram };
  const orthogonal = orthogonalize(weighColumns(design, shares));
  // columns are centred: with an intercept it is orthogonal to them and always kept
  const { kept } = orthogonal;
  const isKept = new Set(kept);
  const dropped = [...used].filter((_, place) => !isKept.has(place));
  const smaller = keepColumns(design, kept, selectColumns(matrix, kept));
  return { design: smaller, dropped, orthogonal, gram: null };
}

/** The columns of the matrix, each row times the root of its share. */
function weighColumns({ matrix }: Design, shares: Float64Array): Float64Array[] {
  const { columns, rows } = matrix;
  const weighed = Array.from({ length: columns }, () => new Float64Array(rows));
  matrix.forRows((row, values, from) => {
    const root = Math.sqrt(shares[row]!);
    for (let column = 0; column < columns; column++)
      weighed[column]![row] = root * values[from + column]!;
  });
  return weighed;
}
