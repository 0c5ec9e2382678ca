import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createModel } from '../../src/inference/index.ts';
import {
  type Counterfactual,
  createRowReader,
  createTreeEnsemble,
  type Feature,
  type FeatureStep,
  type Model,
} from '../../src/model/index.ts';
import { type TreeSketch, treeInput } from './random-ensemble.ts';
import { findCounterfactuals } from './search-counterfactuals.ts';

const missing = Number.NaN;
const largest = 7;

/** All values that the card lets a feature take, in words of the card alone. */
function allowedOf(
  { categories, changeable, max = 0, min = 0, type }: Feature,
  present: number,
): number[] {
  if (changeable === undefined) return [];
  if (type === 'category') {
    return (categories ?? []).flatMap((category, code) =>
      changeable.to?.includes(category) === false || code === present ? [] : [code],
    );
  }
  const { direction, step = 1 } = changeable;
  const low = Math.max(min, changeable.min ?? min);
  const high = Math.min(max, changeable.max ?? max);
  return Array.from({ length: largest + 1 }, (_, value) => value).filter(
    (value) =>
      value >= low &&
      value <= high &&
      value % step === 0 &&
      value !== present &&
      !(direction === 'increase' && value < present) &&
      !(direction === 'decrease' && value > present),
  );
}

function distanceOf(
  { changeable, max = 0, min = 0, type }: Feature,
  from: number,
  to: number,
): number {
  const low = Math.max(min, changeable?.min ?? min);
  const width = Math.min(max, changeable?.max ?? max) - low;
  return type === 'category' || Number.isNaN(from) || width === 0 ? 1 : Math.abs(to - from) / width;
}

/** The fewest and then smallest changes of all that there are; `null` when none moves the decision. */
function bestOfAll(
  model: Model,
  row: Float64Array,
  most: number,
): [changes: number, distance: number] | null {
  const today = model.predictValues(row).prediction;
  const { features } = model.schema;
  let best: [number, number] | null = null;
  const changed = row.slice();
  const visit = (feature: number, changes: number, distance: number): void => {
    if (feature === features.length) {
      if (changes === 0 || model.predictValues(changed).prediction === today) return;
      if (best === null || changes < best[0] || (changes === best[0] && distance < best[1]))
        best = [changes, distance];
      return;
    }
    visit(feature + 1, changes, distance);
    if (changes === most) return;
    for (const value of allowedOf(features[feature]!, row[feature]!)) {
      changed[feature] = value;
      visit(
        feature + 1,
        changes + 1,
        distance + distanceOf(features[feature]!, row[feature]!, value),
      );
    }
    changed[feature] = row[feature]!;
  };
  visit(0, 0, 0);
  return best;
}

const integer: fc.Arbitrary<Feature> = fc
  .record({
    isChangeable: fc.nat(4),
    direction: fc.constantFrom(undefined, undefined, 'increase' as const, 'decrease' as const),
    min: fc.option(fc.nat(3), { nil: undefined }),
    max: fc.option(fc.integer({ min: 3, max: 9 }), { nil: undefined }),
    step: fc.constantFrom(undefined, undefined, 2, 3),
  })
  .map(({ isChangeable, ...changeable }) => ({
    name: '',
    type: 'integer' as const,
    min: 0,
    max: largest,
    required: false,
    ...(isChangeable > 0 && { changeable }),
  }));

const category: fc.Arbitrary<Feature> = fc
  .constantFrom(undefined, {}, {}, { to: ['y', 'z'] }, { to: ['x'] })
  .map((changeable) => ({
    name: '',
    type: 'category' as const,
    categories: ['x', 'y', 'z'],
    required: false,
    changeable,
  }));

/** Evenly, unlike doubles by their bits, most of which are next to nothing. */
function fraction(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: min * 1e6, max: max * 1e6 }).map((number) => number / 1e6);
}

const operand = fc.constantFrom(-2, -1, 0, 0.1, 0.5, 1, 2, 3, 5, 6.5);

/** A step on a value with a lower number; `of` is drawn again once it is known how many there are. */
const step: fc.Arbitrary<(values: number) => FeatureStep> = fc
  .tuple(fc.nat(50), fc.nat(50), operand, operand, fc.nat(12))
  .map(([one, other, a, b, kind]) => (values: number): FeatureStep => {
    const of = one % values;
    const steps: readonly FeatureStep[] = [
      { kind: 'add', of, operand: a },
      { kind: 'multiply', of, operand: a },
      { kind: 'divide', of, operand: a },
      { kind: 'equals', of, operand: a },
      { kind: 'at-least', of, operand: a },
      { kind: 'above', of, operand: a },
      { kind: 'clip', of, min: Math.min(a, b), max: Math.max(a, b) },
      { kind: 'floor', of },
      { kind: 'truncate', of },
      { kind: 'fill', of, value: a },
      { kind: 'forget', of, value: a, tolerance: 0.6 },
      { kind: 'is-missing', of },
      { kind: 'first', of: [of, other % values] },
    ];
    return steps[kind]!;
  });

