import { SpillwayError } from '../core/index.ts';
import type { FeatureSteps } from '../model/index.ts';

/** Tells which feature gave a column its value, for a row whose values are all `made`: those of features, then of steps. */
export type SupplierOf = (column: number, made: Float64Array) => number;

/**
 * Follows columns back to features. Of several values the first that is not missing supplied the column, else the first of
 * all, whose absence counted.
 * @throws SpillwayError `NOT_EXPLAINABLE` when a column is made from several features at once.
 */
export function createSupplierOf({ features, steps, columns }: FeatureSteps): SupplierOf {
  const shared = steps.find(({ kind }) => kind === 'normalize' || kind === 'recode-together');
  if (shared !== undefined) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'a column is made from several features at once, so no single one can be given its attribution',
    );
  }
  const walk: SupplierOf = (column, made) => {
    let value = columns[column]!;
    while (value >= features) {
      const { of } = steps[value - features]!;
      value =
        typeof of === 'number' ? of : (of.find((other) => !Number.isNaN(made[other]!)) ?? of[0]!);
    }
    return value;
  };
  // most columns have one source at each step, whatever the row
  const only = columns.map((_, column) => onlySupplier({ features, steps, columns }, column));
  return (column, made) => only[column] ?? walk(column, made);
}

function onlySupplier({ features, steps, columns }: FeatureSteps, column: number): number | null {
  let value = columns[column]!;
  while (value >= features) {
    const { of } = steps[value - features]!;
    if (typeof of !== 'number') return null;
    value = of;
  }
  return value;
}
