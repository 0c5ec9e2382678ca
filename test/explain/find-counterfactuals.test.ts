import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { SpillwayError } from '../../src/core/index.ts';
import { loadVersions } from '../../src/index.ts';
import { createModel } from '../../src/inference/index.ts';
import {
  type Changeable,
  createTreeEnsemble,
  type Feature,
  type FeatureSteps,
  type LinearModel,
  type Model,
  type Pipeline,
  type Prediction,
  type TreeInput,
} from '../../src/model/index.ts';
import { findCounterfactuals as findInRow } from '../../src/shap.ts';
import { type TreeSketch, treeInput } from './random-ensemble.ts';
import { findCounterfactuals } from './search-counterfactuals.ts';

const missing = Number.NaN;

function number(name: string, changeable?: Changeable, rest: Partial<Feature> = {}): Feature {
  return { name, type: 'number', min: 0, max: 100, required: false, changeable, ...rest };
}

function integer(name: string, changeable?: Changeable, rest: Partial<Feature> = {}): Feature {
  return number(name, changeable, { type: 'integer', ...rest });
}

function category(name: string, categories: readonly string[], changeable?: Changeable): Feature {
  return { name, type: 'category', categories, required: false, changeable };
}

/** Each feature is a column. */
function asTheyAre(features: readonly Feature[]): FeatureSteps {
  return { features: features.length, steps: [], columns: [...features.keys()] };
}

function modelOf(
  features: readonly Feature[],
  model: Pipeline['model'],
  rest: Partial<Pipeline> = {},
): Model {
  return createModel({
    schema: { features },
    steps: asTheyAre(features),
    model,
    task: 'binary',
    labels: ['stays', 'leaves'],
    decisionThreshold: 0.5,
    ...rest,
  });
}

function trees(
  columns: number,
  inputs: readonly TreeInput[],
  rest: { outputs?: number; link?: 'logistic' | 'identity' | 'softmax' } = {},
): Pipeline['model'] {
  return createTreeEnsemble({
    columns: Array.from({ length: columns }, (_, c) => `c${c}`),
    outputs: 1,
    leafSize: 1,
    arithmetic: 'float64',
    base: new Float64Array(rest.outputs ?? 1),
    divisor: 1,
    link: 'logistic',
    ...rest,
    trees: inputs,
  });
}

function leaf(value: number): TreeSketch {
  return { share: 0.5, leaf: [value] };
}

function split(
  column: number,
  threshold: number,
  left: TreeSketch,
  right: TreeSketch,
  missingLeft = true,
): TreeSketch {
  return { share: 0.5, column, threshold, missingLeft, left, right };
}

function stump(column: number, threshold: number, left: number, right: number): TreeInput {
  return treeInput(split(column, threshold, leaf(left), leaf(right)));
}

function linear(weights: readonly number[], intercept: number): LinearModel {
  return {
    kind: 'linear-model',
    columns: weights.map((_, c) => `c${c}`),
    outputs: 1,
    arithmetic: 'float64',
    weights: Float64Array.from(weights),
    intercepts: Float64Array.of(intercept),
    link: 'logistic',
    slope: 1,
  };
}

/** A model that is only code, and counts how often it is asked. */
function opaque(
  features: readonly Feature[],
  answer: (values: Float64Array) => Prediction,
  rest: Partial<Model> = {},
): Model & { readonly asked: number } {
  let asked = 0;
  return {
    schema: { features },
    task: 'binary',
    labels: ['stays', 'leaves'],
    pipeline: null,
    predict: () => {
      throw new Error('not asked so');
    },
    predictValues(values) {
      asked++;
      return answer(values);
    },
    ...rest,
    get asked() {
      return asked;
    },
  };
}

function leavesFrom(probability: number): Prediction {
  return { margin: null, probability, prediction: probability >= 0.5 ? 'leaves' : 'stays' };
}

const row = (...values: number[]): Float64Array => Float64Array.from(values);

