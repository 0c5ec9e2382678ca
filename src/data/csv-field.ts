import { type Category, createRowReader, type Feature } from '../model/index.ts';
import { createByteLookup } from './byte-lookup.ts';
import { scanDecimal } from './scan-decimal.ts';

/** The words for a missing number; empty fields and blanks are missing as well. */
export const missingWords: readonly string[] = ['NA', 'NaN', 'nan', 'null', 'NULL', 'None'];
const infinities = ['inf', 'Inf', 'Infinity'].flatMap((word) => [word, `+${word}`, `-${word}`]);

/** Reads the fields of one CSV column by the rules that `createRowReader` has for JSON values. */
export interface CsvField {
  /** Whether a field is a plain number between `low` and `high`, whole if `whole`, nearly always. */
  readonly isNumber: boolean;
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  /** Whether an empty field is a missing value and that is allowed. */
  readonly emptyIsMissing: boolean;
  /**
   * Writes the number that stands for a field and returns true, or returns false when it does not fit. The bytes go on
   * with one that no number has.
   */
  read(bytes: Buffer, start: number, end: number, into: Float64Array, index: number): boolean;
  /** What is wrong with a field that does not fit. */
  explain(text: string): string;
}

/** Compiles a feature into a reader of its CSV fields. */
export function createCsvField(feature: Feature): CsvField {
  const { min, max } = feature;
  const bounded = min !== undefined || max !== undefined;
  const low = min ?? (bounded ? -Number.MAX_VALUE : Number.NEGATIVE_INFINITY);
  const high = max ?? (bounded ? Number.MAX_VALUE : Number.POSITIVE_INFINITY);
  const whole = feature.type === 'integer';
  const nullable = feature.nullable ?? true;
  const isMissing = createByteLookup(missingWords);
  const isInfinite = createByteLookup(infinities);
  const isCategory = feature.type === 'category';
  const categories = feature.categories ?? [];
  // numbers have many spellings: 1 comes as 1.0 when a column beside it had a missing value
  const codes = new Map(
    categories.flatMap((category, code) =>
      typeof category === 'number' ? [[category, code] as const] : [],
    ),
  );
  const onlyNumbers = codes.size === categories.length;
  const other = feature.otherCategories === true ? categories.length : -1;
  const spellings = categories.flatMap((category, code) =>
    spell(category).map((text) => ({ text, code })),
  );
  const findSpelling = createByteLookup(spellings.map(({ text }) => text));

  const readNumber: CsvField['read'] = (bytes, start, end, into, index) => {
    let from = start;
    let to = end;
    while (from < to && isBlank(bytes[from]!)) from++;
    while (to > from && isBlank(bytes[to - 1]!)) to--;
    if (from === to || isMissing(bytes, from, to) !== -1) {
      into[index] = Number.NaN;
      return nullable;
    }
    if (isInfinite(bytes, from, to) !== -1) {
      into[index] = bytes[from] === 45 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
      return true;
    }
    return scanDecimal(bytes, from, into, index) === to;
  };

  const readBounded: CsvField['read'] = (bytes, start, end, into, index) => {
    if (!readNumber(bytes, start, end, into, index)) return false;
    const value = into[index]!;
    if (Number.isNaN(value)) return true;
    return value >= low && value <= high && !(whole && !Number.isInteger(value));
  };

  const readCategory: CsvField['read'] = (bytes, start, end, into, index) => {
    const known = spellings[findSpelling(bytes, start, end)];
    if (known !== undefined) {
      into[index] = known.code;
      return true;
    }
    if (start === end) {
      into[index] = Number.NaN;
      return nullable;
    }
    const isNumber = (codes.size > 0 || other === -1) && readNumber(bytes, start, end, into, index);
    // a word for a missing number is one here too, unless any text is taken
    if (Number.isNaN(into[index]!) && (onlyNumbers || other === -1) && isNumber) return true;
    const code = (isNumber ? codes.get(into[index]!) : undefined) ?? other;
    into[index] = code;
    return code !== -1;
  };

  return {
    isNumber: !isCategory,
    low,
    high,
    whole,
    emptyIsMissing: nullable && !categories.includes(''),
    read: isCategory ? readCategory : readBounded,
    explain(text) {
      const reader = createRowReader({ features: [feature] }, { allowInfinite: true });
      const bytes = Buffer.from(`${text},`);
      const number = new Float64Array(1);
      const readable = readNumber(bytes, 0, bytes.length - 1, number, 0);
      // nullable is not asked here: a missing value that is refused reads as NaN
      const isNumber = readable || Number.isNaN(number[0]!);
      const value = isNumber && (!isCategory || text === '') ? number[0] : text;
      return reader.faults([value])[0]?.message ?? 'does not fit';
    },
  };
}

/** The texts that stand for a category; truth values as JSON, pandas and spreadsheets write them. */
function spell(category: Category): string[] {
  if (typeof category !== 'boolean') return [String(category)];
  return category ? ['true', 'True', 'TRUE'] : ['false', 'False', 'FALSE'];
}

/** A blank of ASCII: what people leave around numbers. */
function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}
