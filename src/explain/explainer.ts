import { nameRow, SpillwayError } from '../core/index.ts';
import { createRowEncoder } from '../inference/index.ts';
import type {
  AttributionUnits,
  Background,
  Explanation,
  ExplanationMethod,
  Pipeline,
} from '../model/index.ts';
import { attributionUnits } from './attribution-units.ts';
import type { Attributor } from './attributor.ts';
import { checkAdditivity } from './check-additivity.ts';
import { createTreeAttributor } from './create-tree-attributor.ts';
import { adverseByDefault, findReasons } from './find-reasons.ts';
import { meansOf } from './interventional/background-linear.ts';
import { encodeBackground } from './interventional/encode-background.ts';
import { createInterventionalShap } from './interventional-shap.ts';
import { createLinearShap } from './linear-shap.ts';
import { createRecordMaker } from './records.ts';
import { createSupplierOf } from './supplier-of.ts';

/** What an explanation is measured against and how much of it is put in words. */
export interface ExplainerOptions {
  /** `exact` by the model's own covers or means, `interventional` against the rows of the background. @default `exact` */
  readonly method?: 'exact' | 'interventional' | undefined;
  /** Interventional: what an answer is compared with. @default none, and such explanations cannot be made */
  readonly background?: Background | undefined;
  /** Interventional: what is explained, the score before the link or the probability. @default `score` */
  readonly output?: 'score' | 'probability' | undefined;
  /** Linear models: mean of each column over the training rows, after centring and scaling. @default those of the background; without one linear models cannot be explained */
  readonly columnMeans?: readonly number[] | undefined;
  /** Which way of the output is adverse: only features that moved it so are reasons. @default `higher` for classifiers, `both` for regression */
  readonly adverse?: 'higher' | 'lower' | 'both' | undefined;
  /** The most reasons named in words. @default 4 */
  readonly reasonCodes?: number | undefined;
}

/** Attributions of many rows as numbers. */
export interface AttributedRows {
  /** `[row][feature][output]`, one after the other. */
  readonly attributions: Float64Array;
  /** What each row's attributions add up to, the score before the link or the probability, per output, in float64 and computed without them. */
  readonly scores: Float64Array;
  /** Of each row: the largest |base + sum of attributions - score| of its outputs. */
  readonly residuals: Float64Array;
}

/** Explains the answers of one model, exactly: attributions of the very score that the model computes, before its link, or of its probability. */
export interface Explainer {
  readonly method: ExplanationMethod;
  readonly units: AttributionUnits;
  /** The score of a row of which nothing is known, per output. */
  readonly base: Float64Array;
  /**
   * Explains a row already read: one number per feature of the schema, categories by their code, NaN = missing.
   * @throws SpillwayError `NOT_EXPLAINABLE` when the row's score is not a finite number.
   */
  explain(values: Float64Array): Explanation;
  /**
   * The same for `count` rows that stand one after the other, several times as fast.
   * @param firstRow what an error calls the first row; 1 by default
   */
  explainBatch(values: Float64Array, count: number, firstRow?: number): Explanation[];
  /** The numbers alone, for `count` rows that stand one after the other. */
  attributeBatch(values: Float64Array, count: number): AttributedRows;
}

/** So many rows, and numbers of rows, are made into columns at a time: memory does not grow with the batch. */
const mostRows = 256;
const mostNumbers = 2 ** 20;
/** Of one explanation, 32 MB: a short file may claim many columns and many outputs. */
const mostAttributions = 2 ** 22;
const methods: ReadonlySet<string> = new Set(['exact', 'interventional']);

/**
 * Prepares explanations of a pipeline's answers. A column's attribution goes to the feature that supplied the column;
 * every feature of the schema is attributed something, 0 when the model does not look at it. With several outputs the
 * reasons in words are those of the label predicted (binary: the positive label; regression: the output furthest from its base).
 * @throws SpillwayError `NOT_EXPLAINABLE` saying what is missing: covers of trees, means of a linear model's columns, rows of a background.
 */