describe('one change', () => {
  const contract = category('contract', ['monthly', 'yearly', 'two years'], {});
  const charges = number('charges', {}, { label: 'Monthly charges', unit: 'USD' });

  it('is the category that moves the decision', () => {
    const model = modelOf([contract], trees(1, [stump(0, 1.5, 1, -1)]));
    expect(findCounterfactuals(model, row(0))).toEqual({
      counterfactuals: [
        {
          changes: [{ feature: 'contract', label: 'contract', from: 'monthly', to: 'two years' }],
          prediction: 'stays',
          probability: expect.closeTo(0.2689, 4),
          text: 'With contract at two years instead of monthly, the decision would have been stays (probability of leaves: 0.27).',
        },
      ],
      evaluations: 3,
      exhaustive: true,
      text: 'Every combination of up to 1 change to contract within their ranges was considered (2 tried): none with fewer or smaller changes than the first changes the decision.',
    });
  });

  it('goes just over a threshold, in as few digits as lie there', () => {
    const from = (threshold: number, value: number): unknown =>
      findCounterfactuals(modelOf([charges], trees(1, [stump(0, threshold, -1, 1)])), row(value))
        .counterfactuals[0]!.changes[0]!.to;
    expect(from(70.35, 80)).toBe(70.3);
    expect(from(70.35, 60)).toBe(70.4);
    // the value of the threshold goes right
    expect(from(50, 60)).toBe(49.9);
    expect(from(50, 40)).toBe(50);
  });

  it('takes finer digits where two thresholds are close together', () => {
    const narrow = treeInput(split(0, 70.3512, leaf(1), split(0, 70.3517, leaf(-1), leaf(1))));
    const model = modelOf([charges], trees(1, [narrow]));
    expect(findCounterfactuals(model, row(80)).counterfactuals[0]!.changes[0]!.to).toBe(70.3516);
    expect(findCounterfactuals(model, row(10)).counterfactuals[0]!.changes[0]!.to).toBe(70.3512);
  });

  it('finds a gap of a single number', () => {
    const next = 70.35000000000001;
    const narrow = treeInput(split(0, 70.35, leaf(1), split(0, next, leaf(-1), leaf(1))));
    const model = modelOf([charges], trees(1, [narrow]));
    expect(findCounterfactuals(model, row(80)).counterfactuals[0]!.changes[0]!.to).toBe(70.35);
  });

  it('names the unit, and shows enough digits to tell the probability from the threshold', () => {
    const model = modelOf([charges], trees(1, [stump(0, 50, -1e-4, 1)]));
    expect(findCounterfactuals(model, row(60)).counterfactuals[0]!.text).toBe(
      'With Monthly charges at 49.9 instead of 60 USD, the decision would have been stays (probability of leaves: 0.49998).',
    );
  });

  it('is as near to the line of a linear model as its unit', () => {
    // leaves from 0.3 a + 12 >= 0, that is up to a = 41.2345
    const model = modelOf([charges], linear([-0.3], 0.3 * 41.2345));
    const [stays] = findCounterfactuals(model, row(10)).counterfactuals;
    expect(stays!.changes[0]!.to).toBe(41.3);
    const [leaves] = findCounterfactuals(model, row(90)).counterfactuals;
    expect(leaves!.changes[0]!.to).toBe(41.2);
  });

  it('names what was not given', () => {
    const model = modelOf([charges], trees(1, [stump(0, 50, 1, -1)]));
    const [first] = findCounterfactuals(model, row(missing)).counterfactuals;
    expect(first).toMatchObject({ changes: [{ from: null, to: 50 }] });
    expect(first!.text).toBe(
      'With Monthly charges at 50 USD, which is not given, the decision would have been stays (probability of leaves: 0.27).',
    );
  });

  it('makes a category known that was not', () => {
    const model = modelOf([contract], trees(1, [stump(0, 1.5, 1, -1)]));
    const { counterfactuals } = findCounterfactuals(model, row(missing));
    expect(counterfactuals.map(({ changes }) => changes)).toEqual([
      [{ feature: 'contract', label: 'contract', from: null, to: 'two years' }],
    ]);
  });

  it('is never to leave a value out', () => {
    const model = modelOf(
      [charges],
      trees(1, [
        treeInput(split(0, 1000, leaf(1), leaf(1))),
        treeInput(split(0, -1000, leaf(-9), leaf(1), true)),
      ]),
    );
    expect(model.predictValues(row(missing)).prediction).toBe('stays');
    expect(findCounterfactuals(model, row(60)).counterfactuals).toEqual([]);
  });

  it('is none of two categories that look alike to the model', () => {
    const addOn = category('add-on', ['yes', 'no', 'no line'], {});
    const steps: FeatureSteps = {
      features: 1,
      steps: [{ kind: 'equals', of: 0, operand: 0 }],
      columns: [1],
    };
    const model = modelOf([addOn], trees(1, [stump(0, 0.5, -1, 1)]), { steps });
    expect(findCounterfactuals(model, row(0))).toMatchObject({
      counterfactuals: [{ changes: [{ to: 'no' }] }],
      evaluations: 2,
    });
    // and none that looks like the present one
    expect(findCounterfactuals(model, row(1), { wanted: 'leaves' }).evaluations).toBe(2);
  });

  it('calls a category outside of the list another', () => {
    const other = { ...contract, otherCategories: true };
    const model = modelOf([other], trees(1, [stump(0, 2.5, 1, -1)]));
    const [first] = findCounterfactuals(model, row(3)).counterfactuals;
    expect(first!.changes[0]).toMatchObject({ from: 'another', to: 'monthly' });
  });
});

