import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../fixtures/xgboost/', import.meta.url);

/** What XGBoost itself answered; `scripts/fixtures/xgboost_models.py` describes each field. */
export interface Expected {
  readonly version: string;
  readonly case: string;
  readonly parameters: { readonly objective: string };
  readonly rounds: number;
  readonly columns: readonly string[];
  readonly rows: readonly Float64Array[];
  readonly margins: readonly Float64Array[];
  readonly predictions: readonly Float64Array[];
  /** What the scikit-learn wrapper predicted, where it was asked. */
  readonly labels?: Float64Array;
  /** The rows as a dataframe has them, where `rows` are codes. */
  readonly named?: readonly (readonly unknown[])[];
}

/** A model file and the answers that belong to it. */
export interface Fixture extends Expected {
  readonly bytes: Uint8Array;
}

/** The versions of XGBoost that there are files of, oldest first. */
export const versions: readonly string[] = readdirSync(root).toSorted();

/** All cases of one version. */
export function fixturesOf(version: string): Fixture[] {
  return filesOf(version)
    .filter((file) => file.endsWith('.model.json'))
    .map((file) => loadFixture(version, file.replace('.model.json', '')));
}

/** One case of one version. */
export function loadFixture(version: string, name: string): Fixture {
  const expected: Expected = JSON.parse(
    read(`${version}/${name}.expected.json`).toString(),
    revive,
  );
  return { ...expected, bytes: read(`${version}/${name}.model.json`) };
}

/** The cases of one version whose model is there as UBJSON too. */
export function universalCasesOf(version: string): string[] {
  return filesOf(version)
    .filter((file) => file.endsWith('.model.ubj'))
    .map((file) => file.replace('.model.ubj', ''));
}

/** The model of one case as UBJSON. */
export function loadUniversal(version: string, name: string): Buffer {
  return read(`${version}/${name}.model.ubj`);
}

/** Files of one version that must be refused, by name. */
export function refusedFilesOf(version: string): [name: string, bytes: Uint8Array][] {
  return filesOf(`${version}/refused`).map((file) => [file, read(`${version}/refused/${file}`)]);
}

/** Base scores and the margins that XGBoost made of them, by objective. */
export function baseMarginsOf(version: string): Record<string, [score: number, margin: number][]> {
  return JSON.parse(read(`${version}/base-margins.json`).toString());
}

function filesOf(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root));
}

function read(path: string): Buffer {
  return readFileSync(new URL(path, root));
}

/** Lists of numbers become arrays of float64, in which null is a missing value. */
function revive(_key: string, value: unknown): unknown {
  if (!Array.isArray(value) || !value.every(isNumber)) return value;
  return Float64Array.from(value, (item) => (item === null ? Number.NaN : Number(item)));
}

function isNumber(value: unknown): boolean {
  return (
    typeof value === 'number' || value === null || value === 'Infinity' || value === '-Infinity'
  );
}
