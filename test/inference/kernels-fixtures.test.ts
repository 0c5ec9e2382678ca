import { expect, test } from 'vitest';
import { readArtifact } from '../../src/formats/index.ts';
import { createTreeKernel } from '../../src/inference/kernels/create-tree-kernel.ts';
import { predictTreeEnsemble } from '../../src/inference/predict-tree-ensemble.ts';
import type { TreeEnsemble } from '../../src/model/index.ts';
import { fixturesOf, versions } from '../formats/xgboost-fixtures.ts';

const cases = versions.flatMap((version) =>
  fixturesOf(version).flatMap(({ case: name, bytes }) => {
    const { model } = readArtifact(bytes).pipeline;
    return model.kind === 'tree-ensemble' ? [{ name: `${version} ${name}`, model }] : [];
  }),
);

test.each(cases)('XGBoost $name: kernels equal the reference predictor', ({ model }) => {
  const count = 200;
  const rows = rowsAtThresholds(model, count);
  const width = model.columns.length;
  const expected = new Float64Array(count * model.outputs);
  for (let row = 0; row < count; row++) {
    const scores = expected.subarray(row * model.outputs, (row + 1) * model.outputs);
    predictTreeEnsemble(
      model,
      Float32Array.from(rows.slice(row * width, (row + 1) * width)),
      scores,
    );
  }
  for (const batch of [undefined, 'lanes', 'walks', 'rows'] as const) {
    const scores = new Float64Array(expected.length);
    createTreeKernel(model, { batch }).predictRows(rows, count, scores);
    const wrong = scores.findIndex((score, at) => !Object.is(score, expected[at]));
    expect(wrong, `${batch}: ${scores[wrong]}, expected ${expected[wrong]}`).toBe(-1);
  }
});

/** Each value is a threshold of its column, one step off it, or missing. */
function rowsAtThresholds(
  { column, columns, left, threshold }: TreeEnsemble,
  count: number,
): Float64Array {
  const pools = columns.map((_, at) => [
    Number.NaN,
    ...threshold.filter((_number, node) => left[node] !== -1 && column[node] === at),
  ]);
  let state = 1;
  const draw = (many: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % many;
  };
  return Float64Array.from({ length: count * columns.length }, (_, index) => {
    const pool = pools[index % columns.length]!;
    return pool[draw(pool.length)]! * (1 + (draw(3) - 1) * 2 ** -23);
  });
}