describe('the card', () => {
  const jump = trees(1, [stump(0, 50, -1, 1)]);
  const to = (feature: Feature, value: number): unknown =>
    findCounterfactuals(modelOf([feature], jump), row(value)).counterfactuals[0]?.changes[0]?.to;

  test('without anything changeable ends the search before it begins', () => {
    expect(findCounterfactuals(modelOf([number('a')], jump), row(60))).toEqual({
      counterfactuals: [],
      text: 'No feature of this model may change: its card marks none as changeable.',
      evaluations: 0,
      exhaustive: true,
    });
  });

  test('gives the direction', () => {
    expect(to(number('a', { direction: 'decrease' }), 60)).toBe(49.9);
    expect(to(number('a', { direction: 'increase' }), 60)).toBeUndefined();
    expect(to(number('a', { direction: 'increase' }), 40)).toBe(50);
    expect(to(number('a', { direction: 'decrease' }), 40)).toBeUndefined();
  });

  test('gives the bounds, which are within those of the feature', () => {
    expect(to(number('a', { min: 50 }), 60)).toBeUndefined();
    expect(to(number('a', { min: -20, max: 10 }), 60)).toBe(10);
    expect(to(number('a', { max: 500 }, { max: 49 }), 40)).toBeUndefined();
  });

  test('gives the step', () => {
    expect(to(number('a', { step: 0.3 }), 60)).toBe(49.8);
    expect(to(number('a', { step: 7 }), 40)).toBe(56);
    expect(to(integer('a', { step: 2.5 }), 60)).toBe(45);
    expect(to(integer('a', {}), 60)).toBe(49);
  });

  test('gives the categories', () => {
    const model = trees(1, [stump(0, 0.5, 1, -1)]);
    const feature = category('a', ['x', 'y', 'z'], { to: ['x', 'z'] });
    const { counterfactuals } = findCounterfactuals(modelOf([feature], model), row(0));
    expect(counterfactuals.map(({ changes }) => changes[0]!.to)).toEqual(['z']);
  });

  test('must give a range', () => {
    const feature = number('a', {}, { max: undefined });
    const error = caught(() => findCounterfactuals(modelOf([feature], jump), row(60)));
    expect(error).toMatchObject({ code: 'NOT_EXPLAINABLE' });
    expect(error.message).toMatch(/a is marked as changeable without a min and a max/);
  });
});

