import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { type CategoryTests, createCategoryTests, listOf } from './category-tests.ts';

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
  /** Writes up to `blockRows` rows into a block: the number of row r and column c goes to `into[at + c * blockRows + r]`. */
  write(rows: Float64Array, into: Float64Array, at: number): void;
}

/**
 * Prepares the tests of an ensemble.
 * @param mostBits of all bitmaps of categories; beyond, such a test looks through its list for each row. @default 16 MiB
 */
export function createLaneTests(ensemble: TreeEnsemble, mostBits: number = 2 ** 27): LaneTests {
  const { columns, left } = ensemble;
  const column = new Int32Array(left.length).fill(-1);
  const threshold = new Float64Array(left.length);
  const known = new Map<string, number>();
  // of each column of a block: a node that is tested with it
  const nodes: number[] = [];
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1) continue;
    const below = thresholdBelow(ensemble, node);
    const key = nameTest(ensemble, node, below !== null);
    const found = known.get(key) ?? nodes.push(node) - 1;
    known.set(key, found);
    column[node] = found;
    threshold[node] = below ?? 0;
  }
  const writers = createWriters(ensemble, nodes, mostBits);
  const width = columns.length;
  const x = new Float64Array(width * blockRows);
  return {
    column,
    threshold,
    columnCount: nodes.length,
    write(rows, into, at) {
      const count = rows.length / width;
      if (ensemble.inputs === 'float64') x.set(rows);
      else for (let index = 0; index < rows.length; index++) x[index] = Math.fround(rows[index]!);
      for (const write of writers) write(x, count, into, at);
    },
  };
}

type Writer = (x: Float64Array, count: number, into: Float64Array, at: number) => void;

function createWriters(
  ensemble: TreeEnsemble,
  nodes: readonly number[],
  mostBits: number,
): readonly Writer[] {
  const { categorical, column, columns, missingLeft } = ensemble;
  const width = columns.length;
  const places = new Int32Array(blockRows);
  const ofCategories = new Map<number, number[]>();

  const writeNumbers = (node: number, to: number): Writer => {
    const missing = missingLeft[node] === 1 ? -Infinity : Infinity;
    const from = column[node]!;
    return (x, count, into, at) => {
      for (let row = 0; row < count; row++) {
        const value = x[row * width + from]!;
        into[at + to * blockRows + row] = Number.isNaN(value) ? missing : value;
      }
    };
  };
  const writeTest = (node: number, to: number): Writer => {
    const from = column[node]!;
    return (x, count, into, at) => {
      for (let row = 0; row < count; row++) {
        const goesLeft = sendsLeft(ensemble, node, x[row * width + from]!);
        into[at + to * blockRows + row] = goesLeft ? -1 : 1;
      }
    };
  };
  const writeTests = (from: number, tests: CategoryTests, to: Int32Array): Writer => {
    const { bitmaps, words } = tests;
    return (x, count, into, at) => {
      for (let row = 0; row < count; row++) places[row] = tests.placeOf(x[row * width + from]!);
      for (let test = 0; test < to.length; test++) {
        const start = at + to[test]! * blockRows;
        const bitmap = test * words;
        for (let row = 0; row < count; row++) {
          const place = places[row]!;
          into[start + row] = 1 - 2 * ((bitmaps[bitmap + (place >>> 5)]! >>> (place & 31)) & 1);
        }
      }
    };
  };

  const writers: Writer[] = [];
  for (const [to, node] of nodes.entries()) {
    if (thresholdBelow(ensemble, node) !== null) writers.push(writeNumbers(node, to));
    else if ((categorical?.count[node] ?? -1) === -1) writers.push(writeTest(node, to));
    else {
      const list = ofCategories.get(column[node]!) ?? [];
      list.push(to);
      ofCategories.set(column[node]!, list);
    }
  }
  for (const [from, list] of ofCategories) {
    const ofColumn = list.map((to) => nodes[to]!);
    const tests = createCategoryTests(ensemble, ofColumn, mostBits / ofCategories.size);
    if (tests !== null) writers.push(writeTests(from, tests, Int32Array.from(list)));
    else for (const to of list) writers.push(writeTest(nodes[to]!, to));
  }
  return writers;
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
  const next = new BigInt64Array(Float64Array.of(number).buffer);
  next[0]! += number > 0 ? 1n : -1n;
  return new Float64Array(next.buffer)[0]!;
}

/** Equal for equal tests only. */
function nameTest(
  { categorical, column, missingLeft, threshold }: TreeEnsemble,
  node: number,
  isNumber: boolean,
): string {
  const source = `${column[node]!} ${missingLeft[node]!}`;
  if (isNumber) return source;
  if (categorical === null || categorical.count[node] === -1)
    return `${source} ${threshold[node]!}`;
  return `${source} in ${listOf(categorical, node).join()}`;
}
