import { describe, expect, it } from 'vitest';
import { createExplainer, type ExplainerOptions } from '../../src/explain/index.ts';
import {
  createTreeEnsemble,
  type FeatureSchema,
  type FeatureStep,
  type FeatureSteps,
  type Link,
  type Pipeline,
  type Task,
  type TreeEnsemble,
  type TreeInput,
} from '../../src/model/index.ts';
import { treeInput } from './random-ensemble.ts';

const schema: FeatureSchema = {
  features: [
    { name: 'age', type: 'integer', unit: 'years', required: false },
    {
      name: 'contract',
      type: 'category',
      label: 'Contract',
      categories: ['monthly', 'yearly'],
      required: false,
    },
    {
      name: 'monthly_charges',
      type: 'number',
      label: 'Monthly charges',
      unit: 'USD',
      required: false,
    },
    { name: 'region', type: 'integer', required: false },
  ],
};
const [age, contract, charges] = [0, 1, 2];
const missing = Number.NaN;

/** A number to the rounding of the computation. */
function near(value: number): number {
  return expect.closeTo(value, 13) as number;
}

/** Columns made by steps, out of the four features of the schema. */
function made(steps: readonly FeatureStep[], columns: readonly number[]): FeatureSteps {
  return { features: schema.features.length, steps, columns };
}

/** A tree of one split: the left leaf has a quarter of the cover. */
function stump(
  atColumn: number,
  threshold: number,
  leaves: readonly number[][],
  output = 0,
): TreeInput {
  return treeInput(
    {
      share: 1,
      column: atColumn,
      threshold,
      missingLeft: true,
      left: { share: 0.25, leaf: leaves[0]! },
      right: { share: 0.75, leaf: leaves[1]! },
    },
    output,
  );
}