describe('several changes', () => {
  const three = [integer('a', {}), integer('b', {}), integer('c', {})];
  const all = [0, 1, 2].map((column) => stump(column, 50, 1, -1));

  it('are as few as move the decision', () => {
    const { counterfactuals, exhaustive } = findCounterfactuals(
      modelOf(three, trees(3, all)),
      row(10, 20, 30),
    );
    // two of three, those first that are nearest
    expect(
      counterfactuals.map(({ changes }) => changes.map(({ feature, to }) => [feature, to])),
    ).toEqual([
      [
        ['b', 50],
        ['c', 50],
      ],
      [
        ['a', 50],
        ['c', 50],
      ],
      [
        ['a', 50],
        ['b', 50],
      ],
    ]);
    expect(exhaustive).toBe(true);
  });

  it('are no more than allowed', () => {
    const { counterfactuals, evaluations, exhaustive, text } = findCounterfactuals(
      modelOf(three, trees(3, all)),
      row(10, 20, 30),
      { maxChanges: 1 },
    );
    expect(counterfactuals).toEqual([]);
    expect(exhaustive).toBe(true);
    expect(evaluations).toBe(4);
    expect(text).toBe(
      'No combination of up to 1 change to a, b and c within their ranges changes the decision (3 tried).',
    );
  });

  it('leave out features that are enough alone', () => {
    const model = modelOf(three, trees(3, [stump(0, 50, 3, -9), ...all.slice(1)]));
    const { counterfactuals } = findCounterfactuals(model, row(10, 20, 30));
    expect(counterfactuals.map(({ changes }) => changes.map(({ feature }) => feature))).toEqual([
      ['a'],
    ]);
  });

  it('of a linear model change most what does most for its distance', () => {
    const features = [number('a', {}), number('b', {})];
    // leaves while 3 a + b < 350: neither does it alone
    const model = modelOf(features, linear([-3, -1], 350));
    const [first] = findCounterfactuals(model, row(0, 0)).counterfactuals;
    expect(first!.changes.map(({ to }) => to)).toEqual([100, 50.1]);
  });

  it('are found in wide ranges that cannot be searched whole', () => {
    const many = ['a', 'b', 'c'].map((name) => integer(name, {}, { max: 1000 }));
    const steps = [0, 1, 2].flatMap((column) =>
      Array.from({ length: 400 }, (_, at) => stump(column, 2 * at + 2, 0.01, 0)),
    );
    // each step takes 0.01: the sum is 12 at the start, and below 3.005 with 900 of 1,200 steps
    const model = modelOf(many, trees(3, [...steps, treeInput(leaf(-3.005))]));
    const search = findCounterfactuals(model, row(0, 0, 0), { maxEvaluations: 5_000 });
    const [first] = search.counterfactuals;
    const sum = first!.changes.reduce((total, { to }) => total + Number(to), 0);
    expect(sum).toBeGreaterThanOrEqual(1800);
    expect(sum).toBeLessThan(1820);
    expect(search.exhaustive).toBe(false);
    expect(search.evaluations).toBeLessThanOrEqual(5_000);
    expect(search.text).toMatch(
      /^Found within [\d,]+ tries; .* fewer or smaller ones may exist\.$/,
    );
  });
});