export function createExplainer(pipeline: Pipeline, options: ExplainerOptions = {}): Explainer {
  const { schema, steps, model } = pipeline;
  const { outputs } = model;
  if (Math.max(model.columns.length, schema.features.length) * outputs > mostAttributions) {
    refuse(
      `${model.columns.length} columns times ${outputs} outputs are more numbers than an explanation may have (${mostAttributions})`,
    );
  }
  if (!methods.has(options.method ?? 'exact')) {
    throw new SpillwayError(
      'INVALID_OPTION',
      `unknown method of explanation; known are ${[...methods].join(' and ')}`,
    );
  }
  const supplierOf = createSupplierOf(steps);
  const attributor = createAttributor(pipeline, options);
  const { base } = attributor;
  const columns = steps.columns.length;
  const features = schema.features.length;
  const blockRows = Math.max(1, Math.min(mostRows, Math.floor(mostNumbers / (columns * outputs))));
  const made = new Float64Array(steps.features + steps.steps.length);
  const encode = createRowEncoder({ ...steps, columns: [...made.keys()] });
  const suppliers = new Int32Array(blockRows * columns);
  const rows = new Float64Array(blockRows * columns);
  const ofColumns = new Float64Array(blockRows * columns * outputs);
  const units = attributionUnits(pipeline, options.output);
  const describe = createDescriber(pipeline, attributor, units, options);

  /** Attributes up to `blockRows` rows. */
  const attributeBlock = (values: Float64Array, count: number, result: AttributedRows): void => {
    const { attributions, residuals, scores } = result;
    for (let row = 0; row < count; row++) {
      encode(values.subarray(row * features, (row + 1) * features), made);
      for (let c = 0; c < columns; c++) {
        rows[row * columns + c] = made[steps.columns[c]!]!;
        suppliers[row * columns + c] = supplierOf(c, made);
      }
    }
    if (count === 1) {
      attributor.attribute(firstRow, firstAttributions);
      attributor.score(firstRow, scores);
    } else {
      attributor.attributeRows(rows, count, ofColumns);
      attributor.scoreRows(rows, count, scores);
    }
    attributions.fill(0);
    for (let row = 0; row < count; row++) {
      for (let c = 0; c < columns; c++) {
        const from = (row * columns + c) * outputs;
        const to = (row * features + suppliers[row * columns + c]!) * outputs;
        for (let k = 0; k < outputs; k++) attributions[to + k]! += ofColumns[from + k]!;
      }
      residuals[row] = residualOf(row, result);
    }
  };
  const firstRow = rows.subarray(0, columns);
  const firstAttributions = ofColumns.subarray(0, columns * outputs);

  const residualOf = (row: number, { attributions, scores }: AttributedRows): number => {
    let worst = 0;
    for (let k = 0; k < outputs; k++) {
      let sum = base[k]!;
      for (let f = 0; f < features; f++) sum += attributions[(row * features + f) * outputs + k]!;
      worst = Math.max(worst, Math.abs(sum - scores[row * outputs + k]!));
    }
    return worst;
  };

  const attributeBatch = (values: Float64Array, count: number): AttributedRows => {
    const result = allocate(count, features, outputs);
    for (let from = 0; from < count; from += blockRows) {
      const to = Math.min(count, from + blockRows);
      attributeBlock(values.subarray(from * features, to * features), to - from, {
        attributions: result.attributions.subarray(
          from * features * outputs,
          to * features * outputs,
        ),
        scores: result.scores.subarray(from * outputs, to * outputs),
        residuals: result.residuals.subarray(from, to),
      });
    }
    return result;
  };

  const single = allocate(1, features, outputs);
  return Object.freeze({
    method: attributor.method,
    units,
    base,
    explain(values) {
      attributeBlock(values, 1, single);
      return describe(values, single, 0);
    },
    explainBatch(values, count, first = 1) {
      const result = attributeBatch(values, count);
      return Array.from({ length: count }, (_, row) => {
        try {
          return describe(values.subarray(row * features, (row + 1) * features), result, row);
        } catch (error) {
          throw nameRow(error, first + row);
        }
      });
    },
    attributeBatch,
  } satisfies Explainer);
}

