import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../fixtures/onnx/', import.meta.url);

/** What ONNX Runtime itself answered; `scripts/fixtures/onnx_models.py` describes each field. */
export interface Expected {
  readonly case: string;
  readonly from: string;
  readonly inputs: readonly (readonly [name: string, type: string, width: number])[];
  /** Words, and numbers of which NaN is a missing value. */
  readonly rows: readonly (readonly (number | string)[])[];
  readonly labels: readonly (number | string)[] | null;
  readonly answers: readonly (readonly number[])[];
}

/** A model file and the answers that belong to it. */
export interface Fixture extends Expected {
  readonly bytes: Uint8Array;
}

/** The names of all cases. */
export const cases: readonly string[] = readdirSync(root)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.replace('.onnx', ''));

/** One case. */
export function loadFixture(name: string): Fixture {
  const expected: Expected = JSON.parse(
    readFileSync(new URL(`${name}.expected.json`, root)).toString(),
    revive,
  );
  return { ...expected, bytes: loadModel(name) };
}

/** The file of one case. */
export function loadModel(name: string): Buffer {
  return readFileSync(new URL(`${name}.onnx`, root));
}

/** Files that must be refused, by name. */
export const refusedFiles: readonly string[] = readdirSync(new URL('refused/', root)).map((file) =>
  file.replace('.onnx', ''),
);

function revive(key: string, value: unknown): unknown {
  if (value === null && key !== 'labels') return Number.NaN;
  return value === 'Infinity' || value === '-Infinity' ? Number(value) : value;
}
