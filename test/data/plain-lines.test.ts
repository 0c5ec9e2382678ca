import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLine } from '../../src/data/csv-line.ts';
import { jsonLine } from '../../src/data/json-line.ts';
import { plainCsvLines, plainJsonLines } from '../../src/data/plain-lines.ts';
import type { Prediction } from '../../src/model/index.ts';

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.constantFrom(0, 1e21, 1e-7, 123456789012345680000, 5e-324),
);
const binary = fc.record({ margin: number, probability: number, prediction: number });
const shape = {
  answer: 'probability',
  version: '"v $& ],[ },{"',
  hasIds: false,
  explain: false,
} as const;

test.each([
  ['CSV', plainCsvLines, csvLine],
  ['JSON', plainJsonLines, jsonLine],
] as const)('lines of %s are those that are written one by one', (_name, toPlain, toLine) => {
  const hasMargins = fc.boolean();
  fc.assert(
    fc.property(fc.array(binary, { minLength: 1 }), hasMargins, (rows, withMargin) => {
      const predictions: Prediction[] = rows.map((row) => ({
        ...row,
        margin: withMargin ? row.margin : null,
      }));
      const each = predictions.map((prediction) => toLine(shape, '', prediction, null));
      expect(toPlain(shape, predictions)).toBe(each.join(''));
    }),
  );
});

test.each<[string, Prediction]>([
  ['-0', { margin: -0, probability: 0.5, prediction: 1 }],
  ['a label that is a text', { margin: 1, probability: 0.5, prediction: 'yes' }],
  ['a label that is a truth value', { margin: 1, probability: 0.5, prediction: true }],
  ['an infinite margin', { margin: Number.POSITIVE_INFINITY, probability: 1, prediction: 1 }],
  ['no margin beside one', { margin: null, probability: 0.5, prediction: 1 }],
  ['several margins', { margin: [1, 2], probability: 0.5, prediction: 1 }],
])('%s is left to who writes one by one', (_name, odd) => {
  const plain: Prediction = { margin: 1, probability: 0.5, prediction: 1 };
  expect(plainCsvLines(shape, [plain, odd])).toBeNull();
  expect(plainJsonLines(shape, [plain, odd])).toBeNull();
  expect(plainCsvLines({ ...shape, hasIds: true }, [plain])).toBeNull();
  expect(plainCsvLines({ ...shape, explain: true }, [plain])).toBeNull();
});
