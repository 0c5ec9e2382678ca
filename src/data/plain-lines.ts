// What: the lines of answers that are numbers alone, which most are.
// Source: the form of src/data/csv-line.ts and src/data/json-line.ts, which write any answer.
// Complexity: linear. `JSON.stringify` of many numbers takes a third of the time of `String` of each.
// Invariant: byte for byte what csvLine and jsonLine write, joined; `null` where an answer is not of this kind.
import type { Prediction } from '../model/index.ts';
import type { LineShape } from './line-shape.ts';

/** Writes the lines of a CSV or of JSON Lines, or leaves them to the writer of any answer. */
export type PlainLines = (shape: LineShape, predictions: readonly Prediction[]) => string | null;

export const plainCsvLines: PlainLines = (shape, predictions) => {
  const isProbability = predictions[0]?.margin === null;
  const rows = toRows(shape, predictions, isProbability);
  if (rows === null) return null;
  const head = isProbability ? ',' : '';
  const tail = `,${shape.version}\n`;
  const text = JSON.stringify(rows).slice(2, -2);
  return `${head}${text.replaceAll('],[', literally(`${tail}${head}`))}${tail}`;
};

export const plainJsonLines: PlainLines = (shape, predictions) => {
  const isProbability = predictions[0]?.margin === null;
  const rows = toRows(shape, predictions, isProbability);
  if (rows === null) return null;
  const objects = rows.map((row) => {
    const [margin, answer, prediction] = isProbability ? [null, ...row] : row;
    return { margin, [shape.answer]: answer, prediction };
  });
  const tail = `,"model_version":${shape.version}}\n`;
  return `${JSON.stringify(objects)
    .slice(1, -2)
    .replaceAll('},{', literally(`${tail}{`))}${tail}`;
};

/** Margin (unless there is none), answer and prediction of each row; `null` when one of them is no plain number. */
function toRows(
  { answer, explain, hasIds }: LineShape,
  predictions: readonly Prediction[],
  isProbability: boolean,
): number[][] | null {
  if (explain || hasIds || predictions.length === 0) return null;
  const rows: number[][] = [];
  for (const { margin, prediction, [answer]: answered } of predictions) {
    if (!isPlain(answered) || !isPlain(prediction)) return null;
    if (isProbability) {
      if (margin !== null) return null;
      rows.push([answered, prediction]);
    } else {
      if (!isPlain(margin)) return null;
      rows.push([margin, answered, prediction]);
    }
  }
  return rows;
}

/** A text for `replaceAll`, to which a dollar sign is no plain character. */
function literally(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** A number that JSON has a word for; it has none for -0. */
function isPlain(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0);
}
