import { escapeHtml } from '../html/escape-html.ts';
import { htmlTable } from '../html/html-table.ts';
import { measureRange } from './attribution-range.ts';
import { dependencePlot } from './dependence-plot.ts';
import type { SampledFeature } from './sampled-feature.ts';

/** Writes a figure and a table per feature, all figures with one scale. `id` begins their names on the page. */
export function dependencePanels(
  id: string,
  panels: readonly SampledFeature[],
  unit: string,
): string {
  const { axis, format } = measureRange(panels);
  const scale = axis(5);
  return panels
    .map((sampled, index) => {
      const { feature, groups, label } = sampled;
      const heading = feature.unit === undefined ? label : `${label}, ${feature.unit}`;
      const plot = dependencePlot({
        id: `${id}-value-${index + 1}`,
        title: `SHAP values of ${label} by its value`,
        axis: scale,
        unit,
        sampled,
      });
      const table = htmlTable({
        caption: `${label}: SHAP values by value`,
        head: ['Value', 'Rows', 'Mean', 'Smallest', 'Largest'],
        rows: groups.map(({ label: value, max, mean, min, rows }) => [
          value,
          rows.length.toLocaleString('en-US'),
          format(mean),
          format(min),
          format(max),
        ]),
      });
      return `<div>
<h4>${escapeHtml(heading)}</h4>
<figure>
${plot}
</figure>
${table}
</div>`;
    })
    .join('\n');
}
