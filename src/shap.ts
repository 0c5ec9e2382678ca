import { SpillwayError } from './core/index.ts';
import {
  type CounterfactualOptions,
  createCounterfactualFinder,
  createExplainer,
  createFeatureInteractions,
  createLimeExplainer,
  type ExplainerOptions,
  type LimeOptions,
  type WantedDecision,
} from './explain/index.ts';
import {
  type AttributionUnits,
  type CounterfactualSearch,
  createRowReader,
  type Explanation,
  invalidRow,
  type Model,
  type Row,
  readBackground,
} from './model/index.ts';

/** Explains the answers of one model. */
export interface ModelExplainer {
  /**
   * Exact attributions of what is explained for a row: the score before the link, or the probability.
   * @throws SpillwayError `INVALID_ROW` with every fault of the row.
   */
  explain(row: Row): Explanation;
  /** The same for many rows, in their order. */
  explainRows(rows: readonly Row[]): Explanation[];
  /**
   * Splits the attributions of a row over pairs of features, exactly.
   * @throws SpillwayError `INVALID_ROW`; `NOT_EXPLAINABLE` for models that are no trees with covers, and against a background.
   */
  explainInteractions(row: Row): Interactions;
}

/** SHAP interaction values of one row. */
export interface Interactions {
  /** Names of the features, in the order of `values`. */
  readonly features: readonly string[];
  readonly units: AttributionUnits;
  /**
   * `values[i][j]`: half of what the features i and j do together beyond what each does alone; `values[i][i]`: what is left
   * of the attribution of i, which the row i adds up to. One number per output when there are several.
   */
  readonly values: readonly (readonly (number | readonly number[])[])[];
}

/** What an exact explanation is measured against and how much of it is put in words. */
export interface ModelExplainerOptions extends Omit<ExplainerOptions, 'background'> {
  /** Rows that interventional explanations compare with; a linear model without `columnMeans` is explained against their means. @default none */
  readonly background?: readonly Row[] | undefined;
}

/**
 * Prepares exact explanations of a model's answers: path-dependent TreeSHAP for trees, LinearSHAP for linear models, or
 * interventional SHAP against a background for any of them.
 * @throws SpillwayError `NOT_EXPLAINABLE` saying what is missing: covers, background means, or a model that is only code;
 * `INVALID_ROW` for a row of the background that is none.
 */
export function createModelExplainer(
  model: Model,
  options: ModelExplainerOptions = {},
): ModelExplainer {
  const { pipeline, schema } = model;
  if (pipeline === null) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the model is only code: there are no trees or weights to explain',
    );
  }
  const background = options.background && readBackground(schema, options.background);
  const explainer = createExplainer(pipeline, { ...options, background });
  const reader = createRowReader(schema, { allowInfinite: true });
  const width = schema.features.length;
  const readRows = (rows: readonly Row[]): Float64Array => {
    const values = new Float64Array(rows.length * width);
    for (const [index, row] of rows.entries()) {
      if (!reader.read(row, values.subarray(index * width, (index + 1) * width)))
        throw invalidRow(reader.faults(row));
    }
    return values;
  };
  let interactions: ReturnType<typeof createFeatureInteractions> | undefined;
  return {
    explain: (row) => explainer.explain(readRows([row])),
    explainInteractions(row) {
      if (explainer.method === 'interventional-shap') {
        throw new SpillwayError(
          'NOT_EXPLAINABLE',
          'interactions are those of covers, by the method exact; there are none against a background',
        );
      }
      interactions ??= createFeatureInteractions(pipeline);
      const { outputs } = pipeline.model;
      const flat = interactions.interact(readRows([row]));
      const at = (i: number, j: number): number | readonly number[] => {
        const start = (i * width + j) * outputs;
        const cell = flat.subarray(start, start + outputs);
        return outputs === 1 ? (cell[0] ?? 0) : Array.from(cell);
      };
      return {
        features: schema.features.map(({ name }) => name),
        units: explainer.units,
        values: schema.features.map((_, i) => schema.features.map((__, j) => at(i, j))),
      };
    },
    explainRows: (rows) => explainer.explainBatch(readRows(rows), rows.length),
  };
}

/** What LIME compares with, beside how it samples. */
export interface ModelLimeOptions extends LimeOptions {
  /** Rows of the training data, at least one and better some hundreds: neighbours of a row are made of their values. */
  readonly background: readonly Row[];
}

/** Explains the answers of one model approximately, by a linear stand-in near each row. */
export interface ModelLime {
  /**
   * Fits the stand-in for a row; the explanation's `fit` says how well it does, and its `exact` is always false.
   * @param seed Whole number from 0 to 2^32 - 1; goes before that of the options.
   * @throws SpillwayError `INVALID_ROW` with every fault of the row; `NOT_EXPLAINABLE` when the model has no usable answer
   * to the row or to one like it; `INVALID_OPTION` for another seed.
   */
  explain(row: Row, seed?: number): Explanation;
}

/**
 * Prepares LIME for any model, one that is only code too: approximate attributions of its probability or value, from its
 * answers alone. For comparison, and where there is nothing exact; see `docs/explanations.md`.
 * @throws SpillwayError `INVALID_ROW` with the faults of the first background row that has any, their pointers beginning
 * with its index; `NOT_EXPLAINABLE` for no background rows or more than 1,000 features; `INVALID_OPTION` for other samples
 * or another seed.
 */
export function createModelLime(model: Model, options: ModelLimeOptions): ModelLime {
  const width = model.schema.features.length;
  const background = readBackground(model.schema, options.background);
  const explainer = createLimeExplainer(model, background, options);
  const reader = createRowReader(model.schema, { allowInfinite: true });
  return {
    explain(row, seed) {
      const read = new Float64Array(width);
      if (reader.read(row, read)) return explainer.explain(read, seed);
      throw invalidRow(reader.faults(row));
    },
  };
}

/**
 * Looks for the smallest changes to features that the schema marks as `changeable`, within their ranges and directions, for
 * which the model decides otherwise. The model itself was asked about each one that is shown. Any model will do, also one
 * that is only code.
 * @throws SpillwayError `INVALID_ROW` with every fault of the row; `INVALID_OPTION`; `NOT_EXPLAINABLE` when the model fails on
 * a changed row, answers several numbers, or a changeable number has no range.
 */
export function findCounterfactuals(
  model: Model,
  row: Row,
  options: CounterfactualOptions = {},
): CounterfactualSearch {
  const reader = createRowReader(model.schema, { allowInfinite: true });
  const values = new Float64Array(model.schema.features.length);
  if (!reader.read(row, values)) throw invalidRow(reader.faults(row));
  return createCounterfactualFinder(model).find(values, options);
}

export type {
  Counterfactual,
  CounterfactualSearch,
  Explanation,
  FeatureChange,
  LimeFit,
  ReasonCode,
} from './model/index.ts';
export type { CounterfactualOptions, LimeOptions, WantedDecision };
