import type { FeatureStep, FeatureSteps } from '../../model/index.ts';
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';
import { toHalves } from './category-keys.ts';
import { finishStatistic } from './finish-statistic.ts';
import { createOperandMaker, featureAt, memoize, recodeCodes } from './key-operands.ts';
import type { FileCategories } from './name-categories.ts';
import type { FileFeatures } from './read-features.ts';
import type { Statistic } from './read-statistics.ts';
import type { StatisticTable } from './read-table.ts';

/**
 * The steps from a row to the columns of the trees: first each feature as it is, then each statistic. Every statistic is
 * worked out here, so that nothing but looking up is left for a row.
 */
export function makeColumns(
  features: FileFeatures,
  statistics: readonly Statistic[],
  categories: FileCategories,
): FeatureSteps {
  checkSize(statistics);
  const steps: FeatureStep[] = [];
  const push = (step: FeatureStep): number => features.count + steps.push(step) - 1;
  const makeOperand = createOperandMaker(features, categories, push);
  const sortedKeys = memoize((table: StatisticTable) =>
    BigUint64Array.from(table.rows.keys()).toSorted(),
  );
  const halves = memoize((table: StatisticTable) => toHalves(sortedKeys(table)));

  /** A statistic of one category is known for each code, so its keys are not needed any more. */
  const makeSingle = (statistic: Statistic, feature: number): number => {
    const { codes } = featureAt(categories.named, feature);
    const valueOf = new Map<number, number>();
    for (const [key, row] of statistic.table.rows) {
      const value = finishStatistic(statistic, row);
      for (const code of codes.get(categories.hashOfKey.get(key)!) ?? []) valueOf.set(code, value);
    }
    const { flat } = featureAt(features.categoricals, feature);
    return push(recodeCodes(flat, valueOf, finishStatistic(statistic, undefined)));
  };

  const makeStatistic = (statistic: Statistic): number => {
    const { elements, table } = statistic;
    const [first] = elements;
    if (elements.length === 1 && first?.kind === 'category') {
      return makeSingle(statistic, first.feature);
    }
    const operands = elements.map((element, at) => makeOperand(element, elements.length - 1 - at));
    return push({
      kind: 'recode-together',
      of: operands.map(({ of }) => of),
      terms: operands.map(({ terms }) => terms),
      keys: halves(table),
      values: Float64Array.from(sortedKeys(table), (key) =>
        finishStatistic(statistic, table.rows.get(key)),
      ),
      other: finishStatistic(statistic, undefined),
    });
  };

  const columns = Array.from({ length: features.count }, (_, flat) => flat);
  for (const statistic of statistics) columns.push(makeStatistic(statistic));
  return { features: features.count, steps, columns };
}

/** One table may be used by many statistics, and each use costs its length again. */
function checkSize(statistics: readonly Statistic[]): void {
  const size = statistics.reduce((sum, { table }) => sum + table.numbers.length, 0);
  if (size > limits.tableNumbers) {
    refuseUnsupported(
      `CTR tables of ${size} numbers`,
      `at most ${limits.tableNumbers} can be read; train with a lower ctr_leaf_count_limit`,
    );
  }
}
