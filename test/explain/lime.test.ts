import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { createSeededRandom, SpillwayError } from '../../src/core/index.ts';
import { createLimeExplainer, type LimeOptions } from '../../src/explain/index.ts';
import { seedOfRow } from '../../src/explain/seed-of-row.ts';
import { loadVersions } from '../../src/index.ts';
import {
  type Background,
  createRowReader,
  type Explanation,
  type Feature,
  type FeatureSchema,
  type Model,
  type Prediction,
} from '../../src/model/index.ts';
import { createModelExplainer, createModelLime } from '../../src/shap.ts';
import { opaque, opaqueClassifier, opaqueRegression } from './opaque-model.ts';

const missing = Number.NaN;
const number = { type: 'number' } as const;
const category = (...categories: string[]) => ({ type: 'category', categories }) as const;

function schemaOf(...features: (Partial<Feature> & Pick<Feature, 'type'>)[]): FeatureSchema {
  return {
    features: features.map((feature, index) => ({
      name: `f${index}`,
      required: false,
      ...feature,
    })),
  };
}

/** Rows made of their index. */
function backgroundOf(count: number, rowOf: (index: number) => readonly number[]): Background {
  const rows = Array.from({ length: count }, (_, index) => rowOf(index));
  return { values: Float64Array.from(rows.flat()), count };
}

function explainWith(
  model: Model,
  background: Background,
  row: readonly number[],
  options: LimeOptions = {},
): Explanation {
  return createLimeExplainer(model, background, options).explain(Float64Array.from(row));
}

function attributed({ attributions }: Explanation): number[] {
  return Object.values(attributions).map(Number);
}

