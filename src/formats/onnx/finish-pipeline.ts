import {
  createTreeEnsemble,
  type Label,
  type LinearModel,
  type Link,
  type Pipeline,
  type TreeEnsemble,
} from '../../model/index.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { nextAbove } from './branch-rules.ts';
import { shorten } from './graph-node.ts';
import type { GraphValue, LabelChoice, ScoreSource, Scores, TreeSource } from './graph-values.ts';
import type { RowColumns } from './row-columns.ts';

/** The pipeline of a graph, out of what its outputs stand for. */
export function finishPipeline(
  outputs: readonly (readonly [name: string, value: GraphValue])[],
  row: RowColumns,
): Pipeline {
  const answers = outputs.map(([name, value]) => {
    if (value.kind === 'scores' || value.kind === 'label' || value.kind === 'table') return value;
    return refuseUnsupported(
      `output "${shorten(name)}", which is no answer of a model`,
      'leave it out of the graph',
    );
  });
  const [first] = answers;
  if (first === undefined) refuseBroken('the graph has no outputs');
  const scored = answers.map((answer) => (answer.kind === 'scores' ? answer : answer.scores));
  const { source } = scored[0]!;
  if (scored.some((scores) => scores.source !== source)) {
    refuseUnsupported('several models in one graph', 'write a file for each');
  }
  const label = answers.find((answer) => answer.kind === 'label');
  const table = answers.find((answer) => answer.kind === 'table');
  const plain = answers.filter((answer) => answer.kind === 'scores');
  // scores that are an output say what became of them; those that a label was chosen by may be raw
  const shown = table?.scores ?? plain[0] ?? scored[0]!;
  if (plain.some(({ link }) => link !== shown.link)) {
    refuseUnsupported('several answers of one model', 'leave one of them in the graph');
  }
  const isDistribution = shown.link === 'softmax' || shown.link === 'softmax-nonzero';
  const classes =
    label?.classes ?? table?.classes ?? (isDistribution ? count(source.outputs) : null);
  if (classes === null) {
    if (plain.length > 1 || !isInOrder(shown)) {
      refuseUnsupported('several outputs', 'leave one of them in the graph');
    }
    return regression(shown, row);
  }
  if (
    table !== undefined &&
    label !== undefined &&
    table.classes.some((name, index) => name !== classes[index])
  ) {
    refuseBroken('labels and probabilities name other classes');
  }
  return classification(shown, classes, label, row);
}

function regression({ link, source }: Scores, row: RowColumns): Pipeline {
  const model = link === 'independent-logistic' ? 'logistic' : link;
  return createPipeline(source, model, row, {
    task: 'regression',
    labels: [],
    decisionThreshold: 0.5,
  });
}

function classification(
  { link, source }: Scores,
  classes: readonly Label[],
  label: LabelChoice | undefined,
  row: RowColumns,
): Pipeline {
  checkClasses(classes, source);
  const answer = link === 'identity' ? asProbabilities(source) : link;
  if (source.outputs === 1) {
    const above = label?.above ?? (answer === 'logistic' ? 0 : 0.5);
    const arithmetic = source.kind === 'trees' ? source.ensemble.inputs : 'float64';
    return createPipeline(source, answer, row, {
      task: 'binary',
      labels: classes,
      decisionThreshold: thresholdOf(answer, above, arithmetic),
    });
  }
  const logistic: readonly Link[] = ['independent-logistic', 'one-vs-rest', 'softmax'];
  if (source.kind === 'weights' && isMirrored(source) && logistic.includes(answer)) {
    const half = source.weights.length / 2;
    return createPipeline(
      {
        ...source,
        outputs: 1,
        weights: source.weights.subarray(half),
        intercepts: source.intercepts.slice(1),
      },
      'logistic',
      row,
      { task: 'binary', labels: classes, decisionThreshold: thresholdOf('logistic', 0, 'float64') },
      // softmax of -s and s
      answer === 'softmax' ? 2 : 1,
    );
  }
  return createPipeline(source, answer, row, {
    task: 'multiclass',
    labels: classes,
    decisionThreshold: 0.5,
  });
}

