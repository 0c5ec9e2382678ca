// What: a linear stand-in for a model near a row, fitted to the model's answers about random rows around it (LIME).
// Source: M. T. Ribeiro, S. Singh, C. Guestrin, "Why should I trust you?", KDD 2016, and lime 0.2.0.1, lime_tabular.py
//   and lime_base.py: quartile bins, weights sqrt(exp(-differences / width^2)) with width 0.75 sqrt(features), ridge with
//   alpha 1. All features take part: lime's own cut to the ten strongest is left out, which feature_selection='none' does too.
// Complexity: samples * (features^2 + one answer of the model) + features^3; memory features^2, a block of rows beside it.
// Invariant: base + attributions = the stand-in's answer to the row; how far the model's is from it stands in the result.

import { createSeededRandom, SpillwayError } from '../core/index.ts';
import type {
  AttributionUnits,
  Background,
  Explanation,
  Model,
  Prediction,
  Task,
} from '../model/index.ts';
import { askModel } from './ask-model.ts';
import { adverseByDefault, findReasons, type Reasons } from './find-reasons.ts';
import { createRidge, type RidgeFit } from './ridge.ts';
import { createNeighbourhood, type Neighbours } from './sample-neighbours.ts';
import { seedOfRow } from './seed-of-row.ts';

/** How LIME samples, and how much of it is put in words. */
export interface LimeOptions {
  /** How many rows the model is asked about per explanation, the row itself among them: 100 to 100,000. @default 5000 */
  readonly samples?: number | undefined;
  /** Whole number from 0 to 2^32 - 1 that the samples of every row are drawn from. @default made from the row and `samples` */
  readonly seed?: number | undefined;
  /** Which way of the output is adverse: only features that moved it so are reasons. @default `higher` for classifiers, `both` for regression */
  readonly adverse?: 'higher' | 'lower' | 'both' | undefined;
  /** The most reasons named in words; there are none where the fit's `r2` is below 0.2. @default 4 */
  readonly reasonCodes?: number | undefined;
}

/** Explains the answers of any model, approximately. */
export interface LimeExplainer {
  /**
   * Explains a row already read: one number per feature of the schema, categories by their code, NaN = missing.
   * @param seed Goes before that of the options.
   * @throws SpillwayError `NOT_EXPLAINABLE` when the model has no usable answer to the row or to one like it;
   * `INVALID_OPTION` for another seed.
   */
  explain(values: Float64Array, seed?: number): Explanation;
}

/** A fit that explains less of the answers than this gives no reasons in words: they would be about the samples, not the model. */
const leastFitForReasons = 0.2;
const noReasons: Reasons = Object.freeze({ reasonCodes: [], mainReasons: [] });
const mostFeatures = 1000;
/** How strongly coefficients are shrunk, and how fast likeness fades with the differences: lime's own. */
const alpha = 1;
const kernelWidth = 0.75;
/** So many rows are asked about at a time. */
const blockRows = 256;

/**
 * Prepares LIME for a model, of which nothing but its answers is used: the probability of the positive label, that of each
 * label, or the value of a regression. Never exact: `fit` says how well the stand-in does, and the same row, background,
 * samples and seed give the same explanation, to the bit with the same version of Node.
 * @throws SpillwayError `NOT_EXPLAINABLE` for more than 1,000 features or a background that the schema does not fit;
 * `INVALID_OPTION` for other samples or another seed.
 */
