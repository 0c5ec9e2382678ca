import type { BoosterTree } from '../../formats/index.ts';
import type { TrainingTable } from '../training-table.ts';
import { addTreeAnswers } from './add-tree-answers.ts';
import { checkLabels, type GivenRows } from './check-labels.ts';
import { alignColumns } from './check-tables.ts';
import type { LabeledRows, Margins } from './objectives/boosting-objective.ts';
import type { BoostingSettings } from './read-boosting-parameters.ts';

/** Decimals of a number of a metric. */
const decimals = 17;

/** The numbers of each round, by the name of the metric; empty where nothing is watched. */
export type MetricHistory = Readonly<Record<string, readonly number[]>>;

/** Computes the metrics of each round and keeps them. */
export interface Watch {
  observe(
    grown: readonly BoosterTree[],
    trainingMargins: Margins,
    trainingData: LabeledRows,
  ): {
    readonly training: Readonly<Record<string, number>>;
    readonly validation: Readonly<Record<string, number>>;
  };
  /** What was observed, frozen. */
  finish(): { readonly training: MetricHistory; readonly validation: MetricHistory };
}

/**
 * Starts watching the validation rows, if there are any, and the training rows, if asked for.
 * @throws `INVALID_DATA` when the validation rows do not fit to the training.
 */
export function createWatch(
  { metrics, objective, parallelTrees }: BoostingSettings,
  startMargins: readonly number[],
  table: TrainingTable,
  validation: (GivenRows & { readonly table: TrainingTable }) | undefined,
  isTrainingWatched: boolean,
): Watch {
  const held = validation === undefined ? null : prepare(validation);
  const history = { training: emptyHistory(isTrainingWatched), validation: emptyHistory(held) };

  function prepare(rows: GivenRows & { readonly table: TrainingTable }): {
    data: LabeledRows;
    columns: readonly Float32Array[];
    margins: Margins;
  } {
    const count = rows.table.rows;
    return {
      data: checkLabels(rows, count, objective, '/validation'),
      columns: alignColumns(rows.table, table.columns),
      margins: startMargins.map((margin) => new Float32Array(count).fill(margin)),
    };
  }

  function emptyHistory(isWatched: unknown): Record<string, number[]> {
    return Object.fromEntries(isWatched ? metrics.map(({ name }) => [name, []]) : []);
  }

  function measure(
    margins: Margins,
    data: LabeledRows,
    into: Record<string, number[]>,
  ): Record<string, number> {
    const answers = objective.answer(margins);
    return Object.fromEntries(
      metrics.map(({ name, measure: measureWith }) => {
        // XGBoost hands numbers on as texts, so that smaller steps are none for early stopping
        const score = Number(measureWith(answers, data).toFixed(decimals));
        into[name]!.push(score);
        return [name, score];
      }),
    );
  }

  return {
    finish: () =>
      Object.freeze({
        training: freeze(history.training),
        validation: freeze(history.validation),
      }),
    observe(grown, trainingMargins, trainingData) {
      for (const [index, tree] of held === null ? [] : grown.entries()) {
        const output = Math.floor(index / parallelTrees);
        addTreeAnswers(tree, held!.columns, held!.margins[output]!);
      }
      return {
        training: isTrainingWatched ? measure(trainingMargins, trainingData, history.training) : {},
        validation: held === null ? {} : measure(held.margins, held.data, history.validation),
      };
    },
  };
}

function freeze(numbers: Record<string, number[]>): MetricHistory {
  for (const values of Object.values(numbers)) Object.freeze(values);
  return Object.freeze(numbers);
}
