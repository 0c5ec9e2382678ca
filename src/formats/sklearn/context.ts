import type { Label, Pipeline, Task } from '../../model/index.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseBroken } from '../refusals.ts';
import type { SklearnVersion } from './read-version.ts';
import type { Column, RowPlan } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** What surrounds an estimator while it is read. */
export interface Context {
  readonly plan: RowPlan;
  /** The version that wrote the estimator around. */
  readonly version: SklearnVersion | null;
  /** Reads an estimator inside another. */
  readonly interpret: Interpret;
  /** Sentences for people, added to. */
  readonly warnings: string[];
}

/** An estimator as data, and the columns that its model takes. */
export interface Fitted {
  readonly columns: readonly Pick<Column, 'value'>[];
  readonly model: Pipeline['model'];
  readonly task: Task;
  readonly labels: readonly Label[];
  readonly decisionThreshold: number;
  /** The class of the estimator that predicts. */
  readonly objective: string;
}

/** What a fitted estimator predicts from columns. */
export type Interpret = (
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
) => Fitted;

/** Refuses unless an estimator was fitted on as many columns as it gets. */
export function expectWidth(estimator: PickleValue, columns: readonly Column[]): void {
  const width = estimator.find('n_features_in_')?.count(0, 2 ** 31) ?? columns.length;
  if (width === columns.length) return;
  refuseBroken(
    `${estimator.path || 'the file'}: ${shortName(estimator)} was fitted on ${width} columns and gets ${columns.length}`,
  );
}

/** The numbers of an attribute, of which there must be so many. */
export function numbersOf(value: PickleValue, count: number): Float64Array {
  const numbers = value.numbers();
  return numbers.length === count ? numbers : value.refuse(`${count} numbers`);
}
