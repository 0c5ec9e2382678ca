import { SpillwayError } from '../core/index.ts';
import type { Category, Feature } from '../model/index.ts';
import type { ColumnSummary } from './column-tally.ts';
import { show, showAll } from './data-fault.ts';
import type { TableSummary } from './summarise-rows.ts';

/** What people know of a feature better than its values tell; what is not stated is inferred. */
export type StatedFeature = Pick<Feature, 'name'> & Partial<Feature>;

/** How to infer a schema. */
export interface InferSchemaOptions {
  /** Columns that are no features: the target, identifiers, weights. They must be there. */
  readonly exclude: readonly string[];
  /** @default none */
  readonly stated?: readonly StatedFeature[] | undefined;
  /** A column of texts with more different ones is left out, unless it is stated to be a category. @default 1000 */
  readonly mostCategories?: number | undefined;
}

/** The features that a table has, what was left out of them and what is odd. */
export interface InferredSchema {
  readonly features: readonly Feature[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Sentences. */
  readonly warnings: readonly string[];
}

/** Up to this share of texts a column of numbers has strangers in it; above it is one of categories. */
const strangers = 0.05;
/** From so many rows on, texts of which no two are equal are names of rows. */
const fewestNames = 20;

/**
 * Decides what each column of a table is: a number or a category; only what is stated to be an integer is one, since that
 * there was no fraction yet does not say that there is none to come. Columns without values, with one value only, of dates,
 * with too many texts or with a text of its own in each row are left out, and the reason is said.
 * @throws SpillwayError `INVALID_DATA` for columns that must be there and are not, numbers among which a few texts
 * stand, numbers spelled as texts, infinite numbers, and a table without rows or without a feature; all faults of the table
 * at once.
 */
export function inferSchema(summary: TableSummary, options: InferSchemaOptions): InferredSchema {
  const { exclude, stated = [], mostCategories = 1000 } = options;
  const byName = new Map(stated.map((feature) => [feature.name, feature]));
  const names = summary.columns.map(({ name }) => name);
  const faults = [
    ...missingColumns(names, [...new Set([...exclude, ...byName.keys()])]),
    ...[...byName.keys()]
      .filter((name) => exclude.includes(name))
      .map((name) => `${show(name)} is no feature here, and the schema states one`),
  ];
  const features: Feature[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  const warnings: string[] = [];
  for (const column of summary.columns) {
    if (exclude.includes(column.name)) continue;
    const found = inferFeature(column, byName.get(column.name), mostCategories);
    if ('fault' in found) faults.push(found.fault);
    else if ('reason' in found) leftOut.push({ name: column.name, reason: found.reason });
    else {
      features.push(found.feature);
      warnings.push(...oddities(column, found.feature, summary.rows));
    }
  }
  if (summary.rows === 0) faults.push('there are no rows');
  if (faults.length === 0 && features.length === 0) {
    const why = leftOut.map(({ name, reason }) => `${show(name)}: ${reason}`);
    faults.push(`there is no feature to learn from${why.length > 0 ? ` (${why.join('; ')})` : ''}`);
  }
  if (faults.length > 0) throw new SpillwayError('INVALID_DATA', faults.join('; '));
  return { features, leftOut, warnings };
}

function missingColumns(names: readonly string[], wanted: readonly string[]): string[] {
  const lacking = wanted.filter((name) => !names.includes(name));
  return lacking.length === 0
    ? []
    : [`there is no column ${showAll(lacking)}; there are ${showAll(names)}`];
}

type Found = { feature: Feature } | { reason: string } | { fault: string };

function inferFeature(
  column: ColumnSummary,
  stated: StatedFeature | undefined,
  mostCategories: number,
): Found {
  const { infinite, missing, name, numbers, texts, truths, values } = column;
  const known = numbers + texts + truths;
  if (infinite > 0) {
    return {
      fault: `column ${show(name)} has ${infinite} infinite value(s), the first on line ${column.firstInfiniteLine}`,
    };
  }
  if (known === 0) return { reason: `it has no value in any of ${missing} rows` };
  const type = stated?.type ?? (stated?.categories === undefined ? typeOf(column) : 'category');
  if (type === null) return { fault: strangersInWords(column) };
  if (stated === undefined && type === 'category') {
    const { dateTexts, numberTexts } = column;
    if (numberTexts > 0 && numbers + numberTexts >= (1 - strangers) * known) {
      return { fault: spellingInWords(column) };
    }
    if (dateTexts >= (1 - strangers) * known) {
      return { reason: 'it has dates: a number for what matters of them would be a feature' };
    }
  }
  if (stated === undefined && values?.size === 1 && missing === 0) {
    return { reason: `it is ${showValue([...values.keys()][0]!)} in every row` };
  }
  if (type !== 'category') {
    return { feature: { ...plainFeature(name, type), ...stated, type } };
  }
  const listed = stated?.categories;
  if (listed === undefined && values === null) {
    return { reason: `it has more than ${mostCategories} different texts` };
  }
  const isName =
    stated === undefined && texts >= fewestNames && texts === known && values?.size === texts;
  if (isName) return { reason: 'every row has a text of its own, as a name has' };
  const categories = listed ?? sortCategories([...(values?.keys() ?? [])]);
  return { feature: { ...plainFeature(name, 'category'), ...stated, type, categories } };
}

function plainFeature(name: string, type: Feature['type']): Feature {
  return { name, type, required: false, nullable: true };
}

/** `null` for numbers among which a few texts stand. */
function typeOf({ numbers, texts, truths }: ColumnSummary): 'number' | 'category' | null {
  const others = texts + truths;
  if (others === 0) return 'number';
  return numbers > 0 && others <= strangers * (numbers + others) ? null : 'category';
}

function strangersInWords({ firstText, name, numbers, texts, truths }: ColumnSummary): string {
  const first =
    firstText === null ? '' : `, the first ${show(firstText.text)} on line ${firstText.line}`;
  return `column ${show(name)} has ${numbers} numbers and ${texts + truths} other value(s)${first}: correct them, leave the column out, or state in the schema that it is a category`;
}

function spellingInWords({ firstNumberText: first, name, numberTexts }: ColumnSummary): string {
  const example = first === null ? '' : `, the first ${show(first.text)} on line ${first.line}`;
  return `column ${show(name)} has ${numberTexts} numbers spelled as texts${example}: write digits and a point only, leave the column out, or state in the schema that it is a category`;
}

function oddities(column: ColumnSummary, feature: Feature, rows: number): string[] {
  const { fractions, leadingZeros, missing, missingWords, name, numbers, rises, texts, truths } =
    column;
  const { categories, type } = feature;
  const words = [...missingWords].map(([word, count]) => `${show(word)} (${count})`);
  const sentences: string[] = [];
  if (words.length > 0 && type === 'category' && texts > 0) {
    sentences.push(`taken as missing: ${words.join(', ')}`);
  }
  if (leadingZeros > 0 && type !== 'category') {
    sentences.push(
      `${leadingZeros} numbers are spelled with zeros in front: if they are codes, state that it is a category`,
    );
  }
  if (type !== 'category' && rises && fractions === 0 && missing === 0 && rows >= fewestNames) {
    sentences.push(
      'each row has a higher number than the one before: if it numbers rows, leave it out',
    );
  }
  if (type === 'category' && numbers > 0 && texts + truths > 0) {
    sentences.push(`${numbers} numbers and ${texts + truths} other values are all categories`);
  }
  if (categories !== undefined && categories.length > 20 && categories.length > rows / 20) {
    sentences.push(`${categories.length} categories in ${rows} rows: few rows for each`);
  }
  return sentences.map((sentence) => `column ${show(name)}: ${sentence}`);
}

/** Truth values, then numbers, then texts, each ascending, texts by their UTF-16 code units. */
function sortCategories(values: readonly Category[]): Category[] {
  return values.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
}

function rank(value: Category): number {
  return ['boolean', 'number', 'string'].indexOf(typeof value);
}

function showValue(value: Category): string {
  return typeof value === 'string' ? show(value) : String(value);
}
