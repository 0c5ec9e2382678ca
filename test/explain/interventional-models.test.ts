import { describe, expect, it, test } from 'vitest';
import { createExplainer } from '../../src/explain/index.ts';
import { createInterventionalShap } from '../../src/explain/interventional-shap.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { createScorer } from '../../src/inference/create-scorer.ts';
import { createPredictor, createRowEncoder } from '../../src/inference/index.ts';
import { createCalibratedScorer } from '../../src/inference/predict-calibrated-model.ts';
import {
  type Background,
  type CalibratedMember,
  type CalibratedModel,
  createRowReader,
  type FeatureSchema,
  type Pipeline,
} from '../../src/model/index.ts';
import { cases, loadFixture } from '../formats/onnx-fixtures.ts';
import { fixturesOf, rowsOf } from '../formats/sklearn-fixtures.ts';
import { bruteForceInterventional } from './interventional-brute-force.ts';

function read(schema: FeatureSchema, rows: readonly (readonly unknown[])[]): Float64Array[] {
  const reader = createRowReader(schema, { allowInfinite: true });
  return rows.map((row) => {
    const values = new Float64Array(schema.features.length);
    expect(reader.read(row, values)).toBe(true);
    return values;
  });
}

function backgroundOf(rows: readonly Float64Array[]): Background {
  return { values: Float64Array.from(rows.flatMap((row) => [...row])), count: rows.length };
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** Rows to which the model has a finite answer, in float64. */
function answered(pipeline: Pipeline, rows: readonly Float64Array[]): Float64Array[] {
  const predictor = createPredictor(pipeline);
  return rows.filter((row) => predictor.margins(row).every(Number.isFinite));
}

function columnsOf({ model, steps }: Pipeline, row: Float64Array): Float64Array {
  const columns = new Float64Array(model.columns.length);
  createRowEncoder(steps)(row, columns);
  return columns;
}

// models whose columns are each made from one feature, with rows that have an answer
const onnx = cases.flatMap((name) => {
  const { bytes, rows } = loadFixture(name);
  const { pipeline } = readArtifact(bytes);
  const values = answered(pipeline, read(pipeline.schema, rows));
  const isShared = pipeline.steps.steps.some(
    ({ kind }) => kind === 'normalize' || kind === 'recode-together',
  );
  return isShared || values.length < 4 ? [] : [{ name, pipeline, values }];
});

describe('models from ONNX, which have no covers', () => {
  it('are nearly all explained', () => {
    expect(onnx.length).toBeGreaterThan(cases.length * 0.8);
  });

  it.each(onnx)('add up to the score of $name', ({ pipeline, values }) => {
    const background = backgroundOf(values.slice(0, 8));
    const explainer = createExplainer(pipeline, { method: 'interventional', background });
    expect(explainer.method).toBe('interventional-shap');
    const predictor = createPredictor(pipeline);
    for (const row of values) {
      const { additivityResidual, attributions, baseValue } = explainer.explain(row);
      const parts = Object.values(attributions).flat();
      const size = sum(parts.map(Math.abs)) + sum([baseValue].flat().map(Math.abs)) + 1;
      expect(additivityResidual).toBeLessThan(1e-12 * size);
      // also of the score that is served, to what float32 allows
      expect(
        Math.abs(sum([baseValue].flat()) + sum(parts) - sum(predictor.margins(row))),
      ).toBeLessThan(2e-6 * size);
    }
  });

  it.each(onnx.filter(({ pipeline }) => pipeline.model.columns.length < 8))(
    'attribute what all coalitions do in $name',
    ({ pipeline, values }) => {
      const { model } = pipeline;
      if (model.kind === 'calibrated-model') throw new Error('not of ONNX');
      const score = createScorer({ ...model, arithmetic: 'float64' });
      const rows = values.slice(0, 4).map((row) => columnsOf(pipeline, row));
      const attributor = createInterventionalShap(pipeline, backgroundOf(values.slice(0, 4)), {
        output: 'score',
      });
      for (const value of values.slice(-4)) {
        const row = columnsOf(pipeline, value);
        const expected = bruteForceInterventional(
          (mixture) => {
            const scores = new Float64Array(model.outputs);
            score(mixture, scores);
            return scores;
          },
          row,
          rows,
        );
        const ours = new Float64Array(expected.length);
        attributor.attribute(row, ours);
        const size = sum(expected.map(Math.abs)) + 1;
        for (const [index, attribution] of ours.entries()) {
          expect(Math.abs(attribution - expected[index]!)).toBeLessThan(1e-12 * size);
        }
      }
    },
  );
});

/** Calibrated models of two labels, and of more. */
const calibrated = fixturesOf('1.9.1').flatMap((fixture) => {
  const { pipeline } = readArtifact(fixture.bytes);
  if (pipeline.model.kind !== 'calibrated-model') return [];
  const values = read(pipeline.schema, rowsOf(fixture, pipeline.schema));
  return [{ ...fixture, pipeline, model: pipeline.model, values: answered(pipeline, values) }];
});
const binary = calibrated.filter(({ model }) => model.outputs === 1);

describe('calibrated models', () => {
  it.each(binary)('add up to the probability of $file', ({ pipeline, values }) => {
    const background = backgroundOf(values.slice(0, 8));
    const explainer = createExplainer(pipeline, { method: 'interventional', background });
    const predictor = createPredictor(pipeline);
    expect(explainer.units).toBe('probability');
    for (const row of values) {
      const { additivityResidual, attributions, baseValue } = explainer.explain(row);
      const parts = Object.values(attributions).flat();
      expect(additivityResidual).toBeLessThan(1e-12 * (sum(parts.map(Math.abs)) + 1));
      const { probability } = predictor.predictValues(row);
      expect(Number(baseValue) + sum(parts)).toBeCloseTo(probability!, 6);
    }
  });

  it.each(binary.filter(({ model }) => model.columns.length < 9))(
    'rescale the score of each member of $file',
    ({ pipeline, model, values }) => {
      let compared = 0;
      for (const other of values.slice(0, 6).map((row) => columnsOf(pipeline, row))) {
        const attributor = createInterventionalShap(
          {
            ...pipeline,
            steps: { features: other.length, steps: [], columns: [...other.keys()] },
            schema: {
              features: model.columns.map((name) => ({ name, type: 'number', required: false })),
            },
          },
          backgroundOf([other]),
          { output: 'score' },
        );
        for (const row of values.slice(6).map((value) => columnsOf(pipeline, value))) {
          const expected = rescaledMembers(model, row, other);
          if (expected === null) continue;
          compared++;
          const ours = new Float64Array(row.length);
          attributor.attribute(row, ours);
          for (const [c, attribution] of ours.entries()) {
            expect(Math.abs(attribution - expected[c]!)).toBeLessThan(1e-9);
          }
        }
      }
      expect(compared).toBeGreaterThan(8);
    },
  );

  it('of several labels are refused, since their probabilities are divided by their sum', () => {
    const several = calibrated.filter(({ model }) => model.outputs > 1);
    expect(several.length).toBeGreaterThan(0);
    for (const { pipeline, values } of several) {
      const background = backgroundOf(values.slice(0, 2));
      const refused = () => createInterventionalShap(pipeline, background, { output: 'score' });
      expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
      expect(refused).toThrow('are divided by their sum');
    }
  });
});

/** By all coalitions of columns and the reference predictor of each member; `null` when two scores are too close to divide by. */
function rescaledMembers(
  model: CalibratedModel,
  row: Float64Array,
  other: Float64Array,
): Float64Array | null {
  const sums = new Float64Array(row.length);
  for (const member of model.members.map(inFloat64)) {
    const encode = createRowEncoder(member.steps);
    const score = createScorer(member.model);
    const scoreOf = (values: Float64Array): Float64Array => {
      const columns = new Float64Array(member.model.columns.length);
      const scores = new Float64Array(1);
      encode(values, columns);
      score(columns, scores);
      return scores;
    };
    const predict = createCalibratedScorer({ ...model, members: [member] });
    const answerOf = (values: Float64Array): number => {
      const probabilities = new Float64Array(1);
      predict(values, probabilities);
      return probabilities[0]!;
    };
    const distance = scoreOf(row)[0]! - scoreOf(other)[0]!;
    if (Math.abs(distance) < 1e-6) return null;
    const slope = (answerOf(row) - answerOf(other)) / distance;
    const shap = bruteForceInterventional(scoreOf, row, [other]);
    for (const [c, value] of shap.entries()) sums[c]! += (value * slope) / model.members.length;
  }
  return sums;
}

function inFloat64(member: CalibratedMember): CalibratedMember {
  const { calibration } = member;
  return {
    ...member,
    model: { ...member.model, arithmetic: 'float64' },
    calibration:
      calibration.kind === 'temperature'
        ? calibration
        : {
            ...calibration,
            calibrators: calibration.calibrators.map((calibrator) =>
              calibrator.kind === 'isotonic'
                ? { ...calibrator, arithmetic: 'float64' }
                : calibrator,
            ),
          },
  };
}

describe('an explainer', () => {
  const { pipeline, values } = onnx.find(({ name }) => name === 'boosting-binary')!;
  const background = backgroundOf(values.slice(0, 8));

  test('of a probability has its units and adds up to it', () => {
    const explainer = createExplainer(pipeline, {
      method: 'interventional',
      background,
      output: 'probability',
    });
    expect(explainer.units).toBe('probability');
    const predictor = createPredictor(pipeline);
    for (const row of values) {
      const { attributions, baseValue, units } = explainer.explain(row);
      expect(units).toBe('probability');
      const total = Number(baseValue) + sum(Object.values(attributions).flat());
      expect(total).toBeCloseTo(predictor.predictValues(row).probability!, 6);
    }
  });

  it.each([
    ['no background', { method: 'interventional' }, 'the rows of a background, and none is given'],
    ['a probability by covers', { output: 'probability' }, 'is explained against a background'],
  ] as const)('refuses %s, with advice', (_, options, sentence) => {
    const refused = () => createExplainer(pipeline, options);
    expect(refused).toThrow(expect.objectContaining({ code: 'NOT_EXPLAINABLE' }));
    expect(refused).toThrow(sentence);
  });

  test('takes the means of a linear model from the background when the card has none', () => {
    const linear = onnx.find(({ name }) => name === 'linear-double')!;
    const rows = backgroundOf(linear.values.slice(0, 5));
    const exact = createExplainer(linear.pipeline, { background: rows });
    const interventional = createExplainer(linear.pipeline, {
      method: 'interventional',
      background: rows,
    });
    expect(exact.method).toBe('linear-shap');
    const row = linear.values.at(-1)!;
    const [one, other] = [exact.explain(row), interventional.explain(row)];
    expect(one.attributions).toEqual(other.attributions);
    expect([one.baseValue].flat()[0]).toBeCloseTo([other.baseValue].flat()[0]!, 12);
    const given = createExplainer(linear.pipeline, {
      background: rows,
      columnMeans: linear.pipeline.model.columns.map(() => 0),
    });
    expect(given.explain(row).attributions).not.toEqual(one.attributions);
  });
});