const columns = 4;
const leaf: fc.Arbitrary<TreeSketch> = fraction(-2, 2).map((value) => ({
  share: 0.5,
  leaf: [value],
}));

function splitOf(depth: number): fc.Arbitrary<TreeSketch> {
  const below =
    depth === 1
      ? leaf
      : fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: splitOf(depth - 1) });
  return fc.record({
    share: fc.constant(0.5),
    column: fc.nat(columns - 1),
    threshold: fc.constantFrom(0, 0.5, 1, 1.5, 2, 3, 3.3, 4.5, 5, 6.9),
    missingLeft: fc.boolean(),
    left: below,
    right: below,
  });
}

/** Small models whose columns are made by a few steps, and a row of which some values may be missing. */
const asked = fc
  .record({
    features: fc.tuple(integer, integer, category, fc.oneof(integer, category)),
    steps: fc.array(step, { maxLength: 6 }),
    from: fc.array(fc.nat(50), { minLength: columns, maxLength: columns }),
    trees: fc.array(splitOf(3), { minLength: 1, maxLength: 5 }),
    beyond: fraction(-0.5, 0.5),
    comparison: fc.constantFrom('<' as const, '<=' as const),
    arithmetic: fc.constantFrom('float32' as const, 'float64' as const),
    row: fc.array(fc.oneof(fc.nat(largest), fc.nat(largest), fc.constant(missing)), {
      minLength: 4,
      maxLength: 4,
    }),
  })
  .map(({ beyond, features: unnamed, from, row, steps, trees, ...rest }) => {
    const features = unnamed.map((feature, index) => ({ ...feature, name: `f${index}` }));
    const made = steps.map((make, index) => make(features.length + index));
    const values = Float64Array.from(row, (value, index) =>
      features[index]!.type === 'category' ? value % 3 : value,
    );
    const modelFrom = (base: number): Model =>
      createModel({
        schema: { features },
        steps: {
          features: features.length,
          steps: made,
          // those made last are looked at most
          columns: from.map((value) =>
            Math.max(0, features.length + made.length - 1 - (value % (2 * made.length + 4))),
          ),
        },
        model: createTreeEnsemble({
          ...rest,
          base: [base],
          columns: from.map((_, column) => `c${column}`),
          outputs: 1,
          leafSize: 1,
          link: 'logistic',
          trees: trees.map((sketch) => treeInput(sketch)),
        }),
        task: 'binary',
        labels: [0, 1],
        decisionThreshold: 0.5,
      });
    // near the line, so that something moves the decision more often than not
    const { margin } = modelFrom(0).predictValues(values);
    return { model: modelFrom(beyond - Number(margin)), values };
  });

/** The row that a counterfactual tells of, by the reader that any row goes through. */
function changedRow(model: Model, values: Float64Array, { changes }: Counterfactual): Float64Array {
  const { features } = model.schema;
  const row = features.map(({ categories, name }, index) => {
    const change = changes.find(({ feature }) => feature === name);
    if (change !== undefined) return change.to;
    const value = values[index]!;
    return Number.isNaN(value) ? null : (categories?.[value] ?? value);
  });
  const reader = createRowReader(model.schema);
  expect(reader.faults(row)).toEqual([]);
  const into = new Float64Array(features.length);
  reader.read(row, into);
  return into;
}

function expectToHold(model: Model, values: Float64Array, counterfactual: Counterfactual): void {
  const { changes, prediction, probability, text } = counterfactual;
  const changed = changedRow(model, values, counterfactual);
  const answer = model.predictValues(changed);
  expect({ prediction, probability }).toEqual({
    prediction: answer.prediction,
    probability: answer.probability,
  });
  expect(prediction).not.toBe(model.predictValues(values).prediction);
  expect(changes.length).toBeGreaterThan(0);
  for (const { feature, from, label, to } of changes) {
    const index = model.schema.features.findIndex(({ name }) => name === feature);
    expect(allowedOf(model.schema.features[index]!, values[index]!)).toContain(changed[index]);
    expect(from).not.toBe(to);
    expect(text).toContain(`${label} at ${to}`);
  }
}

