import { existsSync, readFileSync } from 'node:fs';
import { createSeededRandom } from '../../../src/testing/index.ts';
import type { TrainingColumn, TrainingTable } from '../../../src/training/index.ts';

/** Rows to train on, with a target of each kind; the same bits as in scripts/fixtures/xgboost_training.py. */
export interface TrainingSet {
  readonly table: TrainingTable;
  readonly targets: Readonly<Record<string, Float32Array>>;
}

/** The real Telco rows, which are not in the repository. */
export const telcoFile = '../shared/data/telco-customer-churn.csv';
export const hasTelco: boolean = existsSync(telcoFile);

export function uniforms(seed: number, count: number): Float64Array {
  const random = createSeededRandom(seed);
  return Float64Array.from({ length: count }, () => random());
}

/** Sums of four uniform numbers, less 2. */
function bells(seed: number, count: number): Float64Array {
  const random = createSeededRandom(seed);
  return Float64Array.from({ length: count }, () => random() + random() + random() + random() - 2);
}

/** Quarters from 0 to 2. */
export function weightsOf(rows: number): Float32Array {
  return Float32Array.from(uniforms(40, rows), (uniform) => Math.floor(uniform * 9) * 0.25);
}

function targetsOf(signals: ArrayLike<number>, noises: Float64Array): TrainingSet['targets'] {
  const from = (target: (signal: number, noise: number) => number) =>
    Float32Array.from(noises, (noise, row) => target(signals[row]!, noise));
  return {
    binary: from((signal, noise) => (signal + 4 * noise - 2 > 0 ? 1 : 0)),
    real: from((signal, noise) => 3 * signal + noise),
    count: from((signal, noise) => Math.floor((signal * signal + 1) * noise * 3)),
    positive: from((signal, noise) => (signal * signal + 0.5) * (noise + 0.1)),
    class: from((signal, noise) => Math.min(Math.max(Math.floor(signal + 2 * noise + 0.5), 0), 2)),
    share: from((signal, noise) => noise * (signal > 0 ? 1 : 0) * 0.5 + noise * 0.5),
  };
}

function numberColumn(name: string, values: Float32Array): TrainingColumn {
  return { name, type: 'number', values, categories: [] };
}

function categoryColumn(
  name: string,
  values: Float32Array,
  categories: readonly (string | number)[],
): TrainingColumn {
  return { name, type: 'category', values, categories };
}

/** 20 columns without missing values. */
export function makeWide(rows = 80_000): TrainingSet {
  const drawn = bells(1, rows * 20);
  const columns = Array.from({ length: 20 }, (_, column) =>
    Float32Array.from({ length: rows }, (_row, row) => drawn[row * 20 + column]!),
  );
  const signals = Float64Array.from({ length: rows }, (_, row) => {
    const x = (column: number) => columns[column]![row]!;
    return x(0) + 2 * x(1) * x(2) - Math.abs(x(3)) + 0.5 * (x(4) > 0.2 ? 1 : 0);
  });
  return {
    table: { rows, columns: columns.map((values, index) => numberColumn(`x${index}`, values)) },
    targets: targetsOf(signals, uniforms(2, rows)),
  };
}

/** Six columns of numbers and three of categories, a fifth of all values missing. */
export function makeGaps(): TrainingSet {
  const rows = 5000;
  const columns = [10, 11, 12, 13, 14, 15].map((seed) => bells(seed, rows));
  columns[4] = columns[4]!.map((value) => Math.floor(value * 4));
  columns[5] = columns[5]!.map((value) => Math.floor(value * 20) * 0.25);
  columns.push(uniforms(16, rows).map((value) => Math.floor(value * 3)));
  columns.push(uniforms(17, rows).map((value) => Math.floor(value * 40)));
  const other = uniforms(19, rows);
  columns.push(uniforms(18, rows).map((value, row) => Math.floor(value * other[row]! * 400)));
  const whole = columns.map((values) => Float32Array.from(values));
  const signals = Float64Array.from({ length: rows }, (_, row) => {
    const x = (column: number) => whole[column]![row]!;
    const signal = x(0) + 2 * x(1) * x(2) - Math.abs(x(3)) + 0.25 * x(4);
    return signal + 0.5 * (x(6) === 1 ? 1 : 0) + 0.05 * (x(7) - 20) * (x(8) > 60 ? 1 : 0);
  });
  const missing = uniforms(20, rows * 9);
  const values = whole.map((column, index) =>
    column.map((value, row) => {
      const chance = missing[row * 9 + index]!;
      if (chance < 0.2) return Number.NaN;
      return index === 0 && value > 0.5 && chance < 0.5 ? Number.NaN : value;
    }),
  );
  const codes = (count: number) => Array.from({ length: count }, (_, code) => `k${code}`);
  return {
    table: {
      rows,
      columns: [
        ...values.slice(0, 6).map((column, index) => numberColumn(`x${index}`, column)),
        categoryColumn('three', values[6]!, codes(3)),
        categoryColumn('forty', values[7]!, codes(40)),
        categoryColumn('many', values[8]!, codes(400)),
      ],
    },
    targets: targetsOf(signals, uniforms(21, rows)),
  };
}

/** The Telco rows with their texts as columns of 0 and 1, or as categories. */
export function makeTelco(isOneHot: boolean): TrainingSet {
  const [header = '', ...lines] = readFileSync(telcoFile, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',');
  const cells = lines.map((line) => line.split(','));
  const textsOf = (name: string) => cells.map((row) => row[names.indexOf(name)]!);
  const numbers = ['SeniorCitizen', 'tenure', 'MonthlyCharges', 'TotalCharges'];
  const columns: TrainingColumn[] = [];
  for (const name of names) {
    if (name === 'customerID' || name === 'Churn') continue;
    const texts = textsOf(name);
    if (numbers.includes(name)) {
      const values = texts.map((text) => (text.trim() === '' ? Number.NaN : Number(text)));
      columns.push(numberColumn(name, Float32Array.from(values)));
      continue;
    }
    const kinds = [...new Set(texts)].toSorted();
    if (!isOneHot) {
      columns.push(
        categoryColumn(
          name,
          Float32Array.from(texts, (text) => kinds.indexOf(text)),
          kinds,
        ),
      );
    } else {
      for (const kind of kinds) {
        const values = Float32Array.from(texts, (text) => (text === kind ? 1 : 0));
        columns.push(numberColumn(`${name} ${kind}`, values));
      }
    }
  }
  const churn = Float32Array.from(textsOf('Churn'), (text) => (text === 'Yes' ? 1 : 0));
  const signals = textsOf('tenure').map((text, row) => churn[row]! + Number(text) * 0.03125 - 1);
  const targets = targetsOf(signals, uniforms(30, cells.length));
  return { table: { rows: cells.length, columns }, targets: { ...targets, binary: churn } };
}
