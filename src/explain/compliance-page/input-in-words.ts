import type { Category, Feature } from '../../model/index.ts';

/** What a row has for a feature, with its unit: `180 USD`, `Month-to-month`, `not given`. */
export function inputInWords({ unit }: Feature, value: Category | null | undefined): string {
  if (value === null || value === undefined) return 'not given';
  return typeof value !== 'number' || unit === undefined ? String(value) : `${value} ${unit}`;
}
