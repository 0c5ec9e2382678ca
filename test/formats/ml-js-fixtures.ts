import { readFileSync } from 'node:fs';

/** What the ml.js libraries answered; `scripts/fixtures/ml-js.js` describes each field. */
export interface MlJsFixture {
  readonly bytes: Uint8Array;
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
  /** Forests: rows x trees. */
  readonly trees: readonly (readonly (number | readonly number[])[])[];
  /** Logistic: rows x classes. */
  readonly others: readonly (readonly number[])[];
  /** Forests: trees x nodes. */
  readonly covers: readonly (readonly number[])[];
}

/** One case: the file that the library wrote and what it answered. */
export function loadMlJs(name: string): MlJsFixture {
  const expected = JSON.parse(readMlJs(`${name}.expected.json`).toString());
  const rows = expected.rows.map((row: (number | string | null)[]) =>
    Float64Array.from(row, (value) => (value === null ? Number.NaN : Number(value))),
  );
  return { ...expected, rows, bytes: readMlJs(`${name}.model.json`) };
}

/** The bytes of one file. */
export function readMlJs(file: string): Buffer {
  return readFileSync(new URL(`../fixtures/ml-js/${file}`, import.meta.url));
}
