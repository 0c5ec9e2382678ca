import { SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
import { foldRows } from '../split/fold-rows.ts';
import type { SplitResult, SplitStrategy } from '../split/split.ts';
import { splitRows } from '../split/split-rows.ts';
import type { TrainingData } from '../table/read-training-data.ts';

/** How rows are dealt to parts: at random, label by label, by whole groups, or the latest last. */
export type SplitMethod = SplitStrategy['kind'];

/** What is divided, and how. */
export interface DivideRequest {
  readonly data: TrainingData;
  /** What the numbers of the targets stand for; empty for a regression. */
  readonly labels: readonly Label[];
  readonly method: SplitMethod;
  readonly seed: number;
}

/** Holds out about such a share of the rows, 0 to 1 exclusive. Throws `INVALID_DATA` when they cannot be divided so. */
export function holdOut(request: DivideRequest, validationShare: number): SplitResult {
  const { data, seed } = request;
  const strategy = strategyOf(request);
  const { warnings, ...split } = splitRows({
    rows: data.table.rows,
    strategy,
    validationShare,
    seed,
  });
  return { splits: [split], warnings };
}

/** Deals the rows into so many folds. Throws `INVALID_DATA` when they cannot be divided so. */
export function dealFolds(request: DivideRequest, folds: number): SplitResult {
  const { data, seed } = request;
  return foldRows({ rows: data.table.rows, strategy: strategyOf(request), folds, seed });
}

function strategyOf({ data, labels, method: kind }: DivideRequest): SplitStrategy {
  if (kind === 'random') return { kind };
  if (kind === 'stratified') {
    return { kind, labels: Array.from(data.targets, (target) => labels[target] ?? target) };
  }
  const { keys } = data;
  if (keys === null) {
    throw new SpillwayError('INVALID_CONFIG', `a split by ${kind} needs its column: split.column`);
  }
  return kind === 'group' ? { kind, groups: keys } : { kind, times: keys.map(readTime) };
}

/** A number as it is, a date in milliseconds. */
function readTime(text: string, row: number): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  const time = Number.isNaN(number) ? Date.parse(text) : number;
  if (Number.isFinite(time)) return time;
  throw new SpillwayError(
    'INVALID_DATA',
    `row ${row + 1}: the time is neither a number nor a date as in 2026-01-31`,
  );
}
