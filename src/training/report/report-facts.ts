import { libraryVersion } from '../../core/index.ts';
import type { ReportContent } from './report-content.ts';

/** What a report states about the model and its data, term by term. */
export function reportFacts(content: ReportContent): [term: string, fact: string][] {
  const { algorithm, createdAt, data, leftOut, name, seed, source, target, trained } = content;
  const { fit, pipeline } = trained;
  const { labels, schema, task } = pipeline;
  const parameters = Object.entries(fit.parameters).map(
    ([parameter, value]) =>
      `${parameter} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [
    ['Model', name],
    ['Algorithm', `${algorithm.title} (${algorithm.name}), spillway ${libraryVersion}`],
    [
      'Target',
      `${target}, ${task}${labels.length > 0 ? `: ${labels.map(String).join(', ')}` : ''}`,
    ],
    ['Data', `${source.file}, ${data.table.rows.toLocaleString('en-US')} rows`],
    ['SHA-256 of the data', source.sha256],
    ['Features', schema.features.map((feature) => feature.name).join(', ')],
    ...leftOut.map((column): [string, string] => ['Left out', `${column.name}: ${column.reason}`]),
    ['Parameters', parameters.length === 0 ? 'the defaults' : parameters.join(', ')],
    ['Seed', String(seed)],
    ['Made at', createdAt],
  ];
}

/** Everything that a reader should be warned of, in sentences. */
export function reportWarnings({ trained, warnings }: ReportContent): string[] {
  return [...warnings, ...trained.warnings, ...(trained.evaluation?.warnings ?? [])];
}
