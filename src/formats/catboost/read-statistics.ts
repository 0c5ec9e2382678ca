import type { JsonValue } from '../json/json-value.ts';
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';
import { listAt } from './list-at.ts';
import { readHash } from './read-features.ts';
import { readTable, type StatisticTable } from './read-table.ts';
import { readStatisticType, type StatisticType } from './statistic-type.ts';

/** A number that stands for one category, or for several things at once, made from counts of training rows ("CTR"). */
export interface Statistic {
  readonly type: StatisticType;
  /** What a key of the table is made of, in order. */
  readonly elements: readonly StatisticElement[];
  readonly table: StatisticTable;
  /** Up to which class rows do not count, or the one class of which they do. */
  readonly targetBorder: number;
  /** Float32, as all arithmetic of statistics. */
  readonly priorNumerator: number;
  readonly priorDenominator: number;
  readonly shift: number;
  readonly scale: number;
  /** Float32, in the order in which splits number them. */
  readonly borders: Float32Array;
}

/** A category as it is, whether a category is the one of a hash, or whether a number is above a border. */
export type StatisticElement =
  | { readonly kind: 'category'; readonly feature: number }
  | { readonly kind: 'is'; readonly feature: number; readonly hash: number }
  | { readonly kind: 'above'; readonly feature: number; readonly border: number };

/** Reads `features_info.ctrs`, in the order by which splits are numbered, with their tables out of `ctr_data`. */
export function readStatistics(document: JsonValue): Statistic[] {
  const tables = new Map<string, StatisticTable>();
  return listAt(document.at('features_info'), 'ctrs').map((item) => {
    const type = readStatisticType(item.at('ctr_type'));
    const identifier = item.at('identifier').string();
    const table = tables.get(identifier) ?? readTable(document.at('ctr_data').at(identifier), type);
    tables.set(identifier, table);
    const elements = item.at('elements').items().map(readElement);
    if (elements.length === 0) item.at('elements').refuse('at least one element');
    const lastBorder = type === 'Buckets' ? table.width - 1 : table.width - 2;
    const hasClasses = type === 'Borders' || type === 'Buckets';
    return {
      type,
      elements,
      table,
      targetBorder: hasClasses ? item.at('target_border_idx').count(0, lastBorder) : 0,
      priorNumerator: single(item.at('prior_numerator')),
      // spelt so by CatBoost
      priorDenominator: single(item.at('prior_denomerator')),
      shift: single(item.at('shift')),
      scale: single(item.at('scale')),
      borders: Float32Array.from(item.at('borders').numbers()),
    };
  });
}

function readElement(json: JsonValue): StatisticElement {
  const kind = json.at('combination_element').string();
  if (kind === 'float_feature') {
    return {
      kind: 'above',
      feature: json.at('float_feature_index').count(0, limits.columns),
      border: single(json.at('border')),
    };
  }
  const feature = json.at('cat_feature_index').count(0, limits.columns);
  if (kind === 'cat_feature_value') return { kind: 'category', feature };
  if (kind === 'cat_feature_exact_value') {
    return { kind: 'is', feature, hash: readHash(json.at('value')) };
  }
  return refuseUnsupported(
    `combination element "${kind.slice(0, 64)}"`,
    'train with max_ctr_complexity=1',
  );
}

function single(json: JsonValue): number {
  return Math.fround(json.number());
}
