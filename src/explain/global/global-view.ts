import { nameRow, type Random, SpillwayError } from '../../core/index.ts';
import type { AttributionUnits, ExplanationMethod, Label, Pipeline } from '../../model/index.ts';
import { checkAdditivity } from '../check-additivity.ts';
import type { Explainer } from '../explainer.ts';
import { createReservoir } from './create-reservoir.ts';
import { createAttributionSummariser, type FeatureSummary } from './summarise-attributions.ts';

/** What moves one output of a model. */
export interface OutputView {
  /** What the output is: the label whose score it is, `output 2` of several numbers, `null` for the only one. */
  readonly output: Label | null;
  /** The score of a row of which nothing is known. */
  readonly baseValue: number;
  /** The feature that moves it most first. */
  readonly features: readonly FeatureSummary[];
}

/** Rows that stand for all, with what is attributed to them. */
export interface SampledRows {
  readonly count: number;
  /** `[row][feature]`, one after the other: categories by their code, NaN = missing. */
  readonly values: Float64Array;
  /** `[row][feature][output]`, one after the other. */
  readonly attributions: Float64Array;
}

/** What moves the answers of a model, over many rows. */
export interface GlobalView {
  readonly rows: number;
  readonly method: ExplanationMethod;
  readonly units: AttributionUnits;
  /** Of all rows: the largest |base + sum of attributions - score|. */
  readonly largestResidual: number;
  /** In the order of the model. */
  readonly outputs: readonly OutputView[];
  readonly sample: SampledRows;
}

/** Takes in rows, as many as there are, in memory that does not grow with them. */
export interface GlobalViewBuilder {
  /**
   * `count` rows that stand one after the other, one number per feature each.
   * @throws SpillwayError naming the row, counted from 1 over all blocks: `NOT_EXPLAINABLE` when it has no finite score,
   * `EXPLANATION_INEXACT` when its attributions do not add up to it.
   */
  add(values: Float64Array, count: number): void;
  /** @throws SpillwayError `INVALID_DATA` when there was no row. */
  finish(): GlobalView;
}

/** How a global view is made. */
export interface GlobalViewOptions {
  /** Chooses the rows of the sample. */
  readonly random: Random;
  /** The most rows in the sample, at least 1; fewer when they would hold more than 4,194,304 numbers. @default 1000 */
  readonly sampleRows?: number | undefined;
}

// 32 MB each: of attributions that are made at a time, and of the sample
const mostNumbers = 2 ** 22;

/** Prepares the global view of a pipeline, by its explainer. */
export function createGlobalView(
  pipeline: Pipeline,
  explainer: Explainer,
  { random, sampleRows = 1000 }: GlobalViewOptions,
): GlobalViewBuilder {
  const { base, method, units } = explainer;
  const features = pipeline.schema.features.length;
  const outputs = base.length;
  const width = features * outputs;
  const size = Math.max(1, Math.min(sampleRows, Math.floor(mostNumbers / (features + width))));
  const stride = Math.max(1, Math.floor(mostNumbers / width));
  const summariser = createAttributionSummariser(pipeline.schema, outputs);
  const reservoir = createReservoir(size, random);
  const sampledValues = new Float64Array(size * features);
  const sampledAttributions = new Float64Array(size * width);
  let rows = 0;
  let largestResidual = 0;

  const addRow = (values: Float64Array, attributions: Float64Array, residual: number): void => {
    rows++;
    try {
      checkAdditivity(residual, base, attributions);
    } catch (error) {
      throw nameRow(error, rows);
    }
    largestResidual = Math.max(largestResidual, residual);
    summariser.add(values, attributions);
    const place = reservoir();
    if (place === -1) return;
    sampledValues.set(values, place * features);
    sampledAttributions.set(attributions, place * width);
  };

  return {
    add(values, count) {
      for (let from = 0; from < count; from += stride) {
        const some = Math.min(stride, count - from);
        const block = values.subarray(from * features, (from + some) * features);
        const { attributions, residuals } = explainer.attributeBatch(block, some);
        for (let row = 0; row < some; row++)
          addRow(
            block.subarray(row * features, (row + 1) * features),
            attributions.subarray(row * width, (row + 1) * width),
            residuals[row]!,
          );
      }
    },
    finish() {
      if (rows === 0)
        throw new SpillwayError('INVALID_DATA', 'the input has no rows, so nothing is explained');
      const count = Math.min(rows, size);
      const names = namesOf(pipeline, outputs);
      return {
        rows,
        method,
        units,
        largestResidual,
        outputs: summariser.finish().map((summaries, k) => ({
          output: names[k]!,
          baseValue: base[k]!,
          features: summaries,
        })),
        sample: {
          count,
          values: sampledValues.subarray(0, count * features),
          attributions: sampledAttributions.subarray(0, count * width),
        },
      };
    },
  };
}

function namesOf({ labels, task }: Pipeline, outputs: number): (Label | null)[] {
  if (outputs === 1) return [task === 'binary' ? (labels[1] ?? null) : null];
  return Array.from({ length: outputs }, (_, k) =>
    labels.length === outputs ? labels[k]! : `output ${k + 1}`,
  );
}
