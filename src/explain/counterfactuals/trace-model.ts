import type { LinearModel, TreeEnsemble } from '../../model/index.ts';
import { firstNumberWhere } from './first-number-where.ts';

/** How the score moves between two cuts next to each other. */
export type Variation = 'not' | 'straight' | 'any';

/** What is known of one value on the way from a feature to the model. */
export interface Trace {
  /** Whether it is made from a feature that is asked about; of others nothing is found out. */
  readonly matters: boolean;
  readonly cuts: Set<number>;
  varies: Variation;
  /** Whether something depends on its being known, if on nothing else. */
  isAskedFor: boolean;
}

/** A trace of which nothing is known yet. */
export function newTrace(matters: boolean): Trace {
  return { matters, cuts: new Set(), varies: 'not', isAskedFor: false };
}

/** Adds what one trace knows to another. */
export function merge(into: Trace, { cuts, varies }: Trace): void {
  for (const cut of cuts) into.cuts.add(cut);
  raise(into, varies);
}

/** Notes that the score moves at least so. */
export function raise(trace: Trace, varies: Variation): void {
  if (varies === 'any' || trace.varies === 'not') trace.varies = varies;
}

/** Notes where a model draws lines in its columns. */
export function traceModel(model: TreeEnsemble | LinearModel, columns: readonly Trace[]): void {
  if (model.kind === 'tree-ensemble') return traceTrees(model, columns);
  // one score moves straight; which of several is the highest need not
  const varies = model.outputs === 1 ? 'straight' : 'any';
  for (const [index, weight] of model.weights.entries())
    if (weight !== 0) raise(columns[index % columns.length]!, varies);
}

function traceTrees(ensemble: TreeEnsemble, columns: readonly Trace[]): void {
  const { categorical, column, comparison, inputs, left, linearLeaves, threshold } = ensemble;
  const thresholds = columns.map(() => new Set<number>());
  const codes = columns.map(() => new Set<number>());
  for (let node = 0; node < left.length; node++) {
    if (left[node] === -1 || !columns[column[node]!]!.matters) continue;
    const count = categorical?.count[node] ?? -1;
    if (categorical === null || count === -1) {
      thresholds[column[node]!]!.add(threshold[node]!);
      continue;
    }
    const start = categorical.start[node]!;
    for (const code of categorical.categories.subarray(start, start + count))
      codes[column[node]!]!.add(code);
  }
  const seen = inputs === 'float32' ? Math.fround : (x: number): number => x;
  for (const [index, { cuts }] of columns.entries()) {
    for (const limit of thresholds[index]!) {
      addCut(cuts, comparison === '<' ? (x) => seen(x) >= limit : (x) => seen(x) > limit);
    }
    for (const code of codes[index]!) {
      addCut(cuts, (x) => Math.trunc(seen(x)) >= code);
      addCut(cuts, (x) => Math.trunc(seen(x)) > code);
    }
  }
  for (const index of linearLeaves?.column ?? []) columns[index]!.varies = 'any';
}

/** Adds the cut from which on a condition holds, where there is one. */
export function addCut(cuts: Set<number>, begins: (x: number) => boolean): void {
  const cut = firstNumberWhere(begins);
  if (!Number.isNaN(cut)) cuts.add(cut);
}
