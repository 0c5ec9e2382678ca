import { readFileSync } from 'node:fs';
import { createSeededRandom } from '../../../src/core/index.ts';
import type { TrainingTable } from '../../../src/training/training-table.ts';

/** A table and its labels, of which some rows are held out. */
export interface Judged {
  readonly columns: readonly Float32Array[];
  readonly labels: Float64Array;
  readonly isHeldOut: (row: number) => boolean;
}

const rows = 6000;
const width = 8;

/** The columns, what decides the labels, and noise: as scripts/fixtures/sklearn_forests.py makes them. */
function drawColumns(seed: number, missing = 0) {
  const random = createSeededRandom(seed);
  const x = Array.from({ length: width }, () => new Float64Array(rows));
  const noise = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (const column of x) column[row] = random();
    noise[row] = random();
  }
  const [a, b, c, d, e, f] = x as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const signal = noise.map(
    (_, row) => a[row]! + b[row]! * c[row]! - d[row]! * d[row]! + (e[row]! - 0.5) * (f[row]! - 0.5),
  );
  if (missing > 0) {
    for (let row = 0; row < rows; row++) {
      for (const column of x) {
        if (random() < missing * (0.5 + column[row]!)) column[row] = Number.NaN;
      }
    }
  }
  return { columns: x.map((column) => Float32Array.from(column)), signal, noise };
}

const isHeldOut = (row: number): boolean => row >= (rows * 2) / 3;

/** The tables of the fixture that can be made here, by their names. */
export function makeTables(): Readonly<Record<string, Judged>> {
  const first = drawColumns(1);
  const second = drawColumns(2);
  const third = drawColumns(3);
  const fourth = drawColumns(4, 0.2);
  const twoOf = ({ signal, noise }: typeof first): Float64Array =>
    signal.map((value, row) => Number(value + (noise[row]! - 0.5) > 0.4));
  const two: Judged = { columns: first.columns, labels: twoOf(first), isHeldOut };
  return {
    'two classes': two,
    'two classes, leaves of one row': two,
    'two classes by entropy, best first': two,
    'three classes': {
      columns: second.columns,
      labels: second.signal.map((value, row) => {
        const shifted = value + 0.6 * (second.noise[row]! - 0.5);
        return Number(shifted > 0.25) + Number(shifted > 0.6);
      }),
      isHeldOut,
    },
    'a regression': {
      columns: third.columns,
      labels: third.signal.map((value, row) => value + 0.5 * (third.noise[row]! - 0.5)),
      isHeldOut,
    },
    'missing values': { columns: fourth.columns, labels: twoOf(fourth), isHeldOut },
  };
}

/** The public Telco file, its texts replaced by their place among those that occur, in order. */
export function readTelco(file: string): Judged {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const cells = lines.map((line) => line.split(','));
  const numbers = ['SeniorCitizen', 'tenure', 'MonthlyCharges', 'TotalCharges'];
  const columns = names.flatMap((name, at) => {
    if (name === 'customerID' || name === 'Churn') return [];
    const texts = cells.map((row) => row[at]!);
    const known = [...new Set(texts)].toSorted((a, b) => (a < b ? -1 : 1));
    const toNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
    const read = numbers.includes(name) ? toNumber : (text: string) => known.indexOf(text);
    return [Float32Array.from(texts, read)];
  });
  return {
    columns,
    labels: Float64Array.from(cells, (row) => Number(row[names.indexOf('Churn')] === 'Yes')),
    isHeldOut: (row) => Math.imul(row, 2654435761) >>> 0 < 2 ** 30,
  };
}

/** Some rows of a table, to train on. */
export function toTable(
  columns: readonly Float32Array[],
  chosen: readonly number[],
): TrainingTable {
  return {
    rows: chosen.length,
    columns: columns.map((values, at) => ({
      name: `f${at}`,
      type: 'number',
      values: Float32Array.from(chosen, (row) => values[row]!),
      categories: [],
    })),
  };
}
