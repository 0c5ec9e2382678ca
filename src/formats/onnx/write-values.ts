import {
  type Category,
  type Feature,
  type FeatureStep,
  type FeatureSteps,
  sourcesOf,
} from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';
import { nextAbove } from './branch-rules.ts';
import { type GraphWriter, mlDomain } from './graph-writer.ts';
import { takeStep } from './take-step.ts';
import { elementTypes } from './tensor.ts';

/** The columns of a model in a graph, and what the graph must know for them. */
export interface WrittenValues {
  /** Per column the name of a tensor of float32, rows x 1. */
  readonly columns: readonly string[];
  /** The version of the operators of classical models that is needed. */
  readonly mlVersion: 3 | 4;
}

/** Where a value comes from: one feature, and the steps on its way. */
interface Way {
  readonly feature: number;
  readonly steps: readonly FeatureStep[];
}

/**
 * Writes the steps of a pipeline as nodes. Each column must come from one feature. What is made of a category is a table from
 * its words, or whole numbers, to what the steps make of each; the empty word stands for a missing one. What is made of a
 * number is a node for each step.
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming a step that ONNX, or our reader of it, has no operator for
 */
export function writeValues(
  graph: GraphWriter,
  features: readonly Feature[],
  { columns, steps }: FeatureSteps,
): WrittenValues {
  for (const feature of features) graph.input(feature.name, typeOf(feature));
  const made = new Map<number, string>();
  let mlVersion: WrittenValues['mlVersion'] = 3;
  const wayTo = (place: number): Way => {
    if (place < features.length) return { feature: place, steps: [] };
    const step = steps[place - features.length]!;
    const sources = sourcesOf(step);
    if (sources.length !== 1) {
      refuseUnsupported(
        `a step of kind ${step.kind}`,
        'columns of ONNX come from one feature each',
      );
    }
    const way = wayTo(sources[0]!);
    return { feature: way.feature, steps: [...way.steps, step] };
  };
  const writeNumber = (place: number): string => {
    const known = made.get(place);
    if (known !== undefined) return known;
    if (place < features.length) return features[place]!.name;
    const step = steps[place - features.length]!;
    const of = sourcesOf(step)[0]!;
    if (step.kind === 'is-missing') mlVersion = 4;
    const mayMiss = mayBeMissing(features[wayTo(of).feature]!, wayTo(of).steps);
    const name = writeStep(graph, step, writeNumber(of), mayMiss);
    made.set(place, name);
    return name;
  };
  const names = columns.map((place) => {
    const { feature, steps: way } = wayTo(place);
    return features[feature]!.type === 'category'
      ? writeTable(graph, features[feature]!, way)
      : writeNumber(place);
  });
  return { columns: names, mlVersion };
}

function typeOf({ categories = [], name, type }: Feature): number {
  if (type !== 'category') return elementTypes.float;
  if (categories.every((category) => typeof category === 'string')) return elementTypes.string;
  if (categories.every((category) => Number.isSafeInteger(category))) return elementTypes.int64;
  return refuseUnsupported(
    `categories of "${name.slice(0, 64)}" that are neither all words nor all whole numbers`,
    'ONNX has one type for a column',
  );
}

/** A table from each category to what the steps make of its code. */
function writeTable(graph: GraphWriter, feature: Feature, steps: readonly FeatureStep[]): string {
  const { categories = [], name, nullable = true } = feature;
  const follow = (code: number): number => steps.reduce((x, step) => takeStep(step, x), code);
  const entries = categories.map((category, code): [Category, number] => [category, follow(code)]);
  const other = follow(categories.length);
  const missing = nullable ? follow(Number.NaN) : Number.NaN;
  const isText = typeOf(feature) === elementTypes.string;
  if (!Number.isNaN(missing) && missing !== other) {
    if (!isText || categories.includes('')) {
      refuseUnsupported(
        `a value for missing "${name.slice(0, 64)}"`,
        'a tensor of whole numbers, or one in which the empty word is a category, has no missing values',
      );
    }
    entries.push(['', missing]);
  }
  const keys = entries.map(([category]) => category);
  return graph.node({
    operator: 'LabelEncoder',
    domain: mlDomain,
    inputs: [name],
    attributes: {
      ...(isText
        ? { keys_strings: { texts: keys.map(String) } }
        : { keys_int64s: { integers: keys.map(Number) } }),
      values_floats: Float32Array.from(entries, ([, value]) => value),
      default_float: { float: other },
    },
  });
}

function writeStep(graph: GraphWriter, step: FeatureStep, of: string, mayMiss: boolean): string {
  const calculate = (operator: string, operand: number): string =>
    graph.node({ operator, inputs: [of, graph.constant(checked(operand))] });
  switch (step.kind) {
    case 'first':
    case 'round':
      return of;
    case 'add':
      return calculate('Add', step.operand);
    case 'multiply':
      return calculate('Mul', step.operand);
    case 'divide':
      return calculate('Div', step.operand);
    case 'clip':
      return graph.node({
        operator: 'Clip',
        inputs: [of, graph.constant(step.min), graph.constant(step.max)],
      });
    case 'fill':
      return graph.node({
        operator: 'Imputer',
        domain: mlDomain,
        inputs: [of],
        attributes: {
          imputed_value_floats: Float32Array.of(step.value),
          replaced_value_float: { float: Number.NaN },
        },
      });
    case 'is-missing':
      return graph.node({
        operator: 'LabelEncoder',
        domain: mlDomain,
        inputs: [of],
        attributes: {
          keys_tensor: { tensor: Float32Array.of(Number.NaN) },
          values_tensor: { tensor: Float32Array.of(1) },
          default_tensor: { tensor: Float32Array.of(0) },
        },
      });
    case 'above':
    case 'at-least':
      if (mayMiss) {
        refuseUnsupported(
          `a step of kind ${step.kind} on what may be missing`,
          'ONNX makes 0 of it: fill it before',
        );
      }
      return graph.node({
        operator: 'Binarizer',
        domain: mlDomain,
        inputs: [of],
        attributes: { threshold: { float: boundOf(step) } },
      });
    case 'equals':
    case 'floor':
    case 'forget':
    case 'normalize':
    case 'recode':
    case 'recode-together':
    case 'truncate':
      break;
  }
  return refuseUnsupported(
    `a step of kind ${step.kind} on a number`,
    'no operator of ONNX that can be read back does so',
  );
}

/** The float32 above which float32 are what the step asks for. */
function boundOf({ kind, operand }: FeatureStep & { operand: number }): number {
  const nearest = Math.fround(operand);
  const below = -nextAbove(-nearest, 'float32');
  if (kind === 'above') return nearest > operand ? below : nearest;
  return nearest < operand ? nearest : below;
}

function mayBeMissing({ nullable = true }: Feature, steps: readonly FeatureStep[]): boolean {
  return nullable && !steps.some(({ kind }) => kind === 'fill' || kind === 'is-missing');
}

function checked(operand: number): number {
  if (Number.isFinite(Math.fround(operand)) && (operand === 0 || Math.fround(operand) !== 0)) {
    return operand;
  }
  return refuseUnsupported(`the number ${operand}`, 'ONNX computes in float32');
}
