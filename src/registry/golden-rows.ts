import { z } from 'zod';
import { faultsInWords, SpillwayError } from '../core/index.ts';
import {
  createRowReader,
  type FeatureSchema,
  type Prediction,
  parseWithSchema,
} from '../model/index.ts';

/** A row whose answer is known. */
export interface GoldenRow {
  /** Where it stands in its file, counted from 1. */
  readonly line: number;
  /** The row as it was read: one number per feature of the schema. */
  readonly values: Float64Array;
  /** What of the answer is known; at least one of its numbers. */
  readonly expected: Partial<Prediction>;
}

/** Each is asked for whenever its version is loaded. */
const mostRows = 1000;
const mostBytes = 16 * 2 ** 20;

const number = z.number();
const numbers = z.array(number);
const line = z
  .strictObject({
    row: z.unknown(),
    margin: z.union([number, numbers]).nullable().optional(),
    probability: number.optional(),
    probabilities: numbers.optional(),
    value: z.union([number, numbers]).optional(),
    prediction: z.union([z.string(), number, z.boolean(), numbers]).optional(),
  })
  .refine(
    ({ margin, probability, probabilities, value }) =>
      typeof (margin ?? probability ?? probabilities ?? value) !== 'undefined',
    'expected a margin, a probability, probabilities or a value',
  );

/**
 * Reads golden rows: JSON Lines, each `{"row": …}` with what `spillway score` writes of the answer. Empty lines are skipped.
 * @throws SpillwayError `INVALID_CARD` naming the file and the line, with the faults of that line.
 */
export function readGoldenRows(
  bytes: Uint8Array,
  file: string,
  schema: FeatureSchema,
): readonly GoldenRow[] {
  if (bytes.length > mostBytes) refuse(file, `expected at most ${mostBytes} bytes`);
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  const reader = createRowReader(schema, { allowInfinite: true });
  const rows = lines.flatMap((text, index): GoldenRow[] => {
    if (text.trim() === '') return [];
    const place = `${file} line ${index + 1}`;
    const { row, ...expected } = parseLine(text, place);
    const values = new Float64Array(schema.features.length);
    if (!reader.read(row, values)) refuse(place, faultsInWords(reader.faults(row)));
    return [{ line: index + 1, values, expected: withoutAbsent(expected) }];
  });
  if (rows.length === 0 || rows.length > mostRows) {
    refuse(file, `expected 1 to ${mostRows} rows, got ${rows.length}`);
  }
  return rows;
}

function parseLine(text: string, place: string): z.infer<typeof line> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    refuse(place, 'is not JSON');
  }
  return parseWithSchema(line, json, 'INVALID_CARD', place);
}

function withoutAbsent(expected: Omit<z.infer<typeof line>, 'row'>): Partial<Prediction> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the absent are left out
  return Object.fromEntries(
    Object.entries(expected).filter(([, value]) => value !== undefined),
  ) as Partial<Prediction>;
}

function refuse(place: string, message: string): never {
  throw new SpillwayError('INVALID_CARD', `${place}: ${message}`);
}