function allocate(count: number, features: number, outputs: number): AttributedRows {
  return {
    attributions: new Float64Array(count * features * outputs),
    scores: new Float64Array(count * outputs),
    residuals: new Float64Array(count),
  };
}

/** Puts the numbers of a row into an explanation. */
function createDescriber(
  pipeline: Pipeline,
  { base, method }: Attributor,
  units: AttributionUnits,
  options: ExplainerOptions,
): (values: Float64Array, attributed: AttributedRows, row: number) => Explanation {
  const { labels, schema, task } = pipeline;
  const outputs = base.length;
  const { features } = schema;
  const baseValue = outputs === 1 ? base[0]! : Array.from(base);
  const adverse = options.adverse ?? adverseByDefault[task];
  const most = options.reasonCodes ?? 4;
  const spokenAttributions = new Float64Array(features.length);
  const makeRecord = createRecordMaker<number | readonly number[]>(
    features.map(({ name }) => name),
  );

  return (values, { attributions, residuals, scores }, row) => {
    const additivityResidual = residuals[row]!;
    const first = row * features.length * outputs;
    const added = attributions.subarray(first, first + features.length * outputs);
    checkAdditivity(additivityResidual, base, added);
    const spoken =
      outputs === 1
        ? 0
        : spokenOutput(pipeline, base, scores.subarray(row * outputs, (row + 1) * outputs));
    for (let f = 0; f < features.length; f++) spokenAttributions[f] = added[f * outputs + spoken]!;
    const output = outputs === 1 ? null : `${labels[spoken] ?? `output ${spoken + 1}`}`;
    const source = { schema, values, attributions: spokenAttributions, units, output };
    return {
      method,
      exact: true,
      units,
      baseValue,
      attributions: makeRecord((f) => {
        const at = f * outputs;
        return outputs === 1 ? added[at]! : Array.from(added.subarray(at, at + outputs));
      }),
      additivityResidual,
      ...findReasons(source, adverse, most),
      spokenOutput: spoken,
      ...(outputs > 1 && labels.length === outputs && { outputs: labels }),
    };
  };
}

function createAttributor(pipeline: Pipeline, options: ExplainerOptions): Attributor {
  const { background, columnMeans, method = 'exact', output = 'score' } = options;
  const { model } = pipeline;
  if (method === 'interventional') {
    if (background !== undefined) return createInterventionalShap(pipeline, background, { output });
    refuse(
      'an interventional explanation compares with the rows of a background, and none is given; the card names a file of them in background.rows',
    );
  }
  if (model.kind === 'calibrated-model') {
    refuse(
      'a calibrated model answers means of calibrated probabilities, which covers and means do not attribute; explain it against a background, by the method interventional',
    );
  }
  if (output === 'probability' && model.link !== 'probability') {
    refuse(
      'the method exact attributes the score before the link; the probability is explained against a background, by the method interventional',
    );
  }
  if (model.kind === 'tree-ensemble') return createTreeAttributor(model);
  return createLinearShap(
    model,
    columnMeans ?? (background && columnMeansOf(pipeline, background)),
  );
}

function columnMeansOf(pipeline: Pipeline, background: Background): readonly number[] {
  const rows = encodeBackground(pipeline, background);
  const means = meansOf(rows, background.count, pipeline.model.columns.length);
  if (!means.every(Number.isFinite)) {
    refuse(
      'a column of a linear model has a missing or infinite value in the background, and so no mean',
    );
  }
  return [...means];
}

function refuse(sentence: string): never {
  throw new SpillwayError('NOT_EXPLAINABLE', sentence);
}

/** Which of several outputs the reasons are about. */
function spokenOutput({ task }: Pipeline, base: Float64Array, scores: Float64Array): number {
  if (task === 'binary') return scores.length - 1;
  const rank =
    task === 'multiclass' ? scores : scores.map((score, k) => Math.abs(score - base[k]!));
  return rank.indexOf(Math.max(...rank));
}
