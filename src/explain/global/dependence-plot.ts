import { formatNumber } from '../html/format-number.ts';
import type { Axis } from './create-axis.ts';
import type { SampledFeature } from './sampled-feature.ts';
import { scatterPlot } from './scatter-plot.ts';
import { stripPlot } from './strip-plot.ts';

/** What one feature did, value by value. */
export interface DependencePlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** Of SHAP values. */
  readonly axis: Axis;
  readonly unit: string;
  readonly sampled: SampledFeature;
}

/**
 * Draws SHAP values against the values of a feature: numbers as a cloud with the mean along it, categories and few
 * numbers as a lane each, whose names have room there. Missing values have a place of their own.
 */
export function dependencePlot({ axis, id, sampled, title, unit }: DependencePlot): string {
  const { attributions, groups, values } = sampled;
  const inWords = groups.map(
    ({ label, mean, rows }) => `${label}: ${formatNumber(mean)} in ${rowsInWords(rows.length)}`,
  );
  const description = `Mean SHAP value by value of the feature. ${inWords.join('; ')}.`;
  if (groups.some(({ kind }) => kind === 'range'))
    return scatterPlot({ id, title, description, axis, unit, sampled });
  return stripPlot({
    id,
    title,
    description,
    axis,
    unit,
    lanes: groups.map(({ kind, label, mean, rows }) => ({
      label,
      aside: rowsInWords(rows.length),
      mark: mean,
      points: rows.map((row) => ({
        across: axis.place(attributions[row]!),
        rank: values[row]!,
        look: kind === 'missing' ? 'missing' : 'plain',
      })),
    })),
  });
}

function rowsInWords(rows: number): string {
  return `${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`;
}
