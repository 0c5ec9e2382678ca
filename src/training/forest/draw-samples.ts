// What: which rows each tree sees, how often, and with which weights.
// Source: Breiman, Random Forests (2001), bootstrap; weights as in scikit-learn 1.9: rows are drawn by their own and those
//   of their classes, and count alike once they are drawn. Before 1.9 all were drawn alike and counted by their weights.
// Complexity: O(rows) a tree.
// Invariant: a sample depends on the seed and the number of its tree only; all sums of its weights and targets are exact.

import { createWeightedTally } from './draw-by-weight.ts';
import type { TreeSample } from './growing-plan.ts';
import { type DrawState, seedDraws, tallyDraws } from './random-draws.ts';

/** Weights for classes: none, by how rare they are among all rows or among those of the tree, or given class by class. */
export type ClassWeights = 'none' | 'balanced' | 'balanced_subsample' | readonly number[];

/** What samples are drawn from. */
export interface SampleSource {
  /** How many classes there are; 0 for a regression. */
  readonly classes: number;
  /** The class, or the target, of each row. */
  readonly labels: Float64Array;
  /** Of each row, at least 0; `null`: all 1. */
  readonly weights: Float64Array | null;
  readonly classWeights: ClassWeights;
  /** How many rows are drawn, with replacement, for each tree; `null`: each sees every row once. Rows of weight 0 are not there. */
  readonly draws: number | null;
  readonly seed: number;
}

/** A sample, and how often each row of the table is in it. */
export interface DrawnSample extends TreeSample {
  readonly counts: Uint32Array;
}

/** Draws the sample of a tree, which is known by its number. It is good until the next one is drawn. */
export type DrawSample = (tree: number) => DrawnSample;

/** Prepares the samples of a forest. @param centre What is subtracted from the targets of a regression. */
export function createSampler(source: SampleSource, centre: number): DrawSample {
  const { labels, classes, draws, seed } = source;
  const present = Uint32Array.from(labels.keys()).filter((row) => source.weights?.[row] !== 0);
  const once = new Uint32Array(labels.length);
  for (const row of present) once[row] = 1;
  const places = Uint32Array.from(classes === 0 ? [] : labels);
  const counted = draws === null ? source : afterDrawing(source);
  const every = source.classWeights === 'balanced_subsample' ? null : weigh(counted, once, centre);
  const tallyRows = draws === null ? null : createTally(source, present, once);
  const gather = createGather(labels.length, classes === 0);
  const tally = new Uint32Array(present.length);
  const spread = present.length === labels.length ? tally : new Uint32Array(labels.length);
  const drawCounts = (tree: number): Uint32Array => {
    if (tallyRows === null || draws === null) return once;
    tally.fill(0);
    tallyRows(seedDraws(seed, tree, 'rows'), draws, tally);
    if (spread !== tally) for (const [place, row] of present.entries()) spread[row] = tally[place]!;
    return spread;
  };

  return (tree) => {
    const counts = drawCounts(tree);
    const { weights, targets } = every ?? weigh(counted, counts, centre);
    return {
      ...gather(counts, weights, classes === 0 ? targets : places),
      counts,
      draws: seedDraws(seed, tree, 'columns'),
    };
  };
}

type Gathered = Pick<TreeSample, 'rows' | 'weights' | 'targets'>;

/** Makes what lists the rows that were drawn: one plain loop, into the same arrays for each tree. */
function createGather(
  most: number,
  isSum: boolean,
): (counts: Uint32Array, weights: Float64Array, targets: Float64Array | Uint32Array) => Gathered {
  const rows = new Uint32Array(most);
  const own = new Float64Array(most);
  const answers = isSum ? new Float64Array(most) : new Uint32Array(most);
  return (counts, weights, targets) => {
    let length = 0;
    for (let row = 0; row < counts.length; row++) {
      const count = counts[row]!;
      rows[length] = row;
      own[length] = weights[row]! * count;
      answers[length] = isSum ? targets[row]! * count : targets[row]!;
      // 1 when there is any, without a branch
      length += -count >>> 31;
    }
    return {
      rows: rows.subarray(0, length),
      weights: own.subarray(0, length),
      targets: answers.subarray(0, length),
    };
  };
}

/** What is left to weigh of rows that were drawn by their weights. */
function afterDrawing(source: SampleSource): SampleSource {
  const isLater = source.classWeights === 'balanced_subsample';
  return { ...source, weights: null, classWeights: isLater ? 'balanced_subsample' : 'none' };
}

type Tally = (state: DrawState, draws: number, tally: Uint32Array) => void;

/** How places in `present` are drawn: alike, or by the weights of their rows and classes. */
function createTally(
  { classWeights, classes, labels, weights }: SampleSource,
  present: Uint32Array,
  once: Uint32Array,
): Tally {
  const isLater = classWeights === 'balanced_subsample';
  const ofClass = isLater ? null : weighClasses(classWeights, classes, labels, once);
  const chances = Float64Array.from(
    present,
    (row) => (weights?.[row] ?? 1) * (ofClass?.[labels[row]!] ?? 1),
  );
  const [first] = chances;
  return chances.every((chance) => chance === first) ? tallyDraws : createWeightedTally(chances);
}

/** What a row weighs each time it is drawn and, in a regression, its weight times its centred target. */
function weigh(
  { labels, weights, classes, classWeights, draws }: SampleSource,
  counts: Uint32Array,
  centre: number,
): { readonly weights: Float64Array; readonly targets: Float64Array } {
  const ofClass = weighClasses(classWeights, classes, labels, counts);
  const most = draws ?? labels.length;
  const own = labels.map((label, row) => (weights?.[row] ?? 1) * (ofClass?.[label] ?? 1));
  const snapped = snapToGrid(own, most);
  if (classes > 0) return { weights: snapped, targets: labels };
  const products = labels.map((label, row) => snapped[row]! * (label - centre));
  return { weights: snapped, targets: snapToGrid(products, most) };
}

/** The weight of each class; balanced: rows / (classes * rows of the class), of those that were drawn. */
function weighClasses(
  classWeights: ClassWeights,
  classes: number,
  labels: Float64Array,
  counts: Uint32Array,
): readonly number[] | null {
  if (classWeights === 'none') return null;
  if (typeof classWeights !== 'string') return classWeights;
  const perClass = Array.from({ length: classes }, () => 0);
  for (const [row, label] of labels.entries()) perClass[label]! += counts[row]!;
  const total = perClass.reduce((sum, count) => sum + count, 0);
  const drawn = perClass.filter((count) => count > 0).length;
  return perClass.map((count) => (count === 0 ? 1 : total / (drawn * count)));
}

/**
 * Rounds numbers to multiples of a power of two so coarse that up to `most` of them add up without rounding, and so fine
 * that whole numbers stay themselves unless their sums would pass 2^52.
 */
function snapToGrid(numbers: Float64Array, most: number): Float64Array {
  const bound = most * numbers.reduce((largest, number) => Math.max(largest, Math.abs(number)), 0);
  if (bound === 0) return numbers;
  let step = 1;
  while (step * 2 ** 52 < bound) step *= 2;
  while (step * 2 ** 51 >= bound) step /= 2;
  // what is above 0 stays so: a row that is there weighs something
  return numbers.map(
    (number) => Math.max(Math.round(number / step), number > 0 ? 1 : -Infinity) * step,
  );
}
