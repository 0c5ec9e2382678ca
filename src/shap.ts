import { SpillwayError } from './core/index.ts';
import {
  type CounterfactualOptions,
  createCounterfactualFinder,
  createExplainer,
  type ExplainerOptions,
  type WantedDecision,
} from './explain/index.ts';
import {
  type CounterfactualSearch,
  createRowReader,
  type Explanation,
  invalidRow,
  type Model,
  type Row,
} from './model/index.ts';

/** Explains the answers of one model. */
export interface ModelExplainer {
  /**
   * Exact attributions of the model's score for a row, before the link.
   * @throws SpillwayError `INVALID_ROW` with every fault of the row.
   */
  explain(row: Row): Explanation;
  /** The same for many rows, in their order. */
  explainRows(rows: readonly Row[]): Explanation[];
}

/**
 * Prepares exact explanations of a model's answers: path-dependent TreeSHAP for trees, LinearSHAP for linear models.
 * @throws SpillwayError `NOT_EXPLAINABLE` saying what is missing: covers, background means, or a model that is only code.
 */
export function createModelExplainer(model: Model, options: ExplainerOptions = {}): ModelExplainer {
  if (model.pipeline === null) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      'the model is only code: there are no trees or weights to explain',
    );
  }
  const explainer = createExplainer(model.pipeline, options);
  const reader = createRowReader(model.schema, { allowInfinite: true });
  const explain = (row: Row): Explanation => {
    const values = new Float64Array(model.schema.features.length);
    if (reader.read(row, values)) return explainer.explain(values);
    throw invalidRow(reader.faults(row));
  };
  return { explain, explainRows: (rows) => rows.map(explain) };
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
  ReasonCode,
} from './model/index.ts';
export type { CounterfactualOptions, ExplainerOptions, WantedDecision };
