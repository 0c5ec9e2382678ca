// Rows of the IBM Telco table in the shape of the demo models' schema: reading, splitting, blanking, and turning
// them into columns exactly as a card's `columns` say (the first source that is not missing, then centre and scale).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { features } from './schema.js';

/** The hash of `telco-customer-churn.csv` in IBM/telco-customer-churn-on-icp4d. */
export const dataSha256 = '16320c9c1ec72448db59aa0a26a0b95401046bef5d02fd3aeb906448e3055e91';

const optional = features.filter((feature) => !feature.required).map((feature) => feature.name);

// The table has no age, only a flag for 65 and over: an age on the right side of the line stands for it.
const ageOfSenior = 70;
const ageOfOthers = 40;

/**
 * Reads the table and splits it: row i is held out when (i * 2654435761 mod 2^32) / 2^32 < 0.25.
 * @returns {{ training: Sample[], holdOut: Sample[] }} samples of `{ row, churned }`; a row keyed by feature name, null for missing
 */
export function readTelco(path) {
  const bytes = readFileSync(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== dataSha256) throw new Error(`${path} has sha256 ${found}, expected ${dataSha256}`);
  const [header, ...lines] = bytes.toString('utf8').trimEnd().split(/\r?\n/);
  const names = header.split(',');
  const training = [];
  const holdOut = [];
  lines.forEach((line, index) => {
    const cells = line.split(',');
    const record = Object.fromEntries(names.map((name, column) => [name, cells[column]]));
    const sample = { row: rowOf(record), churned: record.Churn === 'Yes' ? 1 : 0 };
    const isHeldOut = Number((BigInt(index) * 2654435761n) % 2n ** 32n) / 2 ** 32 < 0.25;
    (isHeldOut ? holdOut : training).push(sample);
  });
  return { training, holdOut };
}

function rowOf(record) {
  return Object.fromEntries(
    features.map(({ name, type, sourceColumn }) => {
      if (sourceColumn === undefined) return [name, null];
      const text = record[sourceColumn].trim();
      if (text === '') return [name, null];
      return [name, type === 'category' ? text : Number(text)];
    }),
  );
}

/** The same customer as the three-field request shows them: age, monthly and total charges. */
export function threeFieldRow(row) {
  const blanked = { ...row, age: row.senior_citizen === 1 ? ageOfSenior : ageOfOthers };
  for (const name of optional) blanked[name] = null;
  return blanked;
}

/** A copy with gaps: each optional feature is missing with a chance drawn for the row, each required one in 1 of 20. */
export function rowWithGaps(row, random) {
  const chance = random();
  const blanked = { ...row };
  for (const { name, required } of features) {
    if (random() < (required ? 0.05 : chance)) blanked[name] = null;
  }
  return blanked;
}

/**
 * The rows that every model learns from: each training row in full, with three fields, and with gaps.
 * A model thus learns what to say when it is told little, and no row of the hold-out is among them.
 */
export function withBlankedCopies(training, random) {
  return [
    ...training,
    ...training.map(({ row, churned }) => ({ row: threeFieldRow(row), churned })),
    ...training.map(({ row, churned }) => ({ row: rowWithGaps(row, random), churned })),
  ];
}

/** The model's inputs for a row; `missing: null` in a column leaves a NaN. */
export function toColumns(row, columns) {
  return columns.map((column) => (rawValue(row, column) - column.center) / column.scale);
}

function rawValue(row, column) {
  for (const source of column.from) {
    const value = row[source.feature];
    if (value === null) continue;
    if (source.equals !== undefined) return value === source.equals ? 1 : 0;
    if (source.at_least !== undefined) return value >= source.at_least ? 1 : 0;
    return value;
  }
  return column.missing ?? Number.NaN;
}
