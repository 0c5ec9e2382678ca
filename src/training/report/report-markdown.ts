import { formatNumber, formatShare } from '../../explain/index.ts';
import type { ReportContent } from './report-content.ts';
import { reportFacts, reportWarnings } from './report-facts.ts';
import { confusionTable, liftTable, metricsTable, type ReportTable } from './report-tables.ts';

/** The report as Markdown: what was measured, what matters, what was trained on. */
export function reportMarkdown(content: ReportContent): string {
  const { importance, name, trained } = content;
  const { evaluation, how, pipeline } = trained;
  const tables =
    evaluation === null
      ? []
      : [
          metricsTable(evaluation),
          confusionTable(evaluation, pipeline.labels),
          liftTable(evaluation),
        ].filter((made) => made !== null);
  const warnings = reportWarnings(content);
  const parts = [
    `# ${escape(name)}`,
    escape(how),
    ...tables.map(table),
    importance === null
      ? 'The model cannot be explained exactly, so no importances are given.'
      : table({
          caption: 'How much each feature moves the score: mean |SHAP|',
          head: ['Feature', 'Mean |SHAP|', 'Share'],
          rows: importance.map(({ feature, meanAbsolute, share }) => [
            feature,
            formatNumber(meanAbsolute, 4),
            formatShare(share),
          ]),
        }),
    ...(warnings.length > 0
      ? ['## Warnings', warnings.map((text) => `- ${escape(text)}`).join('\n')]
      : []),
    '## The model and its data',
    reportFacts(content)
      .map(([term, fact]) => `- **${term}**: ${escape(fact)}`)
      .join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table({ caption, head, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escape).join(' | ')} |`;
  const rule = `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`;
  return [`## ${escape(caption)}`, '', line(head), rule, ...rows.map(line)].join('\n');
}

/** Text of users that stays text: no markup, no new line, no end of a cell. */
function escape(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_|[\]#]/g, (character) => `\\${character}`);
}
