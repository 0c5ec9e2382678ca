import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { FeatureSchema, Label } from '../../src/model/index.ts';

const root = new URL('../fixtures/sklearn/', import.meta.url);

/** A model and what scikit-learn itself answered; `scripts/fixtures/sklearn_models.py` describes each field. */
export interface Fixture {
  readonly file: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly labels: readonly Label[] | null;
  readonly predicted: readonly Label[] | null;
  readonly answers: readonly (readonly number[])[];
  readonly bytes: Uint8Array;
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

const tables: Readonly<Record<string, Table>> = JSON.parse(read('rows.json').toString());

/** The versions of scikit-learn that there are files of, oldest first. */
export const versions: readonly string[] = readdirSync(root)
  .filter((name) => /^\d/.test(name))
  .toSorted();

/** All models of one version. */
export function fixturesOf(version: string): Fixture[] {
  const answers: Omit<Fixture, 'bytes'>[] = JSON.parse(
    gunzipSync(read(`${version}/answers.json.gz`)).toString(),
  );
  return answers.map((answer) => ({ ...answer, bytes: read(`${version}/${answer.file}`) }));
}

/** The model of one file. */
export function loadModel(path: string): Buffer {
  return read(path);
}

/** What shap answered for models of 1.7.2, by file; `scripts/fixtures/sklearn_shap_values.py` describes each field. */
export function loadShapValues(): Record<string, ShapValues> {
  return JSON.parse(gunzipSync(read('1.7.2/shap.json.gz')).toString());
}

interface ShapValues {
  readonly table: string;
  readonly base: readonly number[];
  readonly values: readonly (readonly (number | readonly number[])[])[];
}

/** Files that must be refused, by name. */
export function refusedFiles(): string[] {
  return readdirSync(new URL('1.9.1/refused/', root)).toSorted();
}

/** The rows that a model was asked, its columns only, as a schema wants them. */
export function rowsOf(
  { table, columns }: Pick<Fixture, 'table' | 'columns'>,
  schema: FeatureSchema,
): unknown[][] {
  const { columns: all, rows } = tables[table]!;
  return rows.map((row) =>
    columns.map((name, index) => {
      const value = revive(row[all.indexOf(name)]);
      const isNumber = schema.features[index]!.type !== 'category';
      return isNumber && typeof value === 'boolean' ? Number(value) : value;
    }),
  );
}

function revive(value: unknown): unknown {
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : value;
}

function read(path: string): Buffer {
  return readFileSync(new URL(path, root));
}
