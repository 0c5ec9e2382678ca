import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadVersions, type ModelVersion, readModel } from '../../src/index.ts';
import { createModelExplainer } from '../../src/shap.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200, contract: 'One year' };
const other = { age: 70, monthly_charges: 99, total_charges: 99, internet_service: 'DSL' };
let versions: readonly ModelVersion[];

beforeAll(async () => {
  versions = await loadVersions();
});

const modelOf = (name: string) => versions.find((version) => version.name === name)!.model!;

describe('interactions', () => {
  it.each(['v1.0', 'v1.1'])('of %s are symmetric and add up to the attributions', (name) => {
    const explainer = createModelExplainer(modelOf(name));
    const { attributions } = explainer.explain(row);
    const { features, units, values } = explainer.explainInteractions(row);
    expect(features).toEqual(Object.keys(attributions));
    expect(units).toBe(explainer.explain(row).units);
    for (const [i, feature] of features.entries()) {
      const sum = values[i]!.reduce<number>((total, value) => total + Number(value), 0);
      expect(sum).toBeCloseTo(Number(attributions[feature]), 12);
      for (const j of features.keys()) expect(values[i]![j]).toBe(values[j]![i]);
    }
    // one-hot columns of a feature are one: contract and contract share no pair, the boosting's charges do
    const [age, charges] = [features.indexOf('age'), features.indexOf('monthly_charges')];
    expect(values.flat().filter((value) => value !== 0).length).toBeGreaterThan(20);
    expect(values[charges]![charges]).not.toBe(0);
    expect(values[age]![age]).not.toBe(0);
  });

  it('of several classes have one number per class', () => {
    const files = 'test/fixtures/xgboost/3.4.1/multi-softprob';
    const model = readModel(readFileSync(`${files}.model.json`));
    const explainer = createModelExplainer(model);
    const values = model.schema.features.map(() => 0.5);
    const { attributions } = explainer.explain(values);
    const interactions = explainer.explainInteractions(values);
    for (const [i, feature] of interactions.features.entries()) {
      const parts = attributions[feature] as readonly number[];
      for (const [k, part] of parts.entries()) {
        const cells = interactions.values[i]!.map((cell) => (cell as readonly number[])[k]!);
        expect(cells.reduce((sum, cell) => sum + cell, 0)).toBeCloseTo(part, 12);
      }
    }
  });

  it('are refused of a linear model', () => {
    const { card } = versions.find(({ name }) => name === 'v2.0')!;
    const { columnMeans } = card!;
    const explainer = createModelExplainer(modelOf('v2.0'), { columnMeans });
    expect(() => explainer.explainInteractions(row)).toThrow(/those of trees/);
  });
});

describe('explainRows', () => {
  it('gives what explain gives, to rounding', () => {
    const explainer = createModelExplainer(modelOf('v1.1'));
    const rows = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? other : row));
    const explanations = explainer.explainRows(rows);
    expect(explanations).toHaveLength(40);
    for (const [index, { attributions, reasonCodes }] of explanations.entries()) {
      const single = explainer.explain(rows[index]!);
      expect(reasonCodes.map(({ code }) => code)).toEqual(
        single.reasonCodes.map(({ code }) => code),
      );
      for (const [name, value] of Object.entries(attributions))
        expect(value).toBeCloseTo(Number(single.attributions[name]), 12);
    }
  });

  it('names the fault of a row that is none', () => {
    const explainer = createModelExplainer(modelOf('v1.1'));
    expect(() => explainer.explainRows([row, { age: 3 }])).toThrow(
      expect.objectContaining({ code: 'INVALID_ROW' }),
    );
  });
});

describe('explanations against a background', () => {
  it('compare with the rows given', () => {
    const model = modelOf('v1.1');
    const explainer = createModelExplainer(model, {
      method: 'interventional',
      output: 'probability',
      background: [row, other],
    });
    const { attributions, baseValue, exact, method, units } = explainer.explain(other);
    expect({ exact, method, units }).toEqual({
      exact: true,
      method: 'interventional-shap',
      units: 'probability',
    });
    const probabilities = [row, other].map((each) => model.predict(each).probability!);
    expect(baseValue).toBeCloseTo((probabilities[0]! + probabilities[1]!) / 2, 6);
    const sum = Object.values(attributions).reduce<number>(
      (total, part) => total + Number(part),
      0,
    );
    expect(Number(baseValue) + sum).toBeCloseTo(probabilities[1]!, 6);
    expect(attributions['gender']).toBe(0); // the same in all of them
  });

  it('have no interactions', () => {
    const options = { method: 'interventional', background: [row, other] } as const;
    const explainer = createModelExplainer(modelOf('v1.1'), options);
    expect(() => explainer.explainInteractions(row)).toThrow(/none against a background/);
  });

  it('refuse a row of the background that is none', () => {
    expect(() =>
      createModelExplainer(modelOf('v1.1'), { method: 'interventional', background: [row, {}] }),
    ).toThrow(expect.objectContaining({ code: 'INVALID_ROW' }));
  });
});

describe('what cannot be explained', () => {
  it('is said of a method that there is not', () => {
    const options = { method: 'guess' } as unknown as { method: 'exact' };
    expect(() => createModelExplainer(modelOf('v1.1'), options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });

  it('is a short file that claims many columns and many classes', () => {
    const model = JSON.parse(
      readFileSync('test/fixtures/xgboost/3.4.1/multi-softprob.model.json', 'utf8'),
    );
    model.learner.learner_model_param.num_feature = '60000';
    model.learner.feature_names = [];
    model.learner.feature_types = [];
    const { pipeline } = readModel(Buffer.from(JSON.stringify(model)));
    const wide = { ...pipeline, model: { ...pipeline.model, outputs: 1000 } } as typeof pipeline;
    const claimed = { ...readModel(Buffer.from(JSON.stringify(model))), pipeline: wide };
    expect(() => createModelExplainer(claimed)).toThrow(/60000 columns times 1000 outputs/);
  });
});
