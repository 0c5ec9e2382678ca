import type { FeatureSchema } from '../../model/index.ts';
import type { GlobalView } from './global-view.ts';

/** Which model a global view is of. */
export interface ModelFacts {
  /** The name in the card; `null` without one. */
  readonly name: string | null;
  readonly version: string;
  readonly format: string;
  /** The version of the library that wrote the file, `null` when the file does not say. */
  readonly libraryVersion: string | null;
  /** SHA-256 of the artifact in hexadecimal. */
  readonly sha256: string;
  readonly schema: FeatureSchema;
  /** By what a score is multiplied on its way into a logistic link; 1 for any other. */
  readonly slope: number;
  /** The most rows that were to be read; `null` for all of the input. */
  readonly maxRows: number | null;
}

/** The numbers of a global view, in full precision and in the names of the wire. */
export function summaryToWire(view: GlobalView, facts: ModelFacts): Record<string, unknown> {
  return {
    model: {
      name: facts.name,
      version: facts.version,
      format: facts.format,
      library_version: facts.libraryVersion,
      sha256: facts.sha256,
    },
    rows: view.rows,
    max_rows: facts.maxRows,
    method: view.method,
    units: view.units,
    largest_residual: view.largestResidual,
    outputs: view.outputs.map(({ baseValue, features, output }) => ({
      output,
      base_value: baseValue,
      features: features.map((summary) => ({
        feature: summary.feature,
        mean_absolute: summary.meanAbsolute,
        mean: summary.mean,
        min: summary.min,
        max: summary.max,
        share: summary.share,
        missing: summary.missing,
      })),
    })),
  };
}
