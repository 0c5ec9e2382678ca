import {
  barChart,
  escapeHtml,
  formatNumber,
  formatShare,
  htmlPage,
  htmlTable,
  pageStyle,
  reportStyle,
} from '../../explain/index.ts';
import { chartStyle } from './draw-chart.ts';
import type { ReportContent } from './report-content.ts';
import { reportFacts, reportWarnings } from './report-facts.ts';
import { reportFigures } from './report-figures.ts';
import { confusionTable, liftTable, metricsTable } from './report-tables.ts';

const mostBars = 20;

/** The report as one self-contained page: figures with words for those who do not see them, tables, facts. */
export function reportPage(content: ReportContent): string {
  const { algorithm, name, trained } = content;
  const title = `How well ${name} predicts`;
  return htmlPage({
    title,
    style: `${pageStyle}${reportStyle}${chartStyle}`,
    body: `<main>
<h1>${escapeHtml(title)}</h1>
<p class="lead">${escapeHtml(algorithm.title)}. ${escapeHtml(trained.how)}</p>
${warningSection(reportWarnings(content))}
${measuredSections(content)}
${importanceSection(content)}
<section aria-labelledby="facts">
<h2 id="facts">The model and its data</h2>
<dl>
${reportFacts(content)
  .map(([term, fact]) => `<dt>${escapeHtml(term)}</dt><dd><bdi>${escapeHtml(fact)}</bdi></dd>`)
  .join('\n')}
</dl>
</section>
</main>`,
  });
}

function warningSection(warnings: readonly string[]): string {
  if (warnings.length === 0) return '';
  const items = warnings.map((warning) => `<li><bdi>${escapeHtml(warning)}</bdi></li>`);
  return `<section aria-labelledby="warnings">
<h2 id="warnings">To be warned of</h2>
<ul>
${items.join('\n')}
</ul>
</section>`;
}

function measuredSections({ trained: { evaluation, pipeline } }: ReportContent): string {
  if (evaluation === null) return '';
  const { labels } = pipeline;
  const tables = [confusionTable(evaluation, labels), liftTable(evaluation)].flatMap((made) =>
    made === null ? [] : [htmlTable(made)],
  );
  const figures = reportFigures(evaluation, labels).map(
    ({ caption, drawing, heading }) => `<h3>${escapeHtml(heading)}</h3>
<figure>
<figcaption>${escapeHtml(caption)}</figcaption>
${drawing}
</figure>`,
  );
  return `<section aria-labelledby="metrics">
<h2 id="metrics">Metrics</h2>
${htmlTable({ ...metricsTable(evaluation), numbers: [1, 2, 3] })}
${tables.join('\n')}
</section>
<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${figures.join('\n')}
</section>`;
}

function importanceSection({ importance, trained }: ReportContent): string {
  const heading = '<h2 id="importance">What moves its answers</h2>';
  const moving = (importance ?? []).filter(({ meanAbsolute }) => meanAbsolute > 0);
  if (moving.length === 0) {
    const why =
      importance === null
        ? 'The model cannot be explained exactly, so no importances are given.'
        : 'No feature moves the score: it is the same for every row.';
    return `<section aria-labelledby="importance">\n${heading}\n<p>${why}</p>\n</section>`;
  }
  const { features } = trained.pipeline.schema;
  const labelOf = (name: string): string =>
    features.find((feature) => feature.name === name)?.label ?? name;
  return `<section aria-labelledby="importance">
${heading}
<figure>
<figcaption>Mean |SHAP|: by how much a feature moves the score on average, up or down${moving.length > mostBars ? `; the ${mostBars} that move it most` : ''}.</figcaption>
${barChart({
  id: 'importance-bars',
  title: 'Mean |SHAP| of each feature',
  bars: moving
    .slice(0, mostBars)
    .map(({ feature, meanAbsolute }) => ({ label: labelOf(feature), size: meanAbsolute })),
})}
</figure>
${htmlTable({
  caption: 'How much each feature moves the score',
  head: ['Feature', 'Mean |SHAP|', 'Share'],
  rows: (importance ?? []).map(({ feature, meanAbsolute, share }) => [
    labelOf(feature),
    formatNumber(meanAbsolute, 4),
    formatShare(share),
  ]),
})}
</section>`;
}