describe('the search', () => {
  const features = [number('a', {}), number('b', {}), number('c', {})];

  it('asks no more than allowed, and says what it did not get to', () => {
    for (const maxEvaluations of [1, 2, 17, 100, 1_000]) {
      const model = opaque(features, () => leavesFrom(0.9));
      const search = findCounterfactuals(model, row(1, 2, 3), { maxEvaluations });
      expect(search.evaluations).toBe(model.asked);
      expect(search.evaluations).toBeLessThanOrEqual(maxEvaluations);
      expect(search.exhaustive).toBe(false);
      expect(search.text).toMatch(
        /^None found within [\d,]+ tries; not every combination of up to 3/,
      );
    }
  });

  it('stops when the caller says so', () => {
    let asked = 0;
    const model = opaque(features, () => leavesFrom(0.9));
    const search = findCounterfactuals(model, row(1, 2, 3), { shouldStop: () => ++asked > 3 });
    expect(search.evaluations).toBe(33);
    expect(model.asked).toBe(33);
    expect(search).toMatchObject({ counterfactuals: [], exhaustive: false });
    expect(search.text).toMatch(/^None found in the time allowed \(32 tried\); not every/);
  });

  it('may be stopped before it begins', () => {
    const model = opaque(features, () => leavesFrom(0.9));
    const search = findCounterfactuals(model, row(1, 2, 3), { shouldStop: () => true });
    expect(search).toEqual({
      counterfactuals: [],
      text: 'The search was stopped before it began.',
      evaluations: 0,
      exhaustive: false,
    });
  });

  it('says that code was tried on a grid', () => {
    const model = opaque([features[0]!], () => leavesFrom(0.9));
    const search = findCounterfactuals(model, row(1));
    expect(search.exhaustive).toBe(true);
    expect(search.text).toBe(
      'No combination of up to 1 change to a on a grid of values within their ranges changes the decision (33 tried).',
    );
  });

  it('halves its way to the line of a model that is only code', () => {
    const model = opaque([features[0]!], ([a = 0]) => leavesFrom(a / 123.4));
    const [first] = findCounterfactuals(model, row(99.99)).counterfactuals;
    expect(first!.changes[0]!.to).toBe(61.6);
    expect(first!.probability).toBe(61.6 / 123.4);
  });

  it('finds pairs of a model that is only code', () => {
    const model = opaque(features, ([a = 0, b = 0]) => leavesFrom(a + b > 120 ? 0.2 : 0.8));
    const [first] = findCounterfactuals(model, row(30, 40, 0)).counterfactuals;
    const changed = first!.changes.map(({ to }) => Number(to));
    expect(first!.changes.map(({ feature }) => feature)).toEqual(['b']);
    expect(changed[0]).toBe(90.1);
    const narrow = [number('a', {}, { max: 70 }), number('b', {}, { max: 70 })];
    const other = opaque(narrow, ([a = 0, b = 0]) => leavesFrom(a + b > 120 ? 0.2 : 0.8));
    const [pair] = findCounterfactuals(other, row(30, 40)).counterfactuals;
    expect(pair!.changes).toHaveLength(2);
    const sum = pair!.changes.reduce((total, { to }) => total + Number(to), 0);
    expect(sum).toBeCloseTo(120.05, 1);
  });

  it('has nothing to do where the answer is as wanted', () => {
    const model = opaque(features, () => leavesFrom(0.9));
    expect(findCounterfactuals(model, row(1, 2, 3), { wanted: 'leaves' })).toEqual({
      counterfactuals: [],
      text: 'The answer is as wanted without any change: leaves.',
      evaluations: 1,
      exhaustive: true,
    });
  });

  it('says when the model fails', () => {
    const cause = new Error('out of order');
    let asked = 0;
    const model = opaque(features, () => {
      if (++asked > 5) throw cause;
      return leavesFrom(0.9);
    });
    const error = caught(() => findCounterfactuals(model, row(1, 2, 3)));
    expect(error).toMatchObject({ code: 'NOT_EXPLAINABLE', cause });
  });

  it('takes no answer that is none', () => {
    const model = opaque(features, () => ({ ...leavesFrom(0.9), probability: 7 }));
    const error = caught(() => findCounterfactuals(model, row(1, 2, 3)));
    expect(error).toMatchObject({
      code: 'NOT_EXPLAINABLE',
      cause: expect.objectContaining({ code: 'INVALID_OUTPUT' }),
    });
  });

  it('is not fooled by a model that uses its answers again', () => {
    const answer = { margin: null, probability: 0, prediction: '' };
    const model = opaque([features[0]!], ([a = 0]) => Object.assign(answer, leavesFrom(a / 100)));
    const [first] = findCounterfactuals(model, row(80)).counterfactuals;
    expect(first).toMatchObject({ prediction: 'stays', probability: 0.499 });
    expect(first!.changes[0]!.to).toBe(49.9);
  });

  it.each([
    ['maxEvaluations', 0],
    ['maxChanges', 1.5],
    ['count', Number.NaN],
  ])('refuses %s of %d', (name, value) => {
    const model = opaque(features, () => leavesFrom(0.9));
    const error = caught(() => findCounterfactuals(model, row(1, 2, 3), { [name]: value }));
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toContain(name);
  });
});

