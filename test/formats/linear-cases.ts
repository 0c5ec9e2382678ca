import type {
  Feature,
  FeatureStep,
  Label,
  LinearModel,
  Pipeline,
  Task,
} from '../../src/model/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';

const plans = ['basic', 'größe', 'pro "max"'];
const regions = [30, -7, 1000];

const features: readonly Feature[] = [
  { name: 'age', type: 'integer', min: 0, max: 120, required: false, nullable: true },
  { name: 'charges', type: 'number', required: true, nullable: false },
  {
    name: 'plan',
    type: 'category',
    categories: plans,
    otherCategories: true,
    required: false,
    nullable: true,
  },
  {
    name: 'region',
    type: 'category',
    categories: regions,
    otherCategories: false,
    required: true,
    nullable: false,
  },
  { name: 'label', type: 'number', required: false, nullable: true },
];

const steps: readonly FeatureStep[] = [
  { kind: 'fill', of: 0, value: 41.5 },
  { kind: 'add', of: 5, operand: -39.25 },
  { kind: 'divide', of: 6, operand: 12.75 },
  { kind: 'is-missing', of: 0 },
  { kind: 'add', of: 1, operand: -65 },
  { kind: 'divide', of: 9, operand: 30.1 },
  ...plans.flatMap((_, code): FeatureStep[] => [
    { kind: 'equals', of: 2, operand: code },
    { kind: 'fill', of: 11 + 2 * code, value: code === 1 ? 1 : 0 },
  ]),
  ...regions.map((_, code): FeatureStep => ({ kind: 'equals', of: 3, operand: code })),
  { kind: 'fill', of: 4, value: 0 },
  { kind: 'at-least', of: 20, operand: 0.1 },
  { kind: 'clip', of: 20, min: -2, max: 2.5 },
  { kind: 'multiply', of: 22, operand: 0.3 },
  { kind: 'is-missing', of: 2 },
];

const columns: readonly (readonly [name: string, from: number])[] = [
  ['age', 7],
  ['age is missing', 8],
  ['charges', 10],
  ['plan=basic', 12],
  ['plan=größe', 14],
  ['plan=pro', 16],
  ['region=30', 17],
  ['region=-7', 18],
  ['region=1000', 19],
  ['label>=0.1', 21],
  ['label', 23],
  ['plan is missing', 24],
];

/** Weighted sums with every step that training makes, of each task. */
export const linearCases: readonly (readonly [name: string, pipeline: Pipeline])[] = [
  ['binary', create('binary', ['no', 'yes'], { outputs: 1, link: 'logistic' })],
  ['binary-numbers', create('binary', [0, 1], { outputs: 1, link: 'logistic', slope: 1.5 })],
  ['multinomial', create('multiclass', ['a', 'b', 'c'], { outputs: 3, link: 'softmax' })],
  ['multinomial-numbers', create('multiclass', [1, 2, 4], { outputs: 3, link: 'softmax' })],
  ['one-vs-rest', create('multiclass', ['a', 'b', 'c'], { outputs: 3, link: 'one-vs-rest' })],
  ['regression', create('regression', [], { outputs: 1, link: 'identity' })],
  ['regression-two', create('regression', [], { outputs: 2, link: 'identity' })],
  ['exponential', create('regression', [], { outputs: 1, link: 'exponential' })],
];

function create(
  task: Task,
  labels: readonly Label[],
  { link, outputs, slope = 1 }: Pick<LinearModel, 'link' | 'outputs'> & { slope?: number },
): Pipeline {
  const random = createSeededRandom(labels.length + outputs);
  const draw = (length: number): Float64Array =>
    Float64Array.from({ length }, () => 2 * random() - 1);
  return {
    schema: { features },
    steps: { features: features.length, steps, columns: columns.map(([, from]) => from) },
    model: {
      kind: 'linear-model',
      columns: columns.map(([name]) => name),
      outputs,
      arithmetic: 'float64',
      weights: draw(outputs * columns.length),
      intercepts: draw(outputs).with(0, -0),
      link,
      slope,
    },
    task,
    labels,
    decisionThreshold: task === 'binary' ? 0.5 + 2 ** -53 : 0.5,
  };
}

/** Rows whose numbers are float32, with missing values and words that nobody knows. */
export function linearRows(): Record<string, unknown>[] {
  const random = createSeededRandom(11);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  return Array.from({ length: 60 }, (_, index) => ({
    age: index % 7 === 0 ? null : Math.floor(18 + 70 * random()),
    charges: Math.fround(18 + 100 * random()),
    plan: index % 5 === 0 ? null : index % 11 === 0 ? 'unheard of' : pick(plans),
    region: pick(regions),
    label: index % 6 === 0 ? null : Math.fround(index % 4 === 0 ? 0.1 : 8 * random() - 4),
  }));
}