/** The smallest probability of the second class whose score is above what onnxruntime compares with. */
function thresholdOf(link: Link, above: number, arithmetic: 'float32' | 'float64'): number {
  const probability = link === 'logistic' ? 1 / (1 + Math.exp(-above)) : above;
  const rounded = arithmetic === 'float32' ? Math.fround(probability) : probability;
  return nextAbove(rounded, arithmetic);
}

function checkClasses(classes: readonly Label[], { outputs }: ScoreSource): void {
  const expected = outputs === 1 ? 2 : outputs;
  if (classes.length !== expected) {
    refuseBroken(`${classes.length} classes for ${outputs} scores`);
  }
  if (new Set(classes).size !== classes.length) refuseBroken('two classes share a name');
  if (classes.some((name) => typeof name === 'number' && !Number.isSafeInteger(name))) {
    refuseUnsupported('classes beyond 2^53', 'name the classes by strings or smaller numbers');
  }
}

/** Sums that no link follows are probabilities when no row can make them anything else. */
function asProbabilities(source: ScoreSource): Link {
  const isOne = source.kind === 'trees' && staysWithin(source, 0, 1);
  if (!isOne) {
    refuseUnsupported(
      'scores of classes that are no probabilities',
      'convert without raw_scores, and only classifiers that have predict_proba',
    );
  }
  return 'probability';
}

/** Whether the sum of the smallest answers of all trees, and that of the largest, are within bounds, up to rounding. */
function staysWithin(
  { divisor, ensemble, offset, outputs }: TreeSource,
  low: number,
  high: number,
): boolean {
  const { leafSize, trees } = ensemble;
  const least = new Float64Array(outputs);
  const most = new Float64Array(outputs);
  for (const { left, output, value } of trees) {
    for (let k = 0; k < leafSize; k++) {
      let smallest = Number.POSITIVE_INFINITY;
      let largest = Number.NEGATIVE_INFINITY;
      for (let node = 0; node < left.length; node++) {
        if (left[node] !== -1) continue;
        smallest = Math.min(smallest, value[node * leafSize + k]!);
        largest = Math.max(largest, value[node * leafSize + k]!);
      }
      const at = leafSize === 1 ? output : k;
      least[at]! += smallest;
      most[at]! += largest;
    }
  }
  const slack = 1e-5;
  return offset.every((start, output) => {
    const ends = [least[output]! / divisor + start, most[output]! / divisor + start];
    return Math.min(...ends) >= low - slack && Math.max(...ends) <= high + slack;
  });
}

/** Whether the second of two weighted sums is the first with the other sign. */
function isMirrored({ intercepts, outputs, weights }: ScoreSource & { kind: 'weights' }): boolean {
  const half = weights.length / 2;
  return (
    outputs === 2 &&
    intercepts[0] === -intercepts[1]! &&
    weights.subarray(0, half).every((weight, index) => weight === -weights[half + index]!)
  );
}

function isInOrder({ source, view }: Scores): boolean {
  return (
    view.length === source.outputs &&
    view.every(({ isComplement, output }, index) => !isComplement && output === index)
  );
}

function createPipeline(
  source: ScoreSource,
  link: Link,
  row: RowColumns,
  answer: Pick<Pipeline, 'task' | 'labels' | 'decisionThreshold'>,
  slope = 1,
): Pipeline {
  const inputs = source.kind === 'trees' ? source.ensemble.inputs : 'float64';
  const { features, steps } = row.finish(source.columns, {
    isSum: source.kind === 'weights',
    inputs,
  });
  const columns = source.columns.map((column, index) => {
    const feature = row.featureOf(column);
    return feature === null ? `column ${index}` : features[feature]!.name;
  });
  const model: TreeEnsemble | LinearModel =
    source.kind === 'trees'
      ? createTreeEnsemble({
          ...source.ensemble,
          arithmetic: inputs,
          outputs: source.outputs,
          columns,
          base: new Float64Array(source.outputs),
          divisor: source.divisor,
          offset: source.offset,
          link,
          slope,
        })
      : Object.freeze({
          kind: 'linear-model',
          columns: Object.freeze(columns),
          outputs: source.outputs,
          arithmetic: 'float64',
          weights: source.weights,
          intercepts: Float64Array.from(source.intercepts),
          link,
          slope,
        });
  return { schema: { features }, steps, model, ...answer };
}

function count(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
