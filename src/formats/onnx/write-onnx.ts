import type { Label, LinearModel, Link, Pipeline } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import { GraphWriter, mlDomain } from './graph-writer.ts';
import { elementTypes } from './tensor.ts';
import { writeValues } from './write-values.ts';

/** What follows the scores of labels: a `post_transform`, and whether they are divided by their sum. */
const transforms: ReadonlyMap<Link, readonly [name: string, isNormalized: boolean]> = new Map([
  ['logistic', ['LOGISTIC', false]],
  ['independent-logistic', ['LOGISTIC', false]],
  ['one-vs-rest', ['LOGISTIC', true]],
  ['softmax', ['SOFTMAX', false]],
]);
/** What follows the scores of values: an operator, `null` for none. */
const functions: ReadonlyMap<Link, string | null> = new Map([
  ['identity', null],
  ['logistic', 'Sigmoid'],
  ['exponential', 'Exp'],
]);

/**
 * Writes a weighted sum with the steps before it as a file of ONNX: one input for each feature, rows x 1, and `label` and
 * `probabilities`, or `variable`, as outputs. ONNX computes in float32; a label is that of the highest probability, whatever
 * the threshold of the pipeline.
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming what cannot be written
 */
export function writeOnnx(pipeline: Pipeline): Uint8Array {
  const { labels, model, schema, steps, task } = pipeline;
  if (model.kind !== 'linear-model') {
    return refuseUnsupported('something other than a weighted sum', 'no other is written as ONNX');
  }
  const graph = new GraphWriter(schema.features.map(({ name }) => name));
  const { columns, mlVersion } = writeValues(graph, schema.features, steps);
  const row = graph.node({ operator: 'Concat', inputs: columns, attributes: { axis: 1 } });
  if (task === 'regression') writeRegressor(graph, model, row);
  else writeClassifier(graph, model, row, labels);
  return graph.take(mlVersion);
}

function writeRegressor(graph: GraphWriter, model: LinearModel, row: string): void {
  const { intercepts, link, outputs, weights } = model;
  const operator = functions.get(link);
  if (operator === undefined) refuseLink(link, 'regression');
  const answer = graph.name('variable');
  const sum = operator === null ? answer : graph.name('sum');
  graph.node({
    operator: 'LinearRegressor',
    domain: mlDomain,
    inputs: [row],
    outputs: [sum],
    attributes: {
      coefficients: scaled(weights, model.slope),
      intercepts: scaled(intercepts, model.slope),
      targets: outputs,
      post_transform: 'NONE',
    },
  });
  if (operator !== null) graph.node({ operator, inputs: [sum], outputs: [answer] });
  graph.output(answer, elementTypes.float, outputs);
}

function writeClassifier(
  graph: GraphWriter,
  model: LinearModel,
  row: string,
  labels: readonly Label[],
): void {
  const transform = transforms.get(model.link);
  if (transform === undefined) return refuseLink(model.link, 'classification');
  const [name, isNormalized] = transform;
  const [label, probabilities] = [graph.name('label'), graph.name('probabilities')];
  const scores = isNormalized ? graph.name('scores') : probabilities;
  // of two labels each has its score, the second that of the model
  const signs = model.outputs === 1 ? [-1, 1] : [1];
  const mirror = (numbers: Float64Array): Float32Array =>
    Float32Array.from(signs.flatMap((sign) => [...scaled(numbers, sign * model.slope)]));
  graph.node({
    operator: 'LinearClassifier',
    domain: mlDomain,
    inputs: [row],
    outputs: [label, scores],
    attributes: {
      coefficients: mirror(model.weights),
      intercepts: mirror(model.intercepts),
      multi_class: 0,
      post_transform: name,
      ...describeLabels(labels),
    },
  });
  if (isNormalized) {
    graph.node({
      operator: 'Normalizer',
      domain: mlDomain,
      inputs: [scores],
      outputs: [probabilities],
      attributes: { norm: 'L1' },
    });
  }
  const isText = typeof labels[0] === 'string';
  graph.output(label, isText ? elementTypes.string : elementTypes.int64, null);
  graph.output(probabilities, elementTypes.float, labels.length);
}

function describeLabels(
  labels: readonly Label[],
):
  | { readonly classlabels_strings: { readonly texts: readonly string[] } }
  | { readonly classlabels_ints: { readonly integers: readonly number[] } } {
  if (labels.every((label) => typeof label === 'string')) {
    return { classlabels_strings: { texts: labels.map(String) } };
  }
  if (labels.every((label) => Number.isSafeInteger(label))) {
    return { classlabels_ints: { integers: labels.map(Number) } };
  }
  return refuseUnsupported(
    'labels that are neither all words nor all whole numbers',
    'ONNX has no others',
  );
}

function scaled(numbers: Float64Array, factor: number): Float32Array {
  return Float32Array.from(numbers, (number) => number * factor);
}

function refuseLink(link: Link, what: string): never {
  return refuseUnsupported(`the link ${link} of a ${what}`, 'ONNX has no operator for it');
}
