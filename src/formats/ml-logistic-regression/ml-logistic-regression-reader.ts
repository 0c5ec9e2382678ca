import type { LinearModel } from '../../model/index.ts';
import { chooseColumns } from '../choose-columns.ts';
import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import type { ModelReader, ReadArtifact, ReadOptions } from '../model-reader.ts';
import { plainPipeline } from '../plain-pipeline.ts';

const name = 'LogisticRegression';

/**
 * Reads the `toJSON` of ml-logistic-regression 2. The library trains one classifier per class to tell the *other*
 * classes from it, so the weights are negated here; it has no intercepts.
 */
export const mlLogisticRegressionReader: ModelReader = {
  format: 'ml-logistic-regression',
  detects: ({ json }) =>
    json?.find('name')?.is(name) === true && json.find('classifiers') !== undefined,
  read: ({ json }, options) => readClassifiers(json!, options),
};

function readClassifiers(file: JsonValue, options: ReadOptions): ReadArtifact {
  const classifiers = file.at('classifiers').items();
  const classes = file.at('numberClasses').count(2, limits.outputs);
  if (classifiers.length !== classes) file.at('classifiers').refuse(`${classes} classifiers`);
  const rows = classifiers.map((classifier) => readWeights(classifier.at('weights')));
  const columns = rows[0]!.length;
  const ragged = rows.findIndex((row) => row.length !== columns);
  if (ragged !== -1) classifiers[ragged]!.at('weights').refuse(`one row of ${columns} numbers`);
  // with two classes the two classifiers mirror each other, and that of class 1 is the margin
  const used = classes === 2 ? rows.slice(1) : rows;
  const model: LinearModel = {
    kind: 'linear-model',
    columns: chooseColumns(columns, undefined, options.columns),
    outputs: used.length,
    arithmetic: 'float64',
    weights: Float64Array.from(used.flatMap((row) => Array.from(row, (weight) => -weight))),
    intercepts: new Float64Array(used.length),
    link: classes === 2 ? 'logistic' : 'one-vs-rest',
    slope: 1,
  };
  return {
    format: 'ml-logistic-regression',
    libraryVersion: null,
    objective: name,
    pipeline: plainPipeline({
      model: Object.freeze(model),
      task: classes === 2 ? 'binary' : 'multiclass',
      labels: [...Array(classes).keys()],
    }),
    warnings: [],
  };
}

function readWeights(matrix: JsonValue): Float64Array {
  const [row, ...others] = matrix.items();
  if (row === undefined || others.length > 0) matrix.refuse('one row of numbers');
  const weights = row.numbers();
  if (!weights.every(Number.isFinite)) row.refuse('finite numbers');
  return weights;
}
