import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createExplainer, type Explainer, summaryToWire } from '../../../src/explain/index.ts';
import { readArtifact } from '../../../src/formats/index.ts';
import type { Pipeline } from '../../../src/model/index.ts';
import { boosterOf, factsOf, rowsFor, viewOf } from './viewed.ts';

const linear = readArtifact(
  readFileSync('test/fixtures/ml-js/logistic-multiclass.model.json'),
  {},
).pipeline;
const linearExplainer = createExplainer(linear, {
  columnMeans: linear.model.columns.map((_, column) => column / 10),
});

/** What the explainer attributes, row by row, for one feature and output. */
function attributed(
  explainer: Explainer,
  { schema }: Pipeline,
  values: Float64Array,
  feature: string,
  output: number,
): number[] {
  const width = schema.features.length;
  return Array.from({ length: values.length / width }, (_, row) => {
    const { attributions } = explainer.explain(values.subarray(row * width, (row + 1) * width));
    const parts = attributions[feature]!;
    return typeof parts === 'number' ? parts : parts[output]!;
  });
}

const cases: [string, Pipeline, Explainer, Float64Array][] = [
  'binary-logistic',
  'multi-softprob',
  'reg-squarederror-categorical',
  'reg-quantileerror',
].map((name) => {
  const pipeline = boosterOf(name);
  return [name, pipeline, createExplainer(pipeline), rowsFor(pipeline.schema, 300)];
});
cases.push([
  'a linear model',
  linear,
  linearExplainer,
  rowsFor(linear.schema, 300).map((value) => (Number.isNaN(value) ? 0 : value)),
]);

describe.each(cases)('the global view of %s', (_, pipeline, explainer, values) => {
  const view = viewOf(pipeline, values, { explainer });
  const { features } = pipeline.schema;

  it('has the mean, mean size, extremes and share that the explanations of the rows have', () => {
    expect(view.outputs).toHaveLength(explainer.base.length);
    for (const [k, output] of view.outputs.entries()) {
      expect(output.baseValue).toBe(explainer.base[k]);
      expect(output.features.map(({ feature }) => feature).toSorted()).toEqual(
        features.map(({ name }) => name).toSorted(),
      );
      const whole = output.features.reduce((sum, { meanAbsolute }) => sum + meanAbsolute, 0);
      for (const summary of output.features) {
        const parts = attributed(explainer, pipeline, values, summary.feature, k);
        const mean = (numbers: number[]) => numbers.reduce((sum, part) => sum + part) / 300;
        expect(summary.meanAbsolute).toBeCloseTo(mean(parts.map(Math.abs)), 12);
        expect(summary.mean).toBeCloseTo(mean(parts), 12);
        expect(summary.min).toBeCloseTo(Math.min(...parts), 12);
        expect(summary.max).toBeCloseTo(Math.max(...parts), 12);
        expect(summary.share).toBeCloseTo(summary.meanAbsolute / whole, 12);
      }
    }
  });

  it('names the feature that moves an output most first', () => {
    for (const output of view.outputs) {
      const sizes = output.features.map(({ meanAbsolute }) => meanAbsolute);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
      expect(sizes[0]).toBeGreaterThan(0);
    }
  });

  it('is the same however the rows are cut into blocks', () => {
    // a block of one row goes another way through the explainer, whose last digit may differ
    for (const block of [2, 7, 256])
      expect(viewOf(pipeline, values, { explainer, block })).toEqual(view);
  });

  it('counts missing values', () => {
    for (const { index, missing } of view.outputs[0]!.features) {
      const column = values.filter((_value, at) => at % features.length === index);
      expect(missing).toBe(column.filter(Number.isNaN).length);
    }
  });
});