export function createLimeExplainer(
  model: Model,
  background: Background,
  options: LimeOptions = {},
): LimeExplainer {
  const { labels, schema, task } = model;
  const { features } = schema;
  const { samples = 5000 } = options;
  if (!Number.isInteger(samples) || samples < 100 || samples > 100_000) {
    throw new SpillwayError('INVALID_OPTION', 'samples: expected an integer from 100 to 100,000');
  }
  if (options.seed !== undefined) checkSeed(options.seed);
  if (features.length > mostFeatures) {
    throw new SpillwayError(
      'NOT_EXPLAINABLE',
      `LIME explains models of at most ${mostFeatures} features; this one has ${features.length}`,
    );
  }
  const around = createNeighbourhood(schema, background);
  const units: AttributionUnits = task === 'regression' ? 'target' : 'probability';
  const adverse = options.adverse ?? adverseByDefault[task];

  return Object.freeze({
    explain(values, givenSeed) {
      const seed = givenSeed ?? options.seed ?? seedOfRow(values, samples);
      checkSeed(seed);
      const [prediction] = askModel(model, values.slice(), 1);
      const answer = explainedNumbers(prediction!, task);
      const neighbours = around(values, createSeededRandom(seed));
      const { coefficients, intercepts, r2 } = fit(model, neighbours, samples, answer);
      const outputs = answer.length;
      const baseValues = answer.map((number, k) => number + intercepts[k]!);
      const local = baseValues.map((base, k) =>
        neighbours.varying.reduce(
          (sum, _, column) => sum + coefficients[column * outputs + k]!,
          base,
        ),
      );
      if (![...local, ...r2].every(Number.isFinite)) {
        refuse('the answers to rows like this one are too far apart to fit anything to');
      }
      const spoken = spokenOutput(model, prediction!, answer, baseValues);
      const spokenAttributions = new Float64Array(features.length);
      const attributions = Object.fromEntries(
        features.map(({ name }, index) => {
          const column = neighbours.varying.indexOf(index);
          const own = answer.map((_, k) =>
            column === -1 ? 0 : coefficients[column * outputs + k]!,
          );
          spokenAttributions[index] = own[spoken]!;
          return [name, oneOrAll(own)];
        }),
      );
      const output = outputs === 1 ? null : `${labels[spoken] ?? `output ${spoken + 1}`}`;
      const source = { schema, values, attributions: spokenAttributions, units, output };
      const isFit = r2[spoken]! >= leastFitForReasons;
      return {
        method: 'lime',
        exact: false,
        units,
        baseValue: oneOrAll(baseValues),
        attributions,
        additivityResidual: Math.max(...local.map((number, k) => Math.abs(number - answer[k]!))),
        ...(isFit ? findReasons(source, adverse, options.reasonCodes ?? 4) : noReasons),
        spokenOutput: spoken,
        ...(outputs > 1 && labels.length === outputs && { outputs: labels }),
        fit: { r2: oneOrAll([...r2]), localPrediction: oneOrAll(local), samples, seed },
      };
    },
  } satisfies LimeExplainer);
}

/** Fits the stand-in to the row and `samples - 1` neighbours, its answers counted from the model's answer to the row. */
function fit(
  model: Model,
  { draw, varying }: Neighbours,
  samples: number,
  answer: readonly number[],
): RidgeFit {
  const outputs = answer.length;
  const width = model.schema.features.length;
  const columns = varying.length;
  const ridge = createRidge(columns, outputs);
  const differences = new Float64Array(outputs);
  ridge.add(Int32Array.from(varying.keys()), columns, differences, 1);

  // sqrt(exp(-distance^2 / width^2)), where the squared distance is the number of features that differ
  const exponent = -1 / (2 * kernelWidth ** 2 * width);
  const weights = Array.from({ length: columns + 1 }, (_, alike) =>
    Math.exp((columns - alike) * exponent),
  );
  const rows = new Float64Array(blockRows * width);
  const alike = new Int32Array(blockRows * columns);
  const alikeCounts = new Int32Array(blockRows);
  for (let left = samples - 1; left > 0; left -= blockRows) {
    const count = Math.min(blockRows, left);
    for (let row = 0; row < count; row++) {
      const neighbour = rows.subarray(row * width, (row + 1) * width);
      alikeCounts[row] = draw(neighbour, alike.subarray(row * columns));
    }
    const predictions = askModel(model, rows.subarray(0, count * width), count);
    for (let row = 0; row < count; row++) {
      const numbers = explainedNumbers(predictions[row]!, model.task);
      if (numbers.length !== outputs) {
        refuse(
          `the model answers one row with ${outputs} values and another with ${numbers.length}`,
        );
      }
      for (let k = 0; k < outputs; k++) differences[k] = numbers[k]! - answer[k]!;
      const likenesses = alikeCounts[row]!;
      ridge.add(alike.subarray(row * columns), likenesses, differences, weights[likenesses]!);
    }
  }
  return ridge.fit(alpha);
}

/** What is explained of an answer: probabilities, for they are what every classifier has, or values. */
function explainedNumbers(prediction: Prediction, task: Task): readonly number[] {
  const { probabilities = [], probability = Number.NaN, value = Number.NaN } = prediction;
  if (task === 'binary') return [probability];
  if (task === 'multiclass') return probabilities;
  return typeof value === 'number' ? [value] : value;
}

/** Which of several outputs the reasons are about: the label predicted, or the value furthest from its base. */
function spokenOutput(
  { labels, task }: Model,
  { prediction }: Prediction,
  answer: readonly number[],
  baseValues: readonly number[],
): number {
  if (task === 'multiclass') return labels.findIndex((label) => label === prediction);
  const distances = answer.map((number, k) => Math.abs(number - baseValues[k]!));
  return distances.indexOf(Math.max(...distances));
}

function oneOrAll(numbers: readonly number[]): number | readonly number[] {
  return numbers.length === 1 ? numbers[0]! : numbers;
}

function checkSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw new SpillwayError('INVALID_OPTION', 'seed: expected an integer from 0 to 4,294,967,295');
}

function refuse(message: string): never {
  throw new SpillwayError('NOT_EXPLAINABLE', message);
}
