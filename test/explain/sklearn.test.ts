import { describe, expect, test } from 'vitest';
import { createExplainer } from '../../src/explain/index.ts';
import { readArtifact } from '../../src/formats/index.ts';
import { loadModel, loadShapValues, rowsOf } from '../formats/sklearn-fixtures.ts';

const columns = ['age', 'tenure', 'monthly', 'balance'];

/** Of two labels shap also answers the first, whose values are those of the second with the other sign. */
function ofOutputs(values: number | readonly number[], outputs: number): readonly number[] {
  return [values].flat().slice(-outputs);
}

describe.each(Object.entries(loadShapValues()))('shap of scikit-learn %s', (file, expected) => {
  const { pipeline } = readArtifact(loadModel(`1.7.2/${file}`));
  const explainer = createExplainer(pipeline);
  const { outputs } = pipeline.model;
  const rows = rowsOf({ table: expected.table, columns }, pipeline.schema);

  test('attributions and what they start from are equal within 1e-12', () => {
    for (const [index, row] of rows.entries()) {
      const values = Float64Array.from(row, (value) =>
        value === null ? Number.NaN : Number(value),
      );
      const { attributions, baseValue, additivityResidual } = explainer.explain(values);
      expect(additivityResidual).toBeLessThan(1e-12);
      expectClose([baseValue].flat(), expected.base.slice(-outputs));
      for (const [column, name] of columns.entries()) {
        const other = ofOutputs(expected.values[index]![column]!, outputs);
        expectClose([attributions[name]!].flat(), other);
      }
    }
  });
});

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, number] of actual.entries()) {
    expect(Math.abs(number - expected[index]!)).toBeLessThanOrEqual(1e-12);
  }
}
