import { SpillwayError } from '../../core/index.ts';
import type { ColumnSummary, TableSummary } from '../../data/index.ts';
import type { Label, Task } from '../../model/index.ts';

/** What a model is to answer. */
export interface ChosenTarget {
  readonly task: Task;
  /** Binary: `[negative, positive]`. Empty for regression. */
  readonly labels: readonly Label[];
  /** How often each label stands, in the order of `labels`. */
  readonly counts: readonly number[];
  /** Why it is this task and this positive label, where nothing stated it. */
  readonly notes: readonly string[];
}

/** What is stated about a target; the rest is told from its values. */
export interface StatedTarget {
  readonly name: string;
  readonly task: Task | null;
  readonly positive: Label | null;
}

const yes: readonly string[] = [
  'yes',
  'y',
  'true',
  't',
  '1',
  'positive',
  'pos',
  'churn',
  'churned',
];

/**
 * Decides the task and the labels by the values of the target column: two values are a binary task, several texts are
 * several labels, several numbers a regression.
 * @throws SpillwayError `INVALID_DATA` for a target that is missing, not there, or has one value only; `INVALID_CONFIG`
 * for a statement that does not fit its values.
 */
export function chooseTarget(summary: TableSummary, stated: StatedTarget): ChosenTarget {
  const { name, positive } = stated;
  const column = summary.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const names = summary.columns.map((candidate) => JSON.stringify(candidate.name)).join(', ');
    throw new SpillwayError(
      'INVALID_DATA',
      `there is no column ${JSON.stringify(name)} to be the target; there are ${names}`,
    );
  }
  const target = `the target ${JSON.stringify(name)}`;
  if (column.missing > 0) {
    refuse(
      `${target} is missing in ${column.missing} of ${summary.rows} rows: leave these rows out`,
    );
  }
  if (column.infinite > 0) {
    refuse(`${target} is infinite, first on line ${column.firstInfiniteLine}`);
  }
  const { values } = column;
  if (values?.size === 1)
    refuse(`${target} is ${JSON.stringify([...values.keys()][0])} in every row`);
  const task = stated.task ?? taskOf(column);
  const notes = stated.task === null ? [`${target} makes it a ${task} task`] : [];
  if (task === 'regression' && stated.task === null && mayBeLabels(column)) {
    notes.push(
      `${target} has ${values?.size} different whole numbers: if they are labels, the task is multiclass`,
    );
  }
  if (task === 'regression') {
    if (positive !== null) misfit('positive', 'is for a binary task, and this is a regression');
    if (column.texts + column.truths > 0) {
      refuse(`${target} is no number in ${column.texts + column.truths} rows`);
    }
    return { task, labels: [], counts: [], notes };
  }
  if (values === null || values.size > 255) refuse(`${target} has more than 255 different values`);
  if (column.fractions > 0) {
    refuse(
      `${target} has numbers with a fraction, which are no labels: if they are amounts, the task is regression`,
    );
  }
  const labels = [...values.keys()].toSorted(compareLabels);
  const alike = labels.filter((label, place) =>
    labels.some((other, at) => at !== place && bare(other) === bare(label)),
  );
  if (alike.length > 0) {
    notes.push(
      `labels differ by capitals or blanks only: ${alike.map((label) => JSON.stringify(label)).join(', ')}`,
    );
  }
  if (task === 'binary') {
    if (labels.length !== 2) {
      refuse(`${target} has ${labels.length} different values, and a binary task has 2`);
    }
    const chosen = choosePositive(labels, positive);
    if (positive === null) notes.push(`the positive label is ${JSON.stringify(chosen)}`);
    labels.sort((a, b) => Number(a === chosen) - Number(b === chosen));
  } else {
    if (positive !== null) misfit('positive', 'is for a binary task, and this is multiclass');
    if (labels.length === 2) refuse(`${target} has 2 different values, which is a binary task`);
  }
  return { task, labels, counts: labels.map((label) => values.get(label) ?? 0), notes };
}

function taskOf({ texts, truths, values }: ColumnSummary): Task {
  if (values?.size === 2) return 'binary';
  return texts + truths > 0 ? 'multiclass' : 'regression';
}

function choosePositive(labels: readonly Label[], stated: Label | null): Label {
  if (stated !== null) {
    // the command line has texts only
    const found = labels.find((label) => String(label) === String(stated));
    if (found !== undefined) return found;
    misfit(
      'positive',
      `is none of the labels ${labels.map((one) => JSON.stringify(one)).join(', ')}`,
    );
  }
  // of two numbers the larger: 2 of 1 and 2
  const known = labels.filter(
    (label) => typeof label !== 'number' && yes.includes(String(label).toLowerCase()),
  );
  return (known.length === 1 ? known[0] : labels[1])!;
}

const fewValues = 10;

function mayBeLabels({ fractions, values }: ColumnSummary): boolean {
  return fractions === 0 && values !== null && values.size <= fewValues;
}

function bare(label: Label): string {
  return String(label).trim().toLowerCase();
}

function compareLabels(a: Label, b: Label): number {
  if (typeof a === typeof b) return a < b ? -1 : 1;
  return typeof a < typeof b ? -1 : 1;
}

function refuse(message: string): never {
  throw new SpillwayError('INVALID_DATA', message);
}

function misfit(setting: string, message: string): never {
  throw new SpillwayError('INVALID_CONFIG', `${setting} ${message}`, {
    faults: [{ pointer: `/${setting}`, message }],
  });
}