describe('a global view', () => {
  const pipeline = boosterOf('binary-logistic');
  const values = rowsFor(pipeline.schema, 500);
  const width = pipeline.schema.features.length;

  it('names outputs by their labels, else by their places', () => {
    const outputsOf = (name: string) => {
      const model = boosterOf(name);
      return viewOf(model, rowsFor(model.schema, 3)).outputs.map(({ output }) => output);
    };
    expect(outputsOf('binary-logistic')).toEqual([1]);
    expect(outputsOf('multi-softprob')).toEqual([0, 1, 2]);
    expect(outputsOf('reg-squarederror')).toEqual([null]);
    expect(outputsOf('reg-quantileerror')).toEqual(['output 1', 'output 2', 'output 3']);
  });

  it('keeps a sample of rows with the attributions that belong to them', () => {
    const { sample } = viewOf(pipeline, values, { sampleRows: 60 });
    expect(sample.count).toBe(60);
    const all = Array.from({ length: 500 }, (_, row) =>
      values.subarray(row * width, (row + 1) * width).join(),
    );
    const places = Array.from({ length: 60 }, (_, row) =>
      all.indexOf(sample.values.subarray(row * width, (row + 1) * width).join()),
    );
    expect(places).not.toContain(-1);
    expect(new Set(places).size).toBe(60);
    // not the first rows only
    expect(Math.max(...places)).toBeGreaterThan(300);
    const explainer = createExplainer(pipeline);
    for (let row = 0; row < 60; row++) {
      const { attributions } = explainer.explain(
        sample.values.subarray(row * width, (row + 1) * width),
      );
      for (const [index, { name }] of pipeline.schema.features.entries())
        expect(sample.attributions[row * width + index]).toBeCloseTo(
          attributions[name] as number,
          12,
        );
    }
  });

  it('keeps every row of few, in their order', () => {
    expect(viewOf(pipeline, values).sample.values).toEqual(values);
  });

  it('is refused when there was no row', () => {
    expect(() => viewOf(pipeline, new Float64Array())).toThrow(
      expect.objectContaining({ code: 'INVALID_DATA', message: expect.stringMatching(/no rows/) }),
    );
  });

  it('names the row whose attributions do not add up to its score', () => {
    const right = createExplainer(pipeline);
    const wrongAt = (value: number): Explainer => ({
      ...right,
      attributeBatch(rows, count) {
        const result = right.attributeBatch(rows, count);
        for (let row = 0; row < count; row++)
          if (rows[row * width] === value) result.residuals[row] = 1e-6;
        return result;
      },
    });
    const chosen = 333;
    const explainer = wrongAt(values[chosen * width]!);
    expect(() => viewOf(pipeline, values, { explainer, block: 100 })).toThrow(
      expect.objectContaining({
        code: 'EXPLANATION_INEXACT',
        message: expect.stringMatching(/^row 334: the attributions miss the score by 0\.000001/),
        details: { row: 334 },
      }),
    );
  });

  it('names the row that has no finite score', () => {
    const rows = rowsFor(linear.schema, 5).map((value) => (Number.isNaN(value) ? 0 : value));
    rows[2 * linear.schema.features.length] = Number.NaN;
    expect(() => viewOf(linear, rows, { explainer: linearExplainer })).toThrow(
      expect.objectContaining({
        code: 'NOT_EXPLAINABLE',
        message: expect.stringMatching(/^row 3: the score is not a finite number/),
      }),
    );
  });

  it('goes over the wire in full precision', () => {
    const view = viewOf(pipeline, values);
    const wire = JSON.parse(JSON.stringify(summaryToWire(view, factsOf(pipeline))));
    expect(Object.keys(wire)).toEqual([
      'model',
      'rows',
      'max_rows',
      'method',
      'units',
      'largest_residual',
      'outputs',
    ]);
    const [first] = view.outputs[0]!.features;
    expect(wire.outputs[0].features[0]).toEqual({
      feature: first!.feature,
      mean_absolute: first!.meanAbsolute,
      mean: first!.mean,
      min: first!.min,
      max: first!.max,
      share: first!.share,
      missing: first!.missing,
    });
  });
});
