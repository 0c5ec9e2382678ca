import { readFileSync } from 'node:fs';
import { writePipeline } from '../../src/formats/index.ts';
import { loadVersions, readModel } from '../../src/index.ts';
import { createRowEncoder } from '../../src/inference/index.ts';
import { createRowReader, type Row } from '../../src/model/index.ts';
import type { JudgedCase } from './judged-cases.ts';

/** The trees of the demo, with their golden rows as columns: what `golden-rows.jsonl` says is judged. */
export async function demoCases(): Promise<JudgedCase[]> {
  const versions = await loadVersions();
  return versions
    .filter(({ card }) => card!.format === 'xgboost')
    .map(({ model, name: version }) => {
      const { schema, steps } = model!.pipeline!;
      const reader = createRowReader(schema);
      const encode = createRowEncoder(steps);
      const golden = readGoldenRows(version);
      const rows = golden.flatMap(({ row }) => {
        const values = new Float64Array(schema.features.length);
        if (!reader.read(row, values)) throw new Error(`no row: ${JSON.stringify(row)}`);
        const columns = new Float64Array(steps.columns.length);
        encode(values, columns);
        return [...columns];
      });
      const artifact = readFileSync(`models/churn/${version}/model.json`);
      const { pipeline } = readModel(artifact);
      const name = `demo-${version}`;
      return {
        name,
        files: {
          [`${name}.json`]: artifact,
          [`${name}.ubj`]: writePipeline(pipeline, { encoding: 'ubjson' }),
        },
        columns: pipeline.model.columns,
        types: null,
        words: null,
        since: [1, 7],
        probability: pipeline.model.link === 'probability',
        rows: Float32Array.from(rows),
        // a forest adds up probabilities
        margins: Float32Array.from(golden, ({ margin, probability }) => margin ?? probability),
      };
    });
}

/** The lines of `golden-rows.jsonl` of a version of the demo. */
export function readGoldenRows(
  version: string,
): { row: Row; margin?: number; probability: number; prediction: number }[] {
  const text = readFileSync(`models/churn/${version}/golden-rows.jsonl`, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
