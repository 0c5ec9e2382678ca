import { createRowEncoder } from '../../inference/index.ts';
import {
  addColumnSteps,
  type CardColumn,
  type Feature,
  type FeatureStep,
  type FeatureSteps,
} from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';

/** The steps from features to stated columns: the very ones that a version with this card serves. */
export function columnSteps(
  features: readonly Feature[],
  columns: readonly CardColumn[],
): FeatureSteps {
  const steps: FeatureStep[] = [];
  const push = (step: FeatureStep): number => features.length + steps.push(step) - 1;
  const made = columns.map((column) => addColumnSteps(column, features, push));
  return { features: features.length, steps, columns: made };
}

/** A table of features as the numbers that a model looks at, by the code that will serve it. */
export function prepareTable(
  table: TrainingTable,
  features: readonly Feature[],
  columns: readonly CardColumn[],
): TrainingTable {
  const encode = createRowEncoder(columnSteps(features, columns));
  const row = new Float64Array(features.length);
  const made = new Float64Array(columns.length);
  const prepared = columns.map(({ name }) => ({
    name,
    type: 'number' as const,
    values: new Float64Array(table.rows),
    categories: [],
  }));
  for (let index = 0; index < table.rows; index++) {
    for (let feature = 0; feature < row.length; feature++) {
      row[feature] = table.columns[feature]!.values[index]!;
    }
    encode(row, made);
    for (let column = 0; column < made.length; column++) {
      prepared[column]!.values[index] = made[column]!;
    }
  }
  return { rows: table.rows, columns: prepared };
}
