import { formatAlike, formatShare } from '../html/format-number.ts';
import { htmlTable } from '../html/html-table.ts';
import type { FeatureSummary } from './summarise-attributions.ts';

/** Tabulates what features did over all rows; `labels` are their names for people. */
export function summaryTable(
  all: readonly FeatureSummary[],
  shown: readonly FeatureSummary[],
  labels: ReadonlyMap<string, string>,
  scale: string,
): string {
  const format = formatAlike(shown.reduce((most, { max, min }) => Math.max(most, max, -min), 0));
  const anyMissing = all.some(({ missing }) => missing > 0);
  return htmlTable({
    caption: `SHAP values over all rows, ${scale}`,
    head: [
      'Feature',
      'Column',
      'Mean |SHAP|',
      'Share',
      'Mean',
      'Smallest',
      'Largest',
      ...(anyMissing ? ['Not given'] : []),
    ],
    numbers: [2, 3, 4, 5, 6, 7],
    rows: shown.map(({ feature, max, mean, meanAbsolute, min, missing, share }) => [
      labels.get(feature)!,
      feature,
      format(meanAbsolute),
      formatShare(share),
      format(mean),
      format(min),
      format(max),
      ...(anyMissing ? [missing.toLocaleString('en-US')] : []),
    ]),
  });
}
