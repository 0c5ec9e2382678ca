import { faultsInWords, SpillwayError } from '../../core/index.ts';
import type { Task } from '../../model/index.ts';
import { faultsOfTable } from '../faults-of-table.ts';
import type { TrainingTable } from '../training-table.ts';

/** What a forest is trained on, as it was given. */
export interface ForestInput {
  readonly table: TrainingTable;
  readonly labels: ArrayLike<number>;
  readonly weights?: ArrayLike<number> | undefined;
  readonly task: Task;
}

/** Data that a forest can be trained on. */
export interface CheckedData {
  readonly labels: Float64Array;
  readonly weights: Float64Array | null;
  /** How many classes there are; 0 for a regression. */
  readonly classes: number;
  readonly warnings: readonly string[];
}

/** More classes than this are taken for a target that is a number. */
const mostClasses = 1000;
/** Fewer rows than this are worth a warning. */
const fewRows = 30;
/** Targets beyond this overflow in the file that is written; weights beyond it when they are added up. */
const largest = 3.4e38;

/**
 * Looks at the rows, labels and weights of a forest.
 * @throws SpillwayError `INVALID_DATA` with all faults: no rows or columns, names that stand twice, lengths that differ, labels that are missing, no
 * classes or all the same, weights that are negative or all 0. A forest needs rows of two classes, or of two targets.
 */
export function checkForestData(input: ForestInput): CheckedData {
  const { table, task } = input;
  const faults = faultsOfTable(table);
  const found = (pointer: string, message: string): void => {
    faults.push({ pointer, message });
  };
  const labels = readNumbers(input.labels);
  const weights = input.weights === undefined ? null : readNumbers(input.weights);
  if (labels.length !== table.rows)
    found('/labels', `expected ${table.rows} of them, one per row, got ${labels.length}`);
  else checkLabels(labels, weights, task, found);
  if (weights !== null) checkWeights(weights, table.rows, found);
  if (faults.length > 0) {
    const message = `the rows to train a forest on have ${faults.length} fault(s): ${faultsInWords(faults)}`;
    throw new SpillwayError('INVALID_DATA', message, { faults });
  }
  const classes =
    task === 'regression'
      ? 0
      : labels.reduce((most, label) => Math.max(most, label + 1), task === 'binary' ? 2 : 0);
  return {
    labels: labels.map((label) => label + 0),
    weights,
    classes,
    warnings: [
      ...(table.rows < fewRows
        ? [`only ${table.rows} rows: what is learned from so few says little`]
        : []),
      ...warnOfClasses(labels, classes),
      ...warnOfColumns(table),
    ],
  };
}

/** What is no number, such as `null` from a database, is NaN and not 0. */
function readNumbers(given: ArrayLike<number>): Float64Array {
  if (ArrayBuffer.isView(given)) return Float64Array.from(given);
  return Float64Array.from(given, (value) => (typeof value === 'number' ? value : Number.NaN));
}

function checkLabels(
  labels: Float64Array,
  weights: Float64Array | null,
  task: Task,
  found: (pointer: string, message: string) => void,
): void {
  const isClass = (label: number): boolean =>
    Number.isInteger(label) && label >= 0 && label < (task === 'binary' ? 2 : mostClasses);
  const isGood = task === 'regression' ? (label: number) => Math.abs(label) <= largest : isClass;
  const expected =
    task === 'regression'
      ? 'finite numbers within float32'
      : task === 'binary'
        ? '0 or 1'
        : `whole numbers from 0 on, the places of up to ${mostClasses} classes`;
  const bad = labels.filter((label) => !isGood(label)).length;
  if (bad > 0) {
    const first = labels.findIndex((label) => !isGood(label));
    found('/labels', `expected ${expected}; row ${first} and ${bad - 1} more are not`);
    return;
  }
  const counted = labels.filter((_, row) => weights?.[row] !== 0);
  if (counted.length > 0 && counted.every((label) => label === counted[0])) {
    const what = task === 'regression' ? 'the target' : 'the class';
    found('/labels', `${what} of every row is ${counted[0]}: there is nothing to tell apart`);
  }
}

function checkWeights(
  weights: Float64Array,
  rows: number,
  found: (pointer: string, message: string) => void,
): void {
  if (weights.length !== rows)
    return found('/weights', `expected ${rows} of them, one per row, got ${weights.length}`);
  const bad = weights.findIndex((weight) => !(weight >= 0 && weight <= largest));
  if (bad !== -1) found('/weights', `expected finite numbers from 0 on; row ${bad} has none`);
  else if (weights.every((weight) => weight === 0)) found('/weights', 'all of them are 0');
}

function warnOfClasses(labels: Float64Array, classes: number): string[] {
  const rows = Array.from({ length: classes }, () => 0);
  if (classes > 0) for (const label of labels) rows[label]!++;
  return rows.flatMap((count, label) => (count === 0 ? [`class ${label} has no rows`] : []));
}

function warnOfColumns({ columns }: TrainingTable): string[] {
  return columns.flatMap(({ name, values }) => {
    if (values.every((value) => Number.isNaN(value)))
      return [`${name}: every value is missing; the forest does not use it`];
    const first = values[0]!;
    return values.every((value) => Object.is(value, first))
      ? [`${name}: every value is the same; the forest does not use it`]
      : [];
  });
}
