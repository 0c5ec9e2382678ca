import { scaleInWords } from '../find-reasons.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { formatNumber, formatShare } from '../html/format-number.ts';
import { htmlTable } from '../html/html-table.ts';
import { measureRange } from './attribution-range.ts';
import { barChart } from './bar-chart.ts';
import { beeswarm } from './beeswarm.ts';
import { beeswarmKey } from './beeswarm-key.ts';
import { dependencePanels } from './dependence-panels.ts';
import type { GlobalView } from './global-view.ts';
import { type SampledFeature, takeFeature } from './sampled-feature.ts';
import type { FeatureSummary } from './summarise-attributions.ts';
import { summaryTable } from './summary-table.ts';
import type { ModelFacts } from './summary-to-wire.ts';

const mostFeatures = 20;
const mostPanels = 6;

/** Writes the figures and tables of output `k`: how much each feature moves it, in which direction, and value by value. */
export function outputSection(view: GlobalView, { schema }: ModelFacts, k: number): string {
  const output = view.outputs[k]!;
  const scale = scaleInWords(view.units, output.output);
  const id = `output-${k + 1}`;
  const heading = `<h2 id="${id}">${escapeHtml(capital(scale))}</h2>`;
  const moving = output.features.filter(({ meanAbsolute }) => meanAbsolute > 0);
  const top = moving.slice(0, mostFeatures);
  if (top.length === 0) {
    return `<section aria-labelledby="${id}">
${heading}
<p>No feature moves this score: it is ${formatNumber(output.baseValue, 4)} for every row.</p>
</section>`;
  }
  const unit = `SHAP value, ${scale}`;
  const sampled = top.map(({ index }) => takeFeature(view.sample, schema.features, index, k));
  const labels = new Map(sampled.map(({ feature, label }) => [feature.name, label]));
  const panels = sampled.slice(0, mostPanels);
  return `<section aria-labelledby="${id}">
${heading}
<h3>How much each feature moves it</h3>
<figure>
<figcaption>Mean |SHAP| over all rows: by how much a feature moves the ${escapeHtml(scale)} on average, up or down.${remaining(output.features, top.length)}</figcaption>
${barChart({
  id: `${id}-bars`,
  title: `Mean |SHAP| of each feature, ${scale}`,
  bars: top.map(({ feature, meanAbsolute }) => ({
    label: labels.get(feature)!,
    size: meanAbsolute,
  })),
})}
</figure>
${summaryTable(output.features, top, labels, scale)}
<h3>Which values raise it, which lower it</h3>
<figure>
<figcaption>Each dot is one row. Right of 0 the feature raised the ${escapeHtml(scale)} of that row, left of 0 it lowered it. Rows that would cover each other are stacked, low values of the feature below, high ones above.</figcaption>
${beeswarmKey(`${id}-key`)}
${beeswarm({
  id: `${id}-swarm`,
  title: `SHAP values of each row by feature, ${scale}`,
  axis: measureRange(sampled).axis(6),
  unit,
  features: sampled,
})}
</figure>
${directionTable(sampled, scale)}
<h3>${panels.length === 1 ? 'The feature' : `The ${panels.length} features`} that matter most, value by value</h3>
<p class="note">All panels have the same scale of SHAP values. The dark line is the mean of the rows around a value.</p>
<div class="panels">
${dependencePanels(id, panels, unit)}
</div>
</section>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function remaining(all: readonly FeatureSummary[], shown: number): string {
  const left = all.slice(shown);
  if (left.length === 0) return '';
  const share = left.reduce((sum, summary) => sum + summary.share, 0);
  const features =
    left.length === 1 ? '1 feature' : `${left.length.toLocaleString('en-US')} features`;
  return share === 0
    ? ` ${features} more ${left.length === 1 ? 'does' : 'do'} not move it.`
    : ` ${features} more together have ${formatShare(share)} of the whole.`;
}

function directionTable(sampled: readonly SampledFeature[], scale: string): string {
  const { format } = measureRange(sampled);
  return htmlTable({
    caption: `Values with the lowest and the highest mean SHAP value, ${scale}, of the rows shown as dots`,
    head: ['Feature', 'Lowest at', 'Mean', 'Highest at', 'Mean'],
    numbers: [2, 4],
    rows: sampled.map(({ groups, label }) => {
      const sorted = groups.toSorted((a, b) => a.mean - b.mean);
      const low = sorted[0]!;
      const high = sorted.at(-1)!;
      return [label, low.label, format(low.mean), high.label, format(high.mean)];
    }),
  });
}
