import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';

/** Rows to a block; every column of a block has a number for each. */
export const blockRows = 16;

/**
 * The tests of an ensemble's nodes as comparisons `number < threshold` of columns that are made of a row once. Beside the
 * columns of the row, in which a missing value became infinite on its side, there is one for every test that no threshold
 * can say (categories, an infinite threshold): it holds -1 where the row goes left and 1 where it does not.
 */
export interface LaneTests {
  /** Of each inner node: the column of the block, and what it is compared with. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  readonly columnCount: number;
  /** Writes a row into its lane of a block: the number of column c goes to `into[lane + c * blockRows]`. */
  write(row: Float64Array, into: Float64Array, lane: number): void;
}

/** Prepares the tests of an ensemble. */
export function createLaneTests(ensemble: TreeEnsemble): LaneTests {
  const { inputs, left, missingLeft } = ensemble;
  const column = new Int32Array(left.length).fill(-1);
  const threshold = new Float64Array(left.length);
  const columns = new Map<string, number>();
  // of each column of a block: the column of the row, what a missing value becomes, and a node of the test if it is one
  const source: number[] = [];
  const missing: number[] = [];
  const testOf: number[] = [];
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue;
    const below = thresholdBelow(ensemble, node);
    const key = `${ensemble.column[node]!} ${missingLeft[node]!} ${below === null ? nameTest(ensemble, node) : ''}`;
    const known = columns.get(key) ?? columns.size;
    if (known === columns.size) {
      columns.set(key, known);
      source.push(ensemble.column[node]!);
      missing.push(missingLeft[node] === 1 ? -Infinity : Infinity);
      testOf.push(below === null ? node : -1);
    }
    column[node] = known;
    threshold[node] = below ?? 0;
  }
  return {
    column,
    threshold,
    columnCount: columns.size,
    write(row, into, lane) {
      for (let c = 0; c < source.length; c++) {
        const raw = row[source[c]!]!;
        const x = inputs === 'float32' ? Math.fround(raw) : raw;
        const test = testOf[c]!;
        into[lane + c * blockRows] =
          test !== -1 ? (sendsLeft(ensemble, test, x) ? -1 : 1) : Number.isNaN(x) ? missing[c]! : x;
      }
    },
  };
}

/** The number that what goes left is below, a missing value being infinite on its side; `null` when there is none. */
function thresholdBelow(
  { categorical, comparison, missingLeft, threshold }: TreeEnsemble,
  node: number,
): number | null {
  if ((categorical?.count[node] ?? -1) !== -1) return null;
  const limit = threshold[node]!;
  if (comparison === '<') return limit === -Infinity && missingLeft[node] === 1 ? null : limit;
  return limit === Infinity ? null : nextAbove(limit);
}

function nextAbove(number: number): number {
  if (number === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(Float64Array.of(number).buffer);
  bits[0]! += number > 0 ? 1n : -1n;
  return new Float64Array(bits.buffer)[0]!;
}

/** Equal for tests of one column that send the same values left. */
function nameTest({ categorical, threshold }: TreeEnsemble, node: number): string {
  const count = categorical?.count[node] ?? -1;
  if (categorical === null || count === -1) return `${threshold[node]!}`;
  const start = categorical.start[node]!;
  return `in ${categorical.categories.subarray(start, start + count).join()}`;
}
