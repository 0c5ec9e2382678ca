// An ensemble without any library: full trees over random columns, for runs without Python.
import { createTreeEnsemble } from '../../dist/model/index.js';

/** Draws full trees and rows of float32. */
export function drawEnsemble({ trees, depth, columns, rows }) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  const nodes = 2 ** (depth + 1) - 1;
  const inner = 2 ** depth - 1;
  const pools = Array.from({ length: columns }, () =>
    Array.from({ length: 255 }, () => Math.fround(random())),
  );
  const drawTree = () => {
    const column = Array.from({ length: nodes }, () => Math.floor(random() * columns));
    return {
      output: 0,
      cover: null,
      left: Array.from({ length: nodes }, (_, node) => (node < inner ? 2 * node + 1 : -1)),
      right: Array.from({ length: nodes }, (_, node) => (node < inner ? 2 * node + 2 : -1)),
      column,
      threshold: column.map((at) => pools[at][Math.floor(random() * 255)]),
      missingLeft: column.map(() => random() < 0.5),
      value: column.map(() => Math.fround(random() - 0.5)),
    };
  };
  return {
    ensemble: createTreeEnsemble({
      columns: pools.map((_, at) => `f${at}`),
      outputs: 1,
      leafSize: 1,
      inputs: 'float32',
      comparison: '<',
      arithmetic: 'float32',
      base: [0],
      link: 'identity',
      trees: Array.from({ length: trees }, drawTree),
    }),
    rows: Float32Array.from({ length: rows * columns }, () =>
      random() < 0.05 ? Number.NaN : random(),
    ),
  };
}