describe('of small tree models', () => {
  it('the first is the smallest of all that there are, and each one holds', () => {
    let found = 0;
    fc.assert(
      fc.property(asked, fc.constantFrom(1, 2, 3), ({ model, values }, maxChanges) => {
        const search = findCounterfactuals(model, values, { maxChanges });
        const best = bestOfAll(model, values, maxChanges);
        expect(search.exhaustive).toBe(true);
        expect(search.counterfactuals.length === 0).toBe(best === null);
        for (const each of search.counterfactuals) expectToHold(model, values, each);
        const [first] = search.counterfactuals;
        if (first === undefined || best === null) return;
        found++;
        const changed = changedRow(model, values, first);
        const distance = model.schema.features.reduce(
          (sum, feature, index) =>
            Object.is(values[index], changed[index])
              ? sum
              : sum + distanceOf(feature, values[index]!, changed[index]!),
          0,
        );
        expect(first.changes.length).toBe(best[0]);
        expect(distance).toBeCloseTo(best[1], 9);
      }),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('those shown are of different features, none needs what another does without', () => {
    fc.assert(
      fc.property(asked, ({ model, values }) => {
        const { counterfactuals } = findCounterfactuals(model, values, { count: 5 });
        const sets = counterfactuals.map(
          ({ changes }) => new Set(changes.map(({ feature }) => feature)),
        );
        for (const [index, set] of sets.entries())
          for (const other of sets.slice(index + 1))
            expect([...set].every((name) => other.has(name))).toBe(false);
      }),
    );
  });

  it('the same row gets the same answer, with a batch or without', () => {
    fc.assert(
      fc.property(asked, ({ model, values }) => {
        const { labels, pipeline, schema, task } = model;
        const single: Model = {
          labels,
          pipeline,
          schema,
          task,
          predict: (row) => model.predict(row),
          predictValues: (row) => model.predictValues(row),
        };
        const search = findCounterfactuals(model, values);
        expect(findCounterfactuals(model, values)).toEqual(search);
        const { counterfactuals } = findCounterfactuals(single, values);
        expect(counterfactuals).toEqual(search.counterfactuals);
      }),
      { numRuns: 50 },
    );
  });

  it('a budget is kept, and what is shown holds all the same', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 60 }), ({ model, values }, maxEvaluations) => {
        let rows = 0;
        const counted: Model = {
          ...model,
          predictValues: (row) => {
            rows++;
            return model.predictValues(row);
          },
          predictBatch: (many, count) => {
            rows += count;
            return model.predictBatch!(many, count);
          },
        };
        const search = findCounterfactuals(counted, values, { maxEvaluations });
        expect(search.evaluations).toBe(rows);
        expect(rows).toBeLessThanOrEqual(maxEvaluations);
        for (const each of search.counterfactuals) expectToHold(model, values, each);
        const whole = findCounterfactuals(model, values);
        // what says that it is exhaustive is as good as what had all it wanted
        if (search.exhaustive) expect(search.counterfactuals[0]).toEqual(whole.counterfactuals[0]);
      }),
    );
  });
});

describe('of linear models', () => {
  const unit = 0.01;
  const weight = fraction(-3, 3).filter((w) => Math.abs(w) > 0.05);
  const value = fraction(0, 10);
  const linearModel = (weights: readonly number[], intercept: number): Model =>
    createModel({
      schema: {
        features: weights.map((_, index) => ({
          name: `f${index}`,
          type: 'number',
          min: 0,
          max: 10,
          required: false,
          changeable: {},
        })),
      },
      steps: { features: weights.length, steps: [], columns: [...weights.keys()] },
      model: {
        kind: 'linear-model',
        columns: weights.map((_, index) => `c${index}`),
        outputs: 1,
        arithmetic: 'float64',
        weights: Float64Array.from(weights),
        intercepts: Float64Array.of(intercept),
        link: 'logistic',
        slope: 1,
      },
      task: 'binary',
      labels: [0, 1],
      decisionThreshold: 0.5,
    });

  it('one change ends within a unit behind the line', () => {
    fc.assert(
      fc.property(weight, value, value, (w, line, present) => {
        fc.pre(Math.abs(line - present) > 1e-6 && line > 0.001 && line < 9.999);
        const model = linearModel([w], -w * line);
        const [first] = findCounterfactuals(model, Float64Array.of(present)).counterfactuals;
        const to = Number(first!.changes[0]!.to);
        const beyond = present < line ? to - line : line - to;
        expect(beyond).toBeGreaterThanOrEqual(-1e-9);
        expect(beyond).toBeLessThanOrEqual(unit);
        expect(Number(to.toFixed(2))).toBe(to);
      }),
    );
  });

  it('two changes are at most two units larger than the smallest there are', () => {
    let pairs = 0;
    fc.assert(
      fc.property(
        fc.tuple(weight, weight),
        fc.tuple(value, value),
        fraction(0.05, 0.95),
        (weights, present, part) => {
          // what each feature can do for the goal at most, the goal being out of reach for each alone
          const reach = weights.map((w, k) => Math.max(-w * present[k]!, w * (10 - present[k]!)));
          const [one, other] = [Math.max(...reach), Math.min(...reach)];
          const goal = one + other * part;
          fc.pre(other > 0.1);
          const score = weights[0] * present[0] + weights[1] * present[1];
          const model = linearModel(weights, -score - goal);
          const [first] = findCounterfactuals(model, Float64Array.from(present)).counterfactuals;
          expect(first!.changes).toHaveLength(2);
          const size = first!.changes.reduce(
            (sum, { from, to }) => sum + Math.abs(Number(to) - Number(from)) / 10,
            0,
          );
          const ends = reach.map((most, k) => {
            const rest = goal - most;
            return most / Math.abs(weights[k]!) / 10 + rest / Math.abs(weights[1 - k]!) / 10;
          });
          expect(size).toBeLessThanOrEqual(Math.min(...ends) + (2 * unit) / 10 + 1e-9);
          pairs++;
        },
      ),
    );
    expect(pairs).toBe(100);
  });
});
