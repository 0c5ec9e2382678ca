import { SpillwayError } from '../core/index.ts';
import { createRowEncoder } from '../inference/index.ts';
import type { AttributionUnits, Explanation, ExplanationMethod, Pipeline } from '../model/index.ts';
import { attributionUnits } from './attribution-units.ts';
import type { Attributor } from './attributor.ts';
import { createTreeAttributor } from './create-tree-attributor.ts';
import { createLinearShap } from './linear-shap.ts';
import { reasonCodes } from './reason-codes.ts';
import { createSupplierOf } from './supplier-of.ts';

/** What an explanation is measured against and how much of it is put in words. */
export interface ExplainerOptions {
  /** Linear models: mean of each column over the training rows, after centring and scaling. @default none, and linear models cannot be explained */
  readonly columnMeans?: readonly number[] | undefined;
  /** The most reasons named in words. @default 4 */
  readonly reasonCodes?: number | undefined;
}

/** Explains the answers of one model, exactly: attributions of the very score that the model computes, before its link. */
export interface Explainer {
  readonly method: ExplanationMethod;
  readonly units: AttributionUnits;
  /**
   * Explains a row already read: one number per feature of the schema, categories by their code, NaN = missing.
   * @throws SpillwayError `NOT_EXPLAINABLE` when the row's score is not a finite number.
   */
  explain(values: Float64Array): Explanation;
}

/**
 * Prepares explanations of a pipeline's answers. A column's attribution goes to the feature that supplied the column;
 * every feature of the schema is attributed something, 0 when the model does not look at it. With several outputs the
 * reasons in words are those of the label predicted (binary: the positive label; regression: the output furthest from its base).
 * @throws SpillwayError `NOT_EXPLAINABLE` saying what is missing: covers of trees, means of a linear model's columns.
 */
export function createExplainer(pipeline: Pipeline, options: ExplainerOptions = {}): Explainer {
  const { schema, steps, model, labels } = pipeline;
  const { outputs } = model;
  const supplierOf = createSupplierOf(steps);
  const attributor = createAttributor(model, options.columnMeans);
  const { method, base } = attributor;
  const units = attributionUnits(pipeline);
  const made = new Float64Array(steps.features + steps.steps.length);
  const encode = createRowEncoder({ ...steps, columns: [...made.keys()] });
  const row = new Float64Array(steps.columns.length);
  const ofColumns = new Float64Array(row.length * outputs);
  const ofFeatures = new Float64Array(schema.features.length * outputs);
  const scores = new Float64Array(outputs);

  const attribute = (values: Float64Array): void => {
    encode(values, made);
    for (const [c, from] of steps.columns.entries()) row[c] = made[from]!;
    attributor.attribute(row, ofColumns);
    attributor.score(row, scores);
    ofFeatures.fill(0);
    for (let c = 0; c < row.length; c++) {
      const feature = supplierOf(c, made);
      for (let k = 0; k < outputs; k++)
        ofFeatures[feature * outputs + k]! += ofColumns[c * outputs + k]!;
    }
  };

  const additivityResidual = (): number => {
    let worst = 0;
    for (let k = 0; k < outputs; k++) {
      let sum = base[k]!;
      for (let index = k; index < ofFeatures.length; index += outputs) sum += ofFeatures[index]!;
      worst = Math.max(worst, Math.abs(sum - scores[k]!));
    }
    return worst;
  };

  /** The part of a vector that belongs to one feature: a number, or one per output. */
  const part = (vector: Float64Array, feature: number): number | readonly number[] =>
    outputs === 1
      ? vector[feature]!
      : Array.from(vector.subarray(feature * outputs, (feature + 1) * outputs));

  return Object.freeze({
    method,
    units,
    explain(values) {
      attribute(values);
      const residual = additivityResidual();
      if (!Number.isFinite(residual)) {
        throw new SpillwayError(
          'NOT_EXPLAINABLE',
          'the score of this row is not a finite number: a missing or infinite value reaches a model that has no answer for it',
        );
      }
      const spoken = outputs === 1 ? 0 : spokenOutput(pipeline, base, scores);
      return {
        method,
        units,
        baseValue: part(base, 0),
        attributions: Object.fromEntries(
          schema.features.map(({ name }, feature) => [name, part(ofFeatures, feature)]),
        ),
        additivityResidual: residual,
        reasonCodes: reasonCodes(
          {
            schema,
            values,
            attributions: ofFeatures.filter((_, index) => index % outputs === spoken),
            units,
            output: outputs === 1 ? null : `${labels[spoken] ?? `output ${spoken + 1}`}`,
          },
          options.reasonCodes ?? 4,
        ),
        ...(outputs > 1 && labels.length === outputs && { outputs: labels }),
      };
    },
  } satisfies Explainer);
}

function createAttributor(
  model: Pipeline['model'],
  columnMeans: readonly number[] | undefined,
): Attributor {
  if (model.kind === 'linear-model') return createLinearShap(model, columnMeans);
  if (model.kind === 'tree-ensemble') return createTreeAttributor(model);
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    'a calibrated model answers means of calibrated probabilities, which cannot be attributed exactly',
  );
}

/** Which of several outputs the reasons are about. */
function spokenOutput({ task }: Pipeline, base: Float64Array, scores: Float64Array): number {
  if (task === 'binary') return scores.length - 1;
  const rank =
    task === 'multiclass' ? scores : scores.map((score, k) => Math.abs(score - base[k]!));
  return rank.indexOf(Math.max(...rank));
}
