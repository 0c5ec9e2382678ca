/** Digits with separators, a sign, a currency or a percent sign. */
const number =
  /^[+-]?[$€£]?[+-]?(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’\u00a0\u202f ]\d{3})+|\d{1,3}(?:\.\d{3})+)(?:[.,]\d+)?[ \u00a0]?[%$€£]?$/;
const date =
  /^(?:\d{4}([-/.])\d{1,2}\1\d{1,2}(?:[T ].*)?|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d{2})(?: .*)?)$/;
/** Nothing of either is as long. */
const longest = 40;

/** Whether people would read a text as a number (`1,234.5`, `3,14`, `12 %`) or as a date (`2026-01-31`, `31.1.2026`). */
export function kindOfText(text: string): 'number' | 'date' | null {
  if (text.length > longest || !/\d/.test(text)) return null;
  const trimmed = text.trim();
  if (date.test(trimmed)) return 'date';
  return number.test(trimmed) ? 'number' : null;
}
