import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../fixtures/catboost/1.2.10/', import.meta.url);

/** What CatBoost itself answered; `scripts/fixtures/catboost_models.py` describes each field. */
export interface Expected {
  readonly version: string;
  readonly case: string;
  readonly parameters: { readonly loss_function?: string };
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly raw: readonly (readonly number[])[];
  readonly answers?: readonly (readonly number[])[];
  readonly labels?: readonly (string | number | boolean)[];
  readonly shap?: readonly (readonly (readonly number[])[])[];
}

/** A model file and the answers that belong to it. */
export interface Fixture extends Expected {
  readonly bytes: Uint8Array;
}

/** All cases. */
export const fixtures: readonly Fixture[] = readdirSync(root)
  .filter((file) => file.endsWith('.model.json'))
  .map((file) => loadFixture(file.replace('.model.json', '')));

/** One case. */
export function loadFixture(name: string): Fixture {
  const expected: Expected = JSON.parse(read(`${name}.expected.json`).toString(), revive);
  return { ...expected, bytes: read(`${name}.model.json`) };
}

/** Files that must be refused, by name. */
export const refusedFiles: readonly (readonly [name: string, bytes: Uint8Array])[] = readdirSync(
  new URL('refused/', root),
).map((file) => [file.replace('.model.json', ''), read(`refused/${file}`)]);

function read(path: string): Buffer {
  return readFileSync(new URL(path, root));
}

function revive(_key: string, value: unknown): unknown {
  return value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}
