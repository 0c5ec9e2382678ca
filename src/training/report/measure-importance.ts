import { createSeededRandom, SpillwayError } from '../../core/index.ts';
import { createExplainer, createGlobalView } from '../../explain/index.ts';
import type { Pipeline } from '../../model/index.ts';
import type { TrainingTable } from '../training-table.ts';

/** How much a feature moves answers: the mean size of its exact SHAP values, over rows and outputs. */
export interface FeatureImportance {
  readonly feature: string;
  readonly meanAbsolute: number;
  /** Of all features together, 0 to 1. */
  readonly share: number;
}

const mostRows = 1000;

/** The features by how much they move the score of a model over up to 1,000 rows, the largest first; `null` when it cannot be explained. */
export function measureImportance(
  pipeline: Pipeline,
  table: TrainingTable,
  columnMeans: readonly number[] | null,
  seed: number,
): readonly FeatureImportance[] | null {
  try {
    const explainer = createExplainer(pipeline, { columnMeans: columnMeans ?? undefined });
    const builder = createGlobalView(pipeline, explainer, { random: createSeededRandom(seed) });
    const rows = Math.min(mostRows, table.rows);
    const width = table.columns.length;
    const values = new Float64Array(rows * width);
    for (const [index, column] of table.columns.entries()) {
      for (let row = 0; row < rows; row++) {
        // evenly over the table, which may be sorted
        values[row * width + index] = column.values[Math.floor((row * table.rows) / rows)]!;
      }
    }
    builder.add(values, rows);
    const { outputs } = builder.finish();
    const sums = new Map<string, number>();
    for (const { features } of outputs) {
      for (const { feature, meanAbsolute } of features) {
        sums.set(feature, (sums.get(feature) ?? 0) + meanAbsolute / outputs.length);
      }
    }
    const whole = [...sums.values()].reduce((sum, size) => sum + size, 0);
    return [...sums]
      .map(([feature, meanAbsolute]) => ({
        feature,
        meanAbsolute,
        share: whole === 0 ? 0 : meanAbsolute / whole,
      }))
      .toSorted((a, b) => b.meanAbsolute - a.meanAbsolute);
  } catch (error) {
    if (SpillwayError.isInstance(error) && error.code === 'NOT_EXPLAINABLE') return null;
    throw error;
  }
}
