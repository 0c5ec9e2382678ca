import type { Category } from '../model/index.ts';
import { missingWords } from './csv-field.ts';
import { kindOfText } from './kind-of-text.ts';

/** What stands in one column of an input, counted. */
export interface ColumnSummary {
  readonly name: string;
  /** Empty fields, blanks only, `null`, absent keys, and words for a missing value. */
  readonly missing: number;
  /** How often each word for a missing value stands. */
  readonly missingWords: ReadonlyMap<string, number>;
  /** Finite numbers. */
  readonly numbers: number;
  /** Of these, those with a fraction. */
  readonly fractions: number;
  /** Of these, those spelled with a zero in front, as codes are. */
  readonly leadingZeros: number;
  /** Whether each number is above the one before; `false` for fewer than two. */
  readonly rises: boolean;
  readonly infinite: number;
  /** Whatever is neither a number, a truth value nor missing. */
  readonly texts: number;
  /** Of these, those that are numbers in a spelling that is not read as one. */
  readonly numberTexts: number;
  /** Of the texts, those that are dates. */
  readonly dateTexts: number;
  readonly truths: number;
  /** Smallest and largest number; `null` without one. */
  readonly min: number | null;
  readonly max: number | null;
  /** How often each value stands, in the order of their first rows; `null` when there are more than were to be kept. */
  readonly values: ReadonlyMap<Category, number> | null;
  readonly firstNumberLine: number | null;
  readonly firstInfiniteLine: number | null;
  readonly firstText: { readonly line: number; readonly text: string } | null;
  readonly firstNumberText: { readonly line: number; readonly text: string } | null;
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const infinite = /^[+-]?(?:inf|Inf|Infinity)$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const padded = /^-?0\d/;
const words: ReadonlySet<string> = new Set(missingWords);

/** Counts the values of one column, in memory that does not grow with the rows. */
export class ColumnTally {
  readonly name: string;
  readonly #most: number;
  readonly #missingWords = new Map<string, number>();
  #values: Map<Category, number> | null = new Map<Category, number>();
  #missing = 0;
  #numbers = 0;
  #fractions = 0;
  #leadingZeros = 0;
  #last = Number.NEGATIVE_INFINITY;
  #rises = true;
  #infinite = 0;
  #texts = 0;
  #numberTexts = 0;
  #dateTexts = 0;
  #truths = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #firstNumberLine: number | null = null;
  #firstInfiniteLine: number | null = null;
  #firstText: ColumnSummary['firstText'] = null;
  #firstNumberText: ColumnSummary['firstText'] = null;

  /** Different values are kept up to `most` of them. */
  constructor(name: string, most: number) {
    this.name = name;
    this.#most = most;
  }

  addMissing(rows = 1): void {
    this.#missing += rows;
  }

  addNumber(value: number, line: number): void {
    if (!Number.isFinite(value)) {
      this.#infinite++;
      this.#firstInfiniteLine ??= line;
      return;
    }
    this.#numbers++;
    this.#firstNumberLine ??= line;
    if (!Number.isInteger(value)) this.#fractions++;
    if (!(value > this.#last)) this.#rises = false;
    this.#last = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (this.#values !== null) this.#keep(value);
  }

  addTruth(value: boolean): void {
    this.#truths++;
    this.#keep(value);
  }

  addText(text: string, line: number): void {
    this.#texts++;
    this.#firstText ??= { line, text };
    const kind = kindOfText(text);
    if (kind === 'date') this.#dateTexts++;
    if (kind === 'number') {
      this.#numberTexts++;
      this.#firstNumberText ??= { line, text };
    }
    this.#keep(text);
  }

  /** A field of a CSV, which may spell anything. */
  addField(text: string, line: number): void {
    const trimmed = text.replaceAll(/^[ \t]+|[ \t]+$/g, '');
    if (trimmed === '') return this.addMissing();
    if (words.has(trimmed)) {
      this.#missingWords.set(trimmed, (this.#missingWords.get(trimmed) ?? 0) + 1);
      return this.addMissing();
    }
    if (decimal.test(trimmed)) {
      if (padded.test(trimmed)) this.#leadingZeros++;
      return this.addNumber(Number(trimmed), line);
    }
    if (infinite.test(trimmed)) return this.addNumber(Number.POSITIVE_INFINITY, line);
    const truth = truths.get(text);
    return truth === undefined ? this.addText(text, line) : this.addTruth(truth);
  }

  finish(): ColumnSummary {
    const hasNumbers = this.#numbers > 0;
    return {
      name: this.name,
      missing: this.#missing,
      missingWords: this.#missingWords,
      numbers: this.#numbers,
      fractions: this.#fractions,
      leadingZeros: this.#leadingZeros,
      rises: this.#rises && this.#numbers > 1,
      infinite: this.#infinite,
      texts: this.#texts,
      numberTexts: this.#numberTexts,
      dateTexts: this.#dateTexts,
      truths: this.#truths,
      min: hasNumbers ? this.#min : null,
      max: hasNumbers ? this.#max : null,
      values: this.#values,
      firstNumberLine: this.#firstNumberLine,
      firstInfiniteLine: this.#firstInfiniteLine,
      firstText: this.#firstText,
      firstNumberText: this.#firstNumberText,
    };
  }

  #keep(value: Category): void {
    if (this.#values === null) return;
    const count = this.#values.get(value);
    if (count === undefined && this.#values.size === this.#most) this.#values = null;
    else this.#values.set(value, (count ?? 0) + 1);
  }
}
