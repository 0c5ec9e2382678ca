import { readdirSync, readFileSync } from 'node:fs';
import { readArtifact } from '../../src/formats/index.ts';
import { createRowReader, type TreeEnsemble } from '../../src/model/index.ts';

const root = new URL('../fixtures/lightgbm/', import.meta.url);

/** What LightGBM itself answered; `scripts/fixtures/lightgbm_models.py` describes each field. */
export interface LightgbmFixture {
  readonly version: string;
  readonly case: string;
  readonly parameters: { readonly objective?: string; readonly boosting?: string };
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** `null` is NaN. */
  readonly raw: readonly (readonly (number | null)[])[];
  readonly predictions: readonly (readonly (number | null)[])[];
  readonly contribs?: readonly (readonly (readonly number[])[])[];
  /** The text of `save_model`. */
  readonly text: Buffer;
  /** What `dump_model` answered, for the cases that have it. */
  readonly json: Buffer | null;
}

/** The versions of LightGBM that there are files of. */
export const lightgbmVersions: readonly string[] = readdirSync(root).toSorted();

/** All cases of all versions. */
export function lightgbmFixtures(): LightgbmFixture[] {
  return lightgbmVersions.flatMap((version) =>
    readdirSync(new URL(`${version}/`, root))
      .filter((file) => file.endsWith('.model.txt'))
      .map((file) => loadLightgbm(file.replace('.model.txt', ''), version)),
  );
}

/** One case. */
export function loadLightgbm(name: string, version = '4.7.0'): LightgbmFixture {
  const folder = new URL(`${version}/`, root);
  const read = (file: string): Buffer => readFileSync(new URL(`${name}.${file}`, folder));
  const hasJson = readdirSync(folder).includes(`${name}.model.json`);
  const expected: Omit<LightgbmFixture, 'text' | 'json'> = JSON.parse(
    read('expected.json').toString(),
    (_key, value: unknown) =>
      value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
  );
  return { ...expected, text: read('model.txt'), json: hasJson ? read('model.json') : null };
}

/** The trees of a file. */
export function readTrees(bytes: Uint8Array): TreeEnsemble {
  const { model } = readArtifact(bytes).pipeline;
  if (model.kind !== 'tree-ensemble') throw new Error('not trees');
  return model;
}

/** The rows of a case as numbers, one per feature. */
export function valuesOf({ rows, text }: LightgbmFixture): Float64Array[] {
  const { schema } = readArtifact(text).pipeline;
  const reader = createRowReader(schema, { allowInfinite: true });
  return rows.map((row) => {
    const values = new Float64Array(schema.features.length);
    if (!reader.read(row, values)) throw new Error(JSON.stringify(reader.faults(row)));
    return values;
  });
}