describe('what is wanted', () => {
  const a = integer('a', {});
  const classes = modelOf(
    [a],
    trees(
      1,
      [
        treeInput(split(0, 30, leaf(2), leaf(0)), 0),
        treeInput(split(0, 30, leaf(0), split(0, 60, leaf(2), leaf(0))), 1),
        treeInput(split(0, 60, leaf(0), leaf(2)), 2),
      ],
      { outputs: 3, link: 'softmax' },
    ),
    { task: 'multiclass', labels: ['low', 'middle', 'high'] },
  );
  const value = modelOf(
    [a],
    trees(1, [stump(0, 30, 5, 7), stump(0, 60, 0, 7)], { link: 'identity' }),
    {
      task: 'regression',
      labels: [],
    },
  );

  it('is any other label', () => {
    const { counterfactuals } = findCounterfactuals(classes, row(50));
    expect(counterfactuals[0]).toMatchObject({ prediction: 'high', changes: [{ to: 60 }] });
    expect(counterfactuals[0]).not.toHaveProperty('probability');
    expect(counterfactuals[0]!.text).toBe(
      'With a at 60 instead of 50, the decision would have been high.',
    );
  });

  it('may lie between two others, where a linear model has it on a grid', () => {
    const model = modelOf(
      [number('a', {})],
      {
        ...linear([-0.1, 0, 0.1], 0),
        columns: ['a'],
        outputs: 3,
        intercepts: Float64Array.of(5, 1, -5),
        link: 'softmax',
      },
      { task: 'multiclass', labels: ['low', 'middle', 'high'] },
    );
    // 5 - a / 10 = 1 at a = 40, 1 = a / 10 - 5 at a = 60; the first of equal ones is answered
    const { counterfactuals } = findCounterfactuals(model, row(90), { wanted: 'middle' });
    expect(counterfactuals).toMatchObject([{ prediction: 'middle', changes: [{ to: 60 }] }]);
    expect(findCounterfactuals(model, row(90)).counterfactuals[0]).toMatchObject({
      prediction: 'middle',
    });
    expect(findCounterfactuals(model, row(90), { wanted: 'low' }).counterfactuals).toMatchObject([
      { prediction: 'low', changes: [{ to: 40 }] },
    ]);
  });

  it('may be a label', () => {
    const { counterfactuals } = findCounterfactuals(classes, row(50), { wanted: 'low' });
    expect(counterfactuals).toMatchObject([{ prediction: 'low', changes: [{ to: 29 }] }]);
    const narrow = modelOf([integer('a', { min: 40 })], classes.pipeline!.model, {
      task: 'multiclass',
      labels: classes.labels,
    });
    expect(findCounterfactuals(narrow, row(50), { wanted: 'low' }).text).toBe(
      'No combination of up to 1 change to a within their ranges changes the decision to low (1 tried).',
    );
  });

  it('is a bound of a value', () => {
    const below = findCounterfactuals(value, row(50), { wanted: { below: 6 } });
    expect(below.counterfactuals).toMatchObject([{ prediction: 5, changes: [{ to: 29 }] }]);
    expect(below.counterfactuals[0]!.text).toBe(
      'With a at 29 instead of 50, the answer would have been 5.',
    );
    const above = findCounterfactuals(value, row(50), { wanted: { atLeast: 14 } });
    expect(above.counterfactuals).toMatchObject([{ prediction: 14, changes: [{ to: 60 }] }]);
    expect(findCounterfactuals(value, row(50), { wanted: { atLeast: 15 } }).text).toMatch(
      /brings the answer to 15 or more \(2 tried\)\.$/,
    );
  });

  it.each([
    ['a bound of a classifier', classes, { below: 3 }],
    ['a label that there is not', classes, 'tiny'],
    ['nothing of a regression', value, undefined],
    ['a label of a regression', value, 'high'],
    ['a bound that is none', value, { below: Number.NaN }],
  ])('is refused: %s', (_, model, wanted) => {
    const error = caught(() => findCounterfactuals(model, row(50), { wanted }));
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toMatch(/^wanted: /);
  });

  it('is not known of several numbers', () => {
    const model = opaque([a], () => ({ margin: null, value: [1, 2], prediction: [1, 2] }), {
      task: 'regression',
      labels: [],
    });
    const error = caught(() => findCounterfactuals(model, row(50), { wanted: { below: 1 } }));
    expect(error).toMatchObject({ code: 'NOT_EXPLAINABLE' });
  });
});

describe('in spillway/shap', () => {
  it('answers as docs/explanations.md shows', async () => {
    const page = readFileSync('docs/explanations.md', 'utf8');
    const [, call = '', answer = ''] = /```js\n(.*?)```\n```json\n(.*?)```/s.exec(page)!;
    const customer = Object.fromEntries(
      [...call.matchAll(/^ {2}(\w+): (?:'(.*)'|([\d.]+)),$/gm)].map(
        ([, name = '', word, digits]) => [name, word ?? Number(digits)],
      ),
    );
    const versions = await loadVersions('models/churn');
    const { model } = versions.find(({ name }) => name === 'v1.1')!;
    expect(Object.keys(customer)).toHaveLength(10);
    expect(findInRow(model!, customer)).toEqual(JSON.parse(answer));
  });

  it('refuses a row that does not fit', () => {
    const model = opaque([number('a', {})], () => leavesFrom(0.9));
    const error = caught(() => findInRow(model, { a: 1000, b: 1 }));
    expect(error).toMatchObject({ code: 'INVALID_ROW' });
    expect(error.faults).toHaveLength(2);
  });
});

function caught(work: () => unknown): SpillwayError {
  try {
    work();
  } catch (error) {
    if (SpillwayError.isInstance(error)) return error;
  }
  throw new Error('nothing was thrown');
}
