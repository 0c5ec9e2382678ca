import type { Feature } from '../../model/index.ts';
import { formatNumber } from '../html/format-number.ts';

/** Rows whose values of a feature are one category, one number, a range of numbers, or missing. */
export interface ValueGroup {
  readonly label: string;
  readonly kind: 'category' | 'number' | 'range' | 'missing';
  /** The rows, by their places in the sample. */
  readonly rows: readonly number[];
  /** Of the feature's attribution. */
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

const mostCategories = 10;
const mostNumbers = 6;
const ranges = 8;

/**
 * Groups rows by their values of a feature: categories and few numbers each for itself, in the order of their codes or
 * sizes, with all categories beyond the ten most frequent as one; many numbers in up to eight ranges of about as many
 * rows; rows without a value last.
 */
export function groupByValue(
  feature: Feature,
  values: Float64Array,
  attributions: Float64Array,
): ValueGroup[] {
  const missing: number[] = [];
  const byValue = new Map<number, number[]>();
  for (const [row, value] of values.entries()) {
    if (Number.isNaN(value)) {
      missing.push(row);
      continue;
    }
    const rows = byValue.get(value) ?? [];
    byValue.set(value, rows);
    rows.push(row);
  }
  const distinct = [...byValue].toSorted(([a], [b]) => a - b);
  const group = (label: string, kind: ValueGroup['kind'], rows: readonly number[]): ValueGroup => ({
    label,
    kind,
    rows,
    ...measure(rows, attributions),
  });
  const groups =
    feature.type === 'category'
      ? groupCategories(feature, distinct, group)
      : groupNumbers(distinct, group);
  return missing.length === 0 ? groups : [...groups, group('not given', 'missing', missing)];
}

type Group = (label: string, kind: ValueGroup['kind'], rows: readonly number[]) => ValueGroup;
type Distinct = readonly (readonly [value: number, rows: readonly number[]])[];

function groupCategories(
  { categories = [] }: Feature,
  distinct: Distinct,
  group: Group,
): ValueGroup[] {
  const kept = new Set(
    distinct
      .toSorted(([, a], [, b]) => b.length - a.length)
      .slice(0, distinct.length > mostCategories ? mostCategories - 1 : mostCategories)
      .map(([code]) => code),
  );
  const others = distinct.filter(([code]) => !kept.has(code));
  return [
    ...distinct
      .filter(([code]) => kept.has(code))
      .map(([code, rows]) => group(String(categories[code] ?? 'another'), 'category', rows)),
    ...(others.length === 0
      ? []
      : [
          group(
            `${others.length} others`,
            'category',
            others.flatMap(([, rows]) => rows),
          ),
        ]),
  ];
}

function groupNumbers(distinct: Distinct, group: Group): ValueGroup[] {
  if (distinct.length <= mostNumbers) return distinct.map((one) => groupOne(one, group));
  // infinite ones stand outside every range
  const low = distinct.filter(([value]) => value === Number.NEGATIVE_INFINITY);
  const high = distinct.filter(([value]) => value === Number.POSITIVE_INFINITY);
  const finite = distinct.slice(low.length, distinct.length - high.length);
  return [
    ...low.map((one) => groupOne(one, group)),
    ...groupRanges(finite, group),
    ...high.map((one) => groupOne(one, group)),
  ];
}

function groupOne([value, rows]: Distinct[number], group: Group): ValueGroup {
  return group(formatNumber(value, 4), 'number', rows);
}

function groupRanges(distinct: Distinct, group: Group): ValueGroup[] {
  const all = distinct.reduce((sum, [, rows]) => sum + rows.length, 0);
  const cuts: [number, readonly number[]][][] = [];
  let seen = 0;
  for (const [value, rows] of distinct) {
    // by the middle of its rows, so that a value that many rows share is in one range whole
    const at = Math.floor(((seen + rows.length / 2) / all) * ranges);
    (cuts[at] ??= []).push([value, rows]);
    seen += rows.length;
  }
  return Object.values(cuts).map((cut) => {
    const low = formatNumber(cut[0]![0], 4);
    const high = formatNumber(cut.at(-1)![0], 4);
    return group(
      low === high ? low : `${low} to ${high}`,
      'range',
      cut.flatMap(([, rows]) => rows),
    );
  });
}

function measure(
  rows: readonly number[],
  attributions: Float64Array,
): { readonly mean: number; readonly min: number; readonly max: number } {
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const part = attributions[row]!;
    sum += part;
    min = Math.min(min, part);
    max = Math.max(max, part);
  }
  return { mean: sum / rows.length, min, max };
}
