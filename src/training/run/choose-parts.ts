// What: which rows a model learns from and which it is measured on.
// Source: shuffle-and-deal per class; whole groups, the largest first to the emptiest part; time strictly before.
// Complexity: sorting the rows.
// Invariant: every part is disjoint from its rest; with folds each row is measured exactly once.
import { createSeededRandom, SpillwayError } from '../../core/index.ts';
import type { TrainingData } from '../table/read-training-data.ts';

/** How rows are dealt to parts: at random, class by class, by whole groups, or the latest last. */
export type SplitMethod = 'random' | 'stratified' | 'group' | 'time';

/** Rows to learn from and rows to be measured on, ascending. */
export interface Parts {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** What is split, and how. */
export interface SplitRequest {
  readonly data: TrainingData;
  readonly method: SplitMethod;
  readonly seed: number;
}

/** Holds out about such a share of the rows, 0 to 1 exclusive. Throws `INVALID_DATA` when a part would be empty. */
export function holdOut({ data, method, seed }: SplitRequest, share: number): Parts {
  const rows = data.table.rows;
  if (method === 'time') {
    const times = timesOf(data);
    const order = byTime(times);
    // rows of one time stay together: the part that is measured begins with the first time after the cut
    const cut = times[order[Math.min(rows - 1, Math.round(rows * (1 - share)))]!]!;
    return parts(rows, (row) => times[row]! >= cut);
  }
  const pieces = Math.max(2, Math.round(1 / Math.min(share, 1 - share)));
  const dealt = deal({ data, method, seed }, method === 'group' ? pieces : rows);
  if (method === 'group') return parts(rows, (row) => dealt[row] === 0);
  const wanted = Math.round(rows * share);
  return parts(rows, (row) => dealt[row]! < wanted);
}

/** Deals the rows into so many folds. Throws `INVALID_DATA` when one would be empty, and `INVALID_CONFIG` for time. */
export function foldRows({ data, method, seed }: SplitRequest, folds: number): Parts[] {
  const rows = data.table.rows;
  if (method === 'time') {
    // each fold is measured by what came before it, so the first one is for learning only
    const times = timesOf(data);
    const order = byTime(times);
    const cuts = Array.from({ length: folds + 1 }, (_, fold) =>
      fold === folds
        ? Number.POSITIVE_INFINITY
        : times[order[Math.floor(((fold + 1) * rows) / (folds + 1))]!]!,
    );
    return Array.from({ length: folds }, (_, fold) => {
      const numbers = [...Array(rows).keys()];
      return checkParts({
        train: Uint32Array.from(numbers.filter((row) => times[row]! < cuts[fold]!)),
        test: Uint32Array.from(
          numbers.filter((row) => times[row]! >= cuts[fold]! && times[row]! < cuts[fold + 1]!),
        ),
      });
    });
  }
  const dealt = deal({ data, method, seed }, method === 'group' ? folds : rows);
  return Array.from({ length: folds }, (_, fold) =>
    parts(rows, (row) => dealt[row]! % folds === fold),
  );
}

/** For groups: the piece of each row. Otherwise: its place in a shuffled order that alternates between the classes. */
function deal({ data, method, seed }: SplitRequest, pieces: number): Uint32Array {
  const rows = data.table.rows;
  const random = createSeededRandom(seed);
  if (method === 'group') return dealGroups(keysOf(data, 'group'), pieces, random);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row--) {
    const other = Math.floor(random() * (row + 1));
    [order[row], order[other]] = [order[other]!, order[row]!];
  }
  const places = new Uint32Array(rows);
  if (method === 'random') {
    for (const [place, row] of order.entries()) places[row] = place;
    return places;
  }
  // row k of a class of n stands at (k + 1/2) / n, so that any stretch has its share of each class
  const counts = new Map<number, number>();
  for (const target of data.targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  const seen = new Map<number, number>();
  const spread = new Float64Array(rows);
  for (const row of order) {
    const target = data.targets[row]!;
    const k = seen.get(target) ?? 0;
    seen.set(target, k + 1);
    spread[row] = (k + 0.5) / counts.get(target)!;
  }
  const dealt = order.toSorted((a, b) => spread[a]! - spread[b]! || a - b);
  for (const [place, row] of dealt.entries()) places[row] = place;
  return places;
}

function dealGroups(keys: readonly string[], pieces: number, random: () => number): Uint32Array {
  const sizes = new Map<string, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  const groups = Array.from(sizes, ([key, size]) => ({ key, size, draw: random() }));
  const filled = new Float64Array(pieces);
  const pieceOf = new Map<string, number>();
  for (const { key, size } of groups.toSorted((a, b) => b.size - a.size || a.draw - b.draw)) {
    const piece = filled.indexOf(Math.min(...filled));
    filled[piece]! += size;
    pieceOf.set(key, piece);
  }
  return Uint32Array.from(keys, (key) => pieceOf.get(key)!);
}

function timesOf(data: TrainingData): Float64Array {
  return Float64Array.from(keysOf(data, 'time'), (text, row) => {
    const time = text.trim() === '' ? Number.NaN : Number(text);
    const read = Number.isNaN(time) ? Date.parse(text) : time;
    if (Number.isFinite(read)) return read;
    throw new SpillwayError(
      'INVALID_DATA',
      `row ${row + 1}: the time is neither a number nor a date as in 2026-01-31`,
    );
  });
}

function byTime(times: Float64Array): Uint32Array {
  return Uint32Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
}

function keysOf({ keys }: TrainingData, what: string): readonly string[] {
  if (keys !== null) return keys;
  throw new SpillwayError('INVALID_CONFIG', `a split by ${what} needs its column: split.column`);
}

function parts(rows: number, isTest: (row: number) => boolean): Parts {
  const numbers = [...Array(rows).keys()];
  return checkParts({
    train: Uint32Array.from(numbers.filter((row) => !isTest(row))),
    test: Uint32Array.from(numbers.filter(isTest)),
  });
}

function checkParts(made: Parts): Parts {
  if (made.train.length > 0 && made.test.length > 0) return made;
  throw new SpillwayError(
    'INVALID_DATA',
    'the rows cannot be split: one part would be empty; there are too few rows, groups or times',
  );
}
