import { refuseUnsupported } from '../refusals.ts';
import type { Statistic } from './read-statistics.ts';

/** What counts rows without looking at their targets. */
const targetless: readonly string[] = ['Counter', 'FeatureFreq'];

/**
 * Refuses files whose answers are not those of the model that was saved. CatBoost keeps a table of a statistic for each way
 * to cut the target in classes, and names them alike in the file, so that one of them is left. There are several ways
 * when there are several targets, or several numbers of borders of the target.
 */
export function refuseLostTables(statistics: readonly Statistic[], objective: string): void {
  const ofTarget = statistics.filter(({ type }) => !targetless.includes(type));
  const seen = new Set<string>();
  const repeats = ofTarget.some((statistic) => {
    const { borders: _, table: __, ...same } = statistic;
    const text = JSON.stringify(same);
    return seen.size === seen.add(text).size;
  });
  if (repeats || (ofTarget.length > 0 && objective.startsWith('MultiRMSE'))) {
    refuseUnsupported(
      'statistics of categories for several targets, or for one that is cut in several ways',
      'CatBoost writes only one table of each statistic into the file; train one model for each target, with one TargetBorderCount, or with simple_ctr="Counter" and combinations_ctr="Counter"',
    );
  }
}