function trees(inputs: readonly TreeInput[], rest: Partial<TreeEnsemble> = {}): TreeEnsemble {
  return createTreeEnsemble({
    columns: ['a', 'b', 'c'],
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

function pipeline(model: Pipeline['model'], rest: Partial<Pipeline> = {}): Pipeline {
  return {
    schema,
    steps: made([], [age, contract, charges]),
    model,
    task: 'binary',
    labels: ['stays', 'leaves'],
    decisionThreshold: 0.5,
    ...rest,
  };
}

function texts(of: Pipeline, row: number[], options: ExplainerOptions = {}): string[] {
  const { reasonCodes } = createExplainer(of, options).explain(Float64Array.from(row));
  return reasonCodes.map(({ text }) => text);
}

const churn = pipeline(
  trees([stump(0, 30, [[0.5], [0]]), stump(1, 0.5, [[1], [-1]]), stump(2, 50, [[-0.5], [0]])]),
);

describe('an explanation', () => {
  it('names base value, attributions and reasons', () => {
    const explanation = createExplainer(churn).explain(Float64Array.of(20, 0, 65.5, 7));
    expect(explanation).toEqual({
      method: 'tree-shap-path-dependent',
      exact: true,
      units: 'log-odds',
      baseValue: near(-0.5),
      attributions: {
        age: near(0.375),
        contract: near(1.5),
        monthly_charges: near(0.125),
        region: 0,
      },
      reasonCodes: [
        {
          code: 'contract',
          feature: 'contract',
          label: 'Contract',
          attribution: near(1.5),
          text: 'Contract (monthly) raises the log-odds by 1.5',
        },
        {
          code: 'age',
          feature: 'age',
          label: 'age',
          attribution: near(0.375),
          text: 'age (20 years) raises the log-odds by 0.375',
        },
        {
          code: 'monthly_charges',
          feature: 'monthly_charges',
          label: 'Monthly charges',
          attribution: near(0.125),
          text: 'Monthly charges (65.5 USD) raises the log-odds by 0.125',
        },
      ],
      spokenOutput: 0,
      mainReasons: [
        'Contract (monthly) raises the log-odds by 1.5',
        'age (20 years) raises the log-odds by 0.375',
        'Monthly charges (65.5 USD) raises the log-odds by 0.125',
      ],
      additivityResidual: near(0),
    });
  });

  it('lists the features in the order of the schema', () => {
    const { attributions } = createExplainer(churn).explain(Float64Array.of(20, 0, 65.5, 7));
    expect(Object.keys(attributions)).toEqual(['age', 'contract', 'monthly_charges', 'region']);
  });

  it('of a batch is that of each row', () => {
    const explainer = createExplainer(churn);
    const rows = Array.from({ length: 600 }, (_, row) => [row % 70, row % 3, (row * 7) % 90, row]);
    const each = rows.map((row) => explainer.explain(Float64Array.from(row)));
    const batch = explainer.explainBatch(Float64Array.from(rows.flat()), rows.length);
    for (const [row, { additivityResidual, ...explanation }] of batch.entries()) {
      expect(additivityResidual).toBeLessThan(1e-12);
      expect(explanation.method).toBe(each[row]!.method);
      expect(Object.keys(explanation.attributions)).toEqual(Object.keys(each[row]!.attributions));
      for (const [name, value] of Object.entries(explanation.attributions))
        expect(value).toBeCloseTo(each[row]!.attributions[name] as number, 12);
    }
  });

  it('does not change with the rows explained before it', () => {
    const explainer = createExplainer(churn);
    const row = Float64Array.of(20, missing, 40, 1);
    const first = explainer.explain(row);
    explainer.explain(Float64Array.of(60, 1, missing, 2));
    expect(explainer.explain(row)).toEqual(first);
  });

  it('measures its own rounding against the score', () => {
    const thirds = trees([stump(0, 30, [[0.1], [0.7]]), stump(0, 40, [[1 / 3], [0.2]])], {
      base: Float64Array.of(1e3),
    });
    const { additivityResidual, baseValue, attributions } = createExplainer(
      pipeline(thirds),
    ).explain(Float64Array.of(20, 0, 0, 0));
    const sum = [baseValue, ...Object.values(attributions)].reduce<number>(
      (total, part) => total + Number(part),
      0,
    );
    expect(additivityResidual).toBe(Math.abs(sum - (1e3 + 0.1 + 1 / 3)));
  });

  it('refuses a row whose score is not a number', () => {
    const linear = pipeline({
      kind: 'linear-model',
      arithmetic: 'float64',
      slope: 1,
      columns: ['a', 'b', 'c'],
      outputs: 1,
      weights: Float64Array.of(1, 1, 1),
      intercepts: Float64Array.of(0),
      link: 'logistic',
    });
    const explainer = createExplainer(linear, { columnMeans: [0, 0, 0] });
    const row = Float64Array.of(missing, 0, 0, 0);
    expect(() => explainer.explain(row)).toThrow(
      expect.objectContaining({ code: 'NOT_EXPLAINABLE' }),
    );
  });
});

describe('reasons', () => {
  it('are what raised the positive label, largest first', () => {
    expect(texts(churn, [missing, 1, missing, missing])).toEqual([
      'age (not given) raises the log-odds by 0.375',
    ]);
  });

  it('are what lowered the score where lower is adverse', () => {
    expect(texts(churn, [missing, 1, missing, missing], { adverse: 'lower' })).toEqual([
      'Contract (yearly) lowers the log-odds by 0.5',
      'Monthly charges (not given) lowers the log-odds by 0.375',
    ]);
  });

  it('are both of a regression, where nothing is adverse by itself', () => {
    const { model } = pipeline(trees([stump(0, 30, [[1], [0]]), stump(2, 50, [[0], [4]])]));
    const regression = pipeline({ ...model, link: 'identity' } as TreeEnsemble, {
      task: 'regression',
      labels: [],
    });
    expect(texts(regression, [20, 0, 40, 0])).toEqual([
      'Monthly charges (40 USD) lowers the target by 3',
      'age (20 years) raises the target by 0.75',
    ]);
  });

  it('speak in the words of the card', () => {
    const reason = { code: 'R7', raises: 'You can leave any month.', lowers: 'You are bound.' };
    const worded = pipeline(churn.model, {
      schema: {
        features: schema.features.map((f) => (f.name === 'contract' ? { ...f, reason } : f)),
      },
    });
    const explain = (row: number[], adverse: 'higher' | 'lower') =>
      createExplainer(worded, { adverse, reasonCodes: 1 }).explain(Float64Array.from(row));
    expect(explain([20, 0, 65.5, 7], 'higher').reasonCodes).toEqual([
      {
        code: 'R7',
        feature: 'contract',
        label: 'Contract',
        attribution: near(1.5),
        text: 'You can leave any month.',
      },
    ]);
    expect(explain([20, 1, 65.5, 7], 'lower').reasonCodes[0]?.text).toBe('You are bound.');
  });

  it('say what lowers, and what is not given', () => {
    expect(texts(churn, [missing, 1, missing, missing], { adverse: 'both' })).toEqual([
      'Contract (yearly) lowers the log-odds by 0.5',
      'age (not given) raises the log-odds by 0.375',
      'Monthly charges (not given) lowers the log-odds by 0.375',
    ]);
  });

  it('are as many as asked for', () => {
    expect(texts(churn, [20, 0, 65.5, 7], { reasonCodes: 1 })).toEqual([
      'Contract (monthly) raises the log-odds by 1.5',
    ]);
    expect(texts(churn, [20, 0, 65.5, 7], { reasonCodes: 0 })).toEqual([]);
  });

  it('keep the order of the schema among equals, and leave out what moved nothing', () => {
    const equals = pipeline(trees([stump(2, 1, [[0], [1]]), stump(0, 1, [[0], [1]])]));
    expect(texts(equals, [5, 0, 5, 0])).toEqual([
      'age (5 years) raises the log-odds by 0.25',
      'Monthly charges (5 USD) raises the log-odds by 0.25',
    ]);
  });

  it('leave out what moved next to nothing', () => {
    const noise = pipeline(trees([stump(0, 1, [[0], [1e-6]]), stump(2, 1, [[0], [1]])]));
    expect(texts(noise, [5, 0, 5, 0])).toHaveLength(1);
  });

  it('round to three digits, and large amounts to whole numbers', () => {
    const fine = pipeline(trees([stump(0, 1, [[0], [123.4567]]), stump(2, 1, [[0], [12345.678]])]));
    expect(texts(fine, [5, 0, 5, 0])).toEqual([
      'Monthly charges (5 USD) raises the log-odds by 3086',
      'age (5 years) raises the log-odds by 30.9',
    ]);
  });
});

describe('units', () => {
  it.each<[Link, Task, string]>([
    ['logistic', 'binary', 'log-odds'],
    ['logistic', 'regression', 'log-odds'],
    ['probability', 'binary', 'probability'],
    ['identity', 'regression', 'target'],
    ['identity', 'binary', 'margin'],
    ['ascending', 'regression', 'target'],
    ['exponential', 'regression', 'log-target'],
    ['softmax', 'multiclass', 'margin'],
    ['one-vs-rest', 'multiclass', 'margin'],
    ['hinge', 'binary', 'margin'],
  ])('of %s in a %s model are %s', (link, task, units) => {
    expect(createExplainer(pipeline(trees([], { link }), { task })).units).toBe(units);
  });
});

describe('columns back to features', () => {
  const shared = made(
    [
      { kind: 'equals', of: contract, operand: 1 },
      { kind: 'fill', of: 4, value: 0 },
      { kind: 'at-least', of: age, operand: 65 },
      { kind: 'fill', of: 6, value: 0 },
    ],
    [age, 5, 7],
  );

  it('adds up the columns made from one feature', () => {
    const model = trees([stump(0, 30, [[0.5], [0]]), stump(2, 0.5, [[-0.5], [0.5]])]);
    const { attributions } = createExplainer(pipeline(model, { steps: shared })).explain(
      Float64Array.of(70, 0, 0, 0),
    );
    expect(attributions['age']).toBeCloseTo(-0.125 + 0.25, 13);
    expect(attributions['contract']).toBe(0);
  });

  it.each([
    ['the first source that is not missing', [40, missing, 80, 0], 'age'],
    ['the next when the first is missing', [missing, missing, 80, 0], 'monthly_charges'],
    ['the first when all are missing', [missing, missing, missing, 0], 'age'],
  ])('credits %s', (_, row, credited) => {
    const steps = made(
      [
        { kind: 'first', of: [age, charges] },
        { kind: 'fill', of: 4, value: 10 },
      ],
      [5, contract, charges],
    );
    const model = trees([stump(0, 30, [[0.5], [0]])]);
    const { attributions } = createExplainer(pipeline(model, { steps })).explain(
      Float64Array.from(row),
    );
    const moved = Object.entries(attributions).filter(([, attribution]) => attribution !== 0);
    expect(moved.map(([name]) => name)).toEqual([credited]);
  });

  it('refuses a column that is made from several features at once', () => {
    const steps = made(
      [{ kind: 'normalize', of: age, norm: 'l2', among: [age, charges] }],
      [4, contract, charges],
    );
    const refused = () => createExplainer(pipeline(trees([]), { steps }));
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow('several features at once');
  });

  it('centres and scales before a linear model weighs', () => {
    const model = {
      kind: 'linear-model',
      arithmetic: 'float64',
      slope: 1,
      columns: ['a', 'b', 'c'],
      outputs: 1,
      weights: Float64Array.of(0.5, 2, 0),
      intercepts: Float64Array.of(-1),
      link: 'logistic',
    } as const;
    const steps = made(
      [
        { kind: 'fill', of: age, value: 40 },
        { kind: 'add', of: 4, operand: -40 },
        { kind: 'divide', of: 5, operand: 10 },
        { kind: 'equals', of: contract, operand: 1 },
        { kind: 'fill', of: 7, value: 0 },
      ],
      [6, 8, charges],
    );
    const explanation = createExplainer(pipeline(model, { steps }), {
      columnMeans: [0, 0.25, 0],
    }).explain(Float64Array.of(60, 1, 3, 0));
    expect(explanation).toMatchObject({
      method: 'linear-shap',
      baseValue: -0.5,
      attributions: { age: 1, contract: 1.5, monthly_charges: 0, region: 0 },
      additivityResidual: 0,
    });
  });
});

describe('several outputs', () => {
  const vectorLeaves = trees(
    [
      stump(0, 30, [
        [0.75, 0, 0.25],
        [0.25, 0.5, 0.25],
      ]),
      stump(1, 0.5, [
        [0.5, 0.5, 0],
        [0, 0, 1],
      ]),
    ],
    { outputs: 3, leafSize: 3, divisor: 2, link: 'probability' },
  );
  const multiclass = { task: 'multiclass', labels: ['low', 'middle', 'high'] } as const;

  it('are explained one by one, and reasoned about for the label predicted', () => {
    const explanation = createExplainer(pipeline(vectorLeaves, multiclass)).explain(
      Float64Array.of(20, 1, 0, 0),
    );
    expect(explanation).toMatchObject({
      units: 'probability',
      outputs: ['low', 'middle', 'high'],
      baseValue: [0.25, 0.25, 0.5],
      attributions: {
        age: [0.1875, -0.1875, 0].map(near),
        contract: [-0.0625, -0.0625, 0.125].map(near),
        monthly_charges: [0, 0, 0],
        region: [0, 0, 0],
      },
    });
    expect(explanation.reasonCodes.map(({ text }) => text)).toEqual([
      'Contract (yearly) raises the probability of high by 0.125',
    ]);
  });

  it('of a regression are reasoned about where the answer moved most', () => {
    const model = trees([stump(0, 30, [[1], [2]], 0), stump(2, 50, [[10], [20]], 1)], {
      outputs: 2,
      link: 'identity',
    });
    const explanation = createExplainer(
      pipeline(model, { task: 'regression', labels: [] }),
    ).explain(Float64Array.of(20, 0, 20, 0));
    expect(explanation).not.toHaveProperty('outputs');
    expect(explanation.reasonCodes.map(({ text }) => text)).toEqual([
      'Monthly charges (20 USD) lowers the target of output 2 by 7.5',
    ]);
  });
});
