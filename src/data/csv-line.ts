import type { Explanation, Prediction } from '../model/index.ts';
import { explanationText } from './explanation-text.ts';
import type { LineShape } from './line-shape.ts';
import { numbersText, numberText } from './number-text.ts';

/** One decision as a line of CSV. */
export function csvLine(
  shape: LineShape,
  id: string,
  prediction: Prediction,
  explanation: Explanation | null,
): string {
  const { margin, prediction: decided } = prediction;
  const answer = prediction[shape.answer];
  const label = labelText(decided);
  const first = shape.hasIds ? `${csvText(id)},` : '';
  const last = shape.explain
    ? `,${explanation === null ? '' : csvText(explanationText(explanation))}\n`
    : '\n';
  return `${first}${margin === null ? '' : csvNumbers(margin)},${
    answer === undefined ? '' : csvNumbers(answer)
  },${label},${shape.version}${last}`;
}

function labelText(decided: Prediction['prediction']): string {
  if (typeof decided === 'string') return csvText(decided);
  return typeof decided === 'boolean' ? String(decided) : csvNumbers(decided);
}

function csvNumbers(value: number | readonly number[]): string {
  return typeof value === 'number' ? numberText(value) : csvText(numbersText(value));
}

/** Text as a field of CSV (RFC 4180): in quotes when it has to be. */
export function csvText(text: string): string {
  return needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Quotes, commas, control characters, a blank that a reader may trim, and nothing, which would be a missing value. */
function needsQuotes(text: string): boolean {
  const last = text.length - 1;
  if (last < 0 || text[0] === ' ' || text[last] === ' ') return true;
  for (let at = 0; at <= last; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 32 || unit === 34 || unit === 44) return true;
  }
  return false;
}
