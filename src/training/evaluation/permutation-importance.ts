// What: how much worse a model scores when one column is shuffled.
// Source: Breiman, Random forests, Machine Learning 45 (2001), section 10; Fisher, Rudin and Dominici (2019).
// Complexity: one prediction of all rows per column and repeat.
// Invariant: a column that the model does not read has an importance of exactly 0; the same seed gives the same result.
import { checkOptions, createSeededRandom, SpillwayError } from '../../core/index.ts';
import { shuffle } from '../split/shuffle.ts';
import type { TrainingTable } from '../training-table.ts';

/** What a permutation importance looks at. */
export interface PermutationImportanceOptions<Answers> {
  /** Rows that the model was not trained on. */
  readonly table: TrainingTable;
  /** Asks the model about all rows of a table like it. */
  readonly predict: (table: TrainingTable) => Answers;
  /** How good answers are; higher is better, so a loss is given with a minus. */
  readonly score: (answers: Answers) => number;
  /** How often each column is shuffled, 1 to 1000. @default 5 */
  readonly repeats?: number | undefined;
  /** Seed of the shuffling, an integer. @default 0 */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How much a model leans on each column; plain data. */
export interface PermutationImportance {
  /** The score with no column shuffled. */
  readonly score: number;
  readonly repeats: number;
  readonly seed: number;
  /** In the order of the table. */
  readonly columns: readonly ColumnImportance[];
}

/** How much a model leans on one column. Columns that stand in for each other share what they would have alone. */
export interface ColumnImportance {
  readonly name: string;
  /** Mean loss of score; about 0, or below, for a column that does not help. */
  readonly mean: number;
  /** Of the loss over the repeats, divided by one less than their number; `null` for a single one. */
  readonly standardDeviation: number | null;
  /** The loss of score in each repeat. */
  readonly draws: readonly number[];
}

/**
 * Shuffles each column in turn and measures what the score loses.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options; `INVALID_DATA` for a score that is not finite;
 * `CANCELLED` when the signal says so.
 */
export function measurePermutationImportance<Answers>({
  table,
  predict,
  score,
  repeats = 5,
  seed = 0,
  signal,
}: PermutationImportanceOptions<Answers>): PermutationImportance {
  checkOptions('measurePermutationImportance', [
    {
      option: 'repeats',
      value: repeats,
      holds: Number.isInteger(repeats) && repeats >= 1 && repeats <= 1000,
      expected: 'a whole number from 1 to 1000',
    },
    { option: 'seed', value: seed, holds: Number.isSafeInteger(seed), expected: 'an integer' },
  ]);
  const measure = (asked: TrainingTable): number => {
    if (signal?.aborted === true) {
      throw new SpillwayError('CANCELLED', 'the importance was cancelled', {
        cause: signal.reason,
      });
    }
    const found = score(predict(asked));
    if (Number.isFinite(found)) return found;
    throw new SpillwayError('INVALID_DATA', `expected a score that is finite, got ${found}`);
  };
  const random = createSeededRandom(seed);
  const whole = measure(table);
  const columns = table.columns.map((column, place): ColumnImportance => {
    const draws = Array.from({ length: repeats }, () => {
      const order = shuffle(
        Uint32Array.from(column.values, (_, row) => row),
        random,
      );
      const values = column.values.map((_, row) => column.values[order[row]!]!);
      return (
        whole - measure({ ...table, columns: table.columns.with(place, { ...column, values }) })
      );
    });
    return Object.freeze({ name: column.name, ...spreadOf(draws), draws: Object.freeze(draws) });
  });
  return Object.freeze({ score: whole, repeats, seed, columns: Object.freeze(columns) });
}

function spreadOf(draws: readonly number[]): Pick<ColumnImportance, 'mean' | 'standardDeviation'> {
  let sum = 0;
  for (const draw of draws) sum += draw;
  const mean = sum / draws.length;
  if (draws.length === 1) return { mean, standardDeviation: null };
  let squares = 0;
  for (const draw of draws) squares += (draw - mean) ** 2;
  return { mean, standardDeviation: Math.sqrt(squares / (draws.length - 1)) };
}