function refusal(work: () => unknown): SpillwayError {
  try {
    work();
  } catch (error) {
    if (SpillwayError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('LIME of a model that is linear in being like the row', () => {
  // the quartiles of 0..99 are 24.75, 49.5 and 74.25, so that 60 is in the third bin
  const schema = schemaOf(category('a', 'b'), number, category('a', 'b', 'c'), number, number);
  const background = backgroundOf(400, (i) => [i % 2, (i * 37) % 100, i % 3, (i * 53) % 100, 7]);
  const row = [1, 60, 2, 5, 7];
  const truth = [0.3, -0.2, 0.1, 0, 0];
  const model = opaqueClassifier(
    schema,
    ([a, b, c]) =>
      0.4 + 0.3 * Number(a === 1) - 0.2 * Number(b! > 49.5 && b! <= 74.25) + 0.1 * Number(c === 2),
  );
  const explanation = explainWith(model, background, row, { samples: 20_000 });

  it('recovers its coefficients to 1e-3, which is what the ridge takes off at 20,000 samples', () => {
    for (const [index, coefficient] of attributed(explanation).entries()) {
      expect(Math.abs(coefficient - truth[index]!)).toBeLessThan(1e-3);
    }
    expect(Math.abs(Number(explanation.baseValue) - 0.4)).toBeLessThan(1e-3);
  });

  it('stands in for it perfectly', () => {
    expect(explanation.fit!.r2).toBeGreaterThan(0.99999);
    expect(explanation.fit!.localPrediction).toBeCloseTo(0.6, 3);
    expect(explanation.additivityResidual).toBeLessThan(1e-3);
  });

  it('gives exactly 0 to a feature that is the same in all rows of the background and here', () => {
    expect(explanation.attributions['f4']).toBe(0);
  });

  it('is never said to be exact', () => {
    expect(explanation).toMatchObject({ method: 'lime', exact: false, units: 'probability' });
  });

  it('names the features that raise the probability, in order', () => {
    expect(explanation.reasonCodes.map(({ code }) => code)).toEqual(['f0', 'f2']);
    expect(explanation.reasonCodes[0]!.text).toMatch(/^f0 \(b\) raises the probability by 0\.\d+$/);
    const lower = explainWith(model, background, row, { adverse: 'lower', reasonCodes: 1 });
    expect(lower.reasonCodes.map(({ code }) => code)).toEqual(['f1']);
  });
});

test('one feature of two has the coefficient of the ridge by hand: alpha 1, weight exp(-1 / (2 * 0.75^2 * 2)) where it differs', () => {
  const schema = schemaOf(category('a', 'b'), number);
  const asked: number[] = [];
  const model = opaqueRegression(schema, ([a]) => {
    asked.push(a!);
    return a === 0 ? 5 : 3;
  });
  const background = backgroundOf(2, (i) => [i, 7]);
  const explanation = explainWith(model, background, [0, 7], { samples: 100 });
  expect(asked).toHaveLength(100);
  const alike = asked.filter((code) => code === 0).length;
  const different = (100 - alike) * Math.exp(-1 / (2 * 0.75 ** 2 * 2));
  const spread = (alike * different) / (alike + different);
  expect(attributed(explanation)[0]).toBeCloseTo((2 * spread) / (spread + 1), 12);
});

describe('the answer', () => {
  const schema = schemaOf(number, number, category('a', 'b', 'c'));
  const background = backgroundOf(60, (i) => [i / 10, (i * 7) % 13, i % 3]);
  const model = opaqueClassifier(schema, ([a, b, c]) => 1 / (1 + Math.exp(a! - b! * c! + 1)));
  const lime = createLimeExplainer(model, background, { samples: 500 });
  const row = Float64Array.of(2, 5, 1);

  it('is the same to the last bit for the same seed, and another for another', () => {
    const text = JSON.stringify(lime.explain(row, 7));
    expect(JSON.stringify(lime.explain(row, 7))).toBe(text);
    expect(attributed(lime.explain(row, 8))).not.toEqual(attributed(lime.explain(row, 7)));
  });

  it('has a seed made from the row and the samples, which gives it again', () => {
    const explanation = lime.explain(row);
    expect(explanation.fit).toMatchObject({ samples: 500, seed: seedOfRow(row, 500) });
    expect(lime.explain(Float64Array.from(row))).toEqual(explanation);
    expect(lime.explain(row, explanation.fit!.seed)).toEqual(explanation);
    expect(lime.explain(Float64Array.of(2, 5, 2)).fit!.seed).not.toBe(explanation.fit!.seed);
  });

  it('takes the seed of the call before that of the options, and that before the one of the row', () => {
    const seeded = createLimeExplainer(model, background, { samples: 500, seed: 3 });
    expect(seeded.explain(row)).toEqual(lime.explain(row, 3));
    expect(seeded.explain(row, 4)).toEqual(lime.explain(row, 4));
  });

  it('adds up to the local prediction, and its residual is how far that is from the model', () => {
    const explanation = lime.explain(row);
    const sum = attributed(explanation).reduce(
      (total, value) => total + value,
      Number(explanation.baseValue),
    );
    const { probability } = model.predictValues(row);
    expect(explanation.fit!.localPrediction).toBeCloseTo(sum, 12);
    expect(explanation.additivityResidual).toBeCloseTo(Math.abs(sum - probability!), 12);
    expect(explanation.additivityResidual).toBeGreaterThan(1e-3);
  });

  it('does not depend on whether the model answers rows one by one or many at once', () => {
    const counts: number[] = [];
    const many: Model = {
      ...model,
      predictBatch(values, count) {
        counts.push(count);
        return Array.from({ length: count }, (_, index) =>
          model.predictValues(values.slice(index * 3, index * 3 + 3)),
        );
      },
    };
    const byMany = createLimeExplainer(many, background, { samples: 500 });
    expect(byMany.explain(row)).toEqual(lime.explain(row));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(counts.length).toBeLessThan(5);
  });

  it('does not depend on what the model does to the rows that it is lent', () => {
    const vandal = opaqueClassifier(schema, (values) => {
      const { probability } = model.predictValues(values);
      values.fill(99);
      return probability!;
    });
    const lent = Float64Array.from(row);
    expect(createLimeExplainer(vandal, background, { samples: 500 }).explain(lent)).toEqual(
      lime.explain(row),
    );
    expect(lent).toEqual(row);
  });

  it('gives 5,000 samples without being asked', () => {
    expect(createLimeExplainer(model, background).explain(row).fit!.samples).toBe(5000);
  });
});

test('seeds are the FNV-1a hash of the numbers on every machine, one NaN like another and -0 like 0', () => {
  // by an implementation of its own in Python
  expect(seedOfRow(Float64Array.of(1.5, missing, 0), 5000)).toBe(1648303126);
  const otherNaN = new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]!;
  expect(seedOfRow(Float64Array.of(1.5, otherNaN, -0), 5000)).toBe(1648303126);
  expect(seedOfRow(Float64Array.of(1.5, missing, 0), 5001)).not.toBe(1648303126);
});

describe('LIME of a model that hardly listens', () => {
  const schema = schemaOf(category('a', 'b'), number);
  const background = backgroundOf(100, (i) => [i % 2, i]);

  it('gives zeros, a fit of 1 and no reasons for a constant', () => {
    const explanation = explainWith(
      opaqueClassifier(schema, () => 0.1),
      background,
      [1, 3],
    );
    expect(explanation).toMatchObject({
      baseValue: 0.1,
      attributions: { f0: 0, f1: 0 },
      additivityResidual: 0,
      reasonCodes: [],
      fit: { r2: 1, localPrediction: 0.1 },
    });
  });

  it('gives no reasons when the stand-in explains less than 0.2 of the answers', () => {
    // a sawtooth within the bins, and a little that can be told
    const noisy = (share: number) =>
      opaqueClassifier(schema, ([a, b]) => 0.4 * ((b! * 7.7) % 1) + share * a! + 0.2);
    const poor = explainWith(noisy(0.02), background, [1, 3]);
    expect(poor.fit!.r2).toBeLessThan(0.2);
    expect(attributed(poor)[0]).toBeGreaterThan(0);
    expect(poor.reasonCodes).toEqual([]);
    const fair = explainWith(noisy(0.2), background, [1, 3]);
    expect(fair.fit!.r2).toBeGreaterThan(0.2);
    expect(fair.reasonCodes[0]!.code).toBe('f0');
  });
});

describe('LIME of several outputs', () => {
  const schema = schemaOf(category('a', 'b'), category('a', 'b'));
  const background = backgroundOf(40, (i) => [i % 2, i % 4 < 2 ? 0 : 1]);

  it('explains the probability of each label; their attributions cancel out, and reasons are those of the label predicted', () => {
    const labels = ['low', 'middle', 'high'];
    const model = opaque(schema, 'multiclass', labels, ([a, b]) => {
      const probabilities = [0.2 + 0.1 * b!, 0.4 - 0.1 * b! - 0.2 * a!, 0.4 + 0.2 * a!];
      return { margin: null, probabilities, prediction: 'high' };
    });
    const explanation = explainWith(model, background, [1, 1]);
    expect(explanation.outputs).toEqual(labels);
    const [ofA, ofB] = Object.values(explanation.attributions) as number[][];
    for (const [k, truth] of [0, -0.2, 0.2].entries()) expect(ofA![k]).toBeCloseTo(truth, 2);
    for (const [k, truth] of [0.1, -0.1, 0].entries()) expect(ofB![k]).toBeCloseTo(truth, 2);
    expect(ofA!.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect((explanation.baseValue as number[]).reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      1,
      12,
    );
    const { localPrediction, r2 } = explanation.fit!;
    expect(r2).toHaveLength(3);
    expect(localPrediction).toHaveLength(3);
    expect(explanation.reasonCodes.map(({ code }) => code)).toEqual(['f0']);
    expect(explanation.reasonCodes[0]!.text).toContain('raises the probability of high by 0.2');
  });

  it('explains each value of a regression, and words the one furthest from its base', () => {
    const model = opaqueRegression(schema, ([a, b]) => [10 + a!, 20 - 30 * b!]);
    const explanation = explainWith(model, background, [1, 1]);
    expect(explanation.units).toBe('target');
    expect(explanation.outputs).toBeUndefined();
    const [, ofB] = Object.values(explanation.attributions) as number[][];
    expect(ofB![1]).toBeCloseTo(-30, 0);
    expect(explanation.reasonCodes[0]!.text).toMatch(
      /^f1 \(b\) lowers the target of output 2 by (30|2\d)/,
    );
  });

  it('refuses a model whose answers have now two values and now one', () => {
    const model = opaqueRegression(schema, ([a]) => (a === 1 ? [1, 2] : 1));
    const error = refusal(() => explainWith(model, background, [1, 1]));
    expect(error.code).toBe('NOT_EXPLAINABLE');
    expect(error.message).toContain('one row with 2 values and another with 1');
  });
});

describe('neighbours', () => {
  const feature = fc.oneof(
    fc.record({ type: fc.constant('number' as const), nullable: fc.boolean() }),
    fc.record({
      type: fc.constant('integer' as const),
      min: fc.constant(-3),
      max: fc.constant(9),
      nullable: fc.boolean(),
    }),
    fc.record({
      type: fc.constant('category' as const),
      categories: fc.constant(['a', 'b', 'c']),
      otherCategories: fc.boolean(),
      nullable: fc.boolean(),
    }),
  );
  const valueOf = ({ nullable, otherCategories, type }: Partial<Feature>) =>
    fc.oneof(
      { weight: 5, arbitrary: anyOf(type!, otherCategories ?? false) },
      { weight: 1, arbitrary: nullable ? fc.constant(missing) : anyOf(type!, false) },
    );
  const anyOf = (type: Feature['type'], others: boolean): fc.Arbitrary<number> => {
    if (type === 'category') return fc.nat(others ? 3 : 2);
    if (type === 'integer') return fc.integer({ min: -3, max: 9 });
    return fc.double({ noNaN: true, noDefaultInfinity: true });
  };

  it('fit the schema, whatever the background', () => {
    const cases = fc.array(feature, { minLength: 1, maxLength: 4 }).chain((features) => {
      const row = fc.tuple(...features.map(valueOf));
      return fc.record({
        schema: fc.constant(schemaOf(...features)),
        rows: fc.array(row, { minLength: 1, maxLength: 6 }),
        row,
      });
    });
    fc.assert(
      fc.property(cases, ({ row, rows, schema }) => {
        const reader = createRowReader(schema);
        const into = new Float64Array(row.length);
        const model = opaqueRegression(schema, (values) => {
          const asSent = Array.from(values, (value, index) => {
            if (Number.isNaN(value)) return null;
            const { categories } = schema.features[index]!;
            return categories === undefined ? value : (categories[value] ?? 'another');
          });
          expect(reader.faults(asSent)).toEqual([]);
          expect(reader.read(asSent, into)).toBe(true);
          return Number.isNaN(values[0]!) ? 0 : Math.sign(values[0]!);
        });
        const explanation = explainWith(
          model,
          backgroundOf(rows.length, (i) => rows[i]!),
          row,
          { samples: 100 },
        );
        expect(attributed(explanation).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('include the row itself, first and once', () => {
    const schema = schemaOf(number);
    const asked: number[] = [];
    const model = opaqueRegression(schema, ([a]) => asked.push(a!));
    explainWith(
      model,
      backgroundOf(9, (i) => [i]),
      [5.123],
      { samples: 300 },
    );
    expect(asked).toHaveLength(300);
    expect(asked.filter((value) => value === 5.123)).toHaveLength(1);
    expect(asked[0]).toBe(5.123);
  });
});

describe('LIME of an unusual row', () => {
  const schema = schemaOf(number, category('a', 'b', 'c'), number);
  const model = opaqueRegression(
    schema,
    ([a, b, c]) => (Number.isNaN(a!) ? -4 : a!) + 10 * Number(b === 2) + (Number.isNaN(c!) ? 3 : 0),
  );
  const background = backgroundOf(100, (i) => [i % 10, i % 2, missing]);

  it('attributes to a number beyond the background what its outer bin does', () => {
    const inside = attributed(explainWith(model, background, [9, 0, missing], { seed: 1 }));
    const outside = attributed(explainWith(model, background, [50, 0, missing], { seed: 1 }));
    // the row counts once among the 5,000, so that its own answer moves the fit a little
    expect(Math.abs(outside[0]! - inside[0]!)).toBeLessThan(0.2);
    expect(inside[0]).toBeGreaterThan(3);
  });

  it('compares a category that the background lacks with those it has', () => {
    const explanation = explainWith(model, background, [5, 2, missing]);
    expect(attributed(explanation)[1]).toBeCloseTo(10, 0);
    expect(explanation.fit!.r2).toBeGreaterThan(0.3);
  });

  it('compares what is missing here alone with what is there', () => {
    const attributions = attributed(explainWith(model, background, [missing, 0, missing]));
    // -4 instead of 4.5 on average
    expect(attributions[0]).toBeCloseTo(-8.5, 0);
  });

  it('compares what is there with a feature that is always missing', () => {
    expect(attributed(explainWith(model, background, [5, 0, 1]))[2]).toBeCloseTo(-3, 0);
  });

  it('says nothing about a feature that is missing everywhere', () => {
    expect(attributed(explainWith(model, background, [5, 0, missing]))[2]).toBe(0);
  });

  it('explains a row of nothing', () => {
    const explanation = explainWith(model, background, [missing, missing, missing]);
    expect(attributed(explanation).every(Number.isFinite)).toBe(true);
    expect(explanation.attributions['f0']).toBeLessThan(-7);
  });

  it('explains against a background of one row: the row itself by its answer alone, another by the features that differ', () => {
    const one = backgroundOf(1, () => [1, 0, missing]);
    expect(explainWith(model, one, [1, 0, missing])).toMatchObject({
      baseValue: 4,
      attributions: { f0: 0, f1: 0, f2: 0 },
      fit: { r2: 1 },
    });
    const [a, b, c] = attributed(explainWith(model, one, [6, 2, missing]));
    expect(a).toBeCloseTo(5, 1);
    expect(b).toBeCloseTo(10, 1);
    expect(c).toBe(0);
  });

  it('takes an infinite number for one of the outer bin', () => {
    const bounded = opaqueRegression(schema, ([a]) => Math.min(a!, 20));
    expect(
      attributed(explainWith(bounded, background, [Number.POSITIVE_INFINITY, 0, missing]))[0],
    ).toBeGreaterThan(3);
  });
});

describe('LIME refuses', () => {
  const schema = schemaOf({ type: 'integer', min: 0 }, category('a', 'b'));
  const background = backgroundOf(10, (i) => [i, i % 2]);
  const sound = opaqueClassifier(schema, () => 0.5);
  const create =
    (options: LimeOptions, rows = background) =>
    () =>
      createLimeExplainer(sound, rows, options);

  it.each([99, 100_001, 500.5, Number.NaN])('to take %d samples', (samples) => {
    expect(refusal(create({ samples })).code).toBe('INVALID_OPTION');
  });

  it.each([-1, 2 ** 32, 0.5, Number.NaN])('the seed %d', (seed) => {
    expect(refusal(create({ seed })).code).toBe('INVALID_OPTION');
    const lime = create({})();
    expect(refusal(() => lime.explain(Float64Array.of(1, 0), seed)).code).toBe('INVALID_OPTION');
  });

  it.each([
    ['no rows', { values: new Float64Array(0), count: 0 }, 'at least one row of 2 numbers'],
    ['half a row', { values: Float64Array.of(1, 0, 1), count: 2 }, 'got 3 numbers for 2 rows'],
    ['a fraction', backgroundOf(2, (i) => [i / 2, 0]), 'row 2 of the background has for f0'],
    ['a number out of range', backgroundOf(1, () => [-1, 0]), 'row 1 of the background has for f0'],
    [
      'an infinite number',
      backgroundOf(1, () => [Number.POSITIVE_INFINITY, 0]),
      'row 1 of the background has for f0',
    ],
    [
      'a category that is none',
      backgroundOf(1, () => [1, 2]),
      'row 1 of the background has for f1',
    ],
  ])('a background with %s', (_, rows, message) => {
    const error = refusal(create({}, rows));
    expect(error.code).toBe('NOT_EXPLAINABLE');
    expect(error.message).toContain(message);
  });

  it('more than 1,000 features', () => {
    const wide = schemaOf(...Array.from({ length: 1001 }, () => number));
    const rows = backgroundOf(1, () => Array<number>(1001).fill(0));
    const model = opaqueClassifier(wide, () => 0.5);
    expect(refusal(() => createLimeExplainer(model, rows)).message).toContain('at most 1000');
  });

  const sick: [string, (values: Float64Array) => Prediction, string][] = [
    [
      'throws',
      () => {
        throw new Error('broken');
      },
      'broken',
    ],
    [
      'answers nonsense',
      () => ({ margin: null, probability: 7, prediction: 'yes' }),
      'no usable probability',
    ],
    [
      'answers later',
      () => Promise.resolve(0) as unknown as Prediction,
      'an answer at once, not a promise',
    ],
  ];
  it.each(sick)('a model that %s to a neighbour, and gives its cause', (_, answer, cause) => {
    const model = opaque(schema, 'binary', ['no', 'yes'], (values) =>
      values[1] === 0 ? sound.predictValues(values) : answer(values),
    );
    const error = refusal(() => explainWith(model, background, [3, 0]));
    expect(error.code).toBe('NOT_EXPLAINABLE');
    expect(String(error.cause)).toContain(cause);
  });

  it('a model that answers fewer rows than it was asked about', () => {
    const model: Model = { ...sound, predictBatch: (values) => [sound.predictValues(values)] };
    const error = refusal(() => explainWith(model, background, [3, 0]));
    expect(error.code).toBe('NOT_EXPLAINABLE');
    expect(String(error.cause)).toContain('1 answers to 256 rows');
  });

  it('answers too far apart for float64', () => {
    const model = opaqueRegression(schema, ([a]) => (a! > 4 ? 1e200 : -1e200));
    expect(refusal(() => explainWith(model, background, [3, 0])).message).toContain(
      'too far apart',
    );
  });
});

describe('createModelLime', () => {
  const schema = schemaOf(number, category('a', 'b'));
  const model = opaqueClassifier(schema, ([a, b]) => (Number.isNaN(a!) ? 0.1 : 0.3) + 0.4 * b!);
  const background = [{ f0: 1, f1: 'a' }, [null, 'b'], { f1: 'b' }, { f0: 3, f1: 'a' }];

  it('reads rows as a model does', () => {
    const lime = createModelLime(model, { background, samples: 1000 });
    const explanation = lime.explain({ f0: 2, f1: 'b' });
    expect(explanation.attributions['f1']).toBeCloseTo(0.4, 2);
    // half of the rows that are unlike have no f0, which takes 0.2 off
    expect(explanation.attributions['f0']).toBeGreaterThan(0.08);
    expect(lime.explain([2, 'b'])).toEqual(explanation);
    expect(lime.explain([2, 'b'], 5).fit!.seed).toBe(5);
  });

  it('names every fault of a row, and those of a background row with its place', () => {
    const lime = createModelLime(model, { background });
    expect(refusal(() => lime.explain({ f0: 'x', f1: 'c' })).faults).toHaveLength(2);
    const error = refusal(() =>
      createModelLime(model, { background: [...background, { f0: Number.POSITIVE_INFINITY }] }),
    );
    expect(error.code).toBe('INVALID_ROW');
    expect(error.faults.map(({ pointer }) => pointer)).toEqual(['/4/f0']);
  });
});

test('on the demo boosting, features rank about as by exact attributions', async () => {
  const version = (await loadVersions('models/churn')).find(({ name }) => name === 'v1.1');
  const model = version!.model!;
  const random = createSeededRandom(20261121);
  const oneOf = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const customers = Array.from({ length: 310 }, () => {
    const tenure = Math.floor(random() * 73);
    const monthly = Math.round(2000 + 10_000 * random()) / 100;
    const categories = model.schema.features.filter(({ type }) => type === 'category');
    return {
      ...Object.fromEntries(
        categories.map((feature) => [feature.name, oneOf(feature.categories!)]),
      ),
      age: oneOf([30, 40, 50, 70]),
      tenure,
      monthly_charges: monthly,
      total_charges: monthly * tenure,
    };
  });
  const lime = createModelLime(model, { background: customers.slice(10) });
  const exact = createModelExplainer(model);
  const correlations = customers
    .slice(0, 10)
    .map((row) => rankCorrelation(attributed(lime.explain(row)), attributed(exact.explain(row))));
  const mean = correlations.reduce((sum, one) => sum + one, 0) / correlations.length;
  // measured: 0.88, and 0.67 to 0.95
  expect(mean).toBeGreaterThan(0.8);
  expect(Math.min(...correlations)).toBeGreaterThan(0.5);
});

/** Spearman's: the correlation of ranks. */
function rankCorrelation(one: readonly number[], other: readonly number[]): number {
  const ranksOf = (values: readonly number[]): number[] => {
    const sorted = values.toSorted((a, b) => a - b);
    return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
  };
  const centred = (values: readonly number[]): number[] => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return values.map((value) => value - mean);
  };
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * b[index]!, 0);
  const [a, b] = [centred(ranksOf(one)), centred(ranksOf(other))];
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
