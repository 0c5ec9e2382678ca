// The trees that peers.py wrote: XGBoost's own file, or arrays of another library.
import { readFileSync } from 'node:fs';
import { readArtifact } from '../../dist/formats/index.js';
import { createTreeEnsemble } from '../../dist/model/index.js';

/** Reads the ensemble of a setting. */
export function readPeerModel(name, path) {
  const bytes = readFileSync(path);
  if (name.startsWith('xgboost')) return readArtifact(bytes).pipeline.model;
  const { columns, inputs, divisor, trees } = JSON.parse(bytes.toString());
  return createTreeEnsemble({
    columns: Array.from({ length: columns }, (_, at) => `f${at}`),
    outputs: 1,
    leafSize: 1,
    inputs,
    comparison: '<=',
    arithmetic: 'float64',
    base: [0],
    divisor,
    link: 'identity',
    trees: trees.map(readTree),
  });
}

function readTree({ categories, threshold, value, ...integers }) {
  return {
    output: 0,
    cover: null,
    threshold: unpack(threshold, Float64Array),
    value: unpack(value, Float64Array),
    categories: categories ?? undefined,
    ...Object.fromEntries(
      Object.entries(integers).map(([key, text]) => [key, unpack(text, Int32Array)]),
    ),
  };
}

function unpack(text, Numbers) {
  return new Numbers(new Uint8Array(Buffer.from(text, 'base64')).buffer);
}
