import { type InferredSchema, type TableSummary, visible } from '../../data/index.ts';
import type { Feature } from '../../model/index.ts';
import type { ChosenTarget } from '../../training/index.ts';

/** What a file of rows was found to be, for a terminal: rows, target, a line for each feature, what was left out. */
export function schemaInWords(
  summary: TableSummary,
  { features, leftOut, warnings }: InferredSchema,
  target: ChosenTarget,
  name: string,
): string {
  const { counts, labels, notes, task } = target;
  const shares = labels.map(
    (label, code) => `${JSON.stringify(label)} ${share(counts[code] ?? 0, summary.rows)}`,
  );
  const width = features.reduce((most, feature) => Math.max(most, visible(feature.name).length), 8);
  const lines = [
    `rows       ${summary.rows.toLocaleString('en')}, sha256 ${summary.sha256}`,
    `target     ${name}, ${task}${shares.length > 0 ? `: ${shares.slice(0, 8).join(', ')}` : ''}`,
    ...notes.map((note) => `note       ${note}`),
    `features   ${features.length}`,
    ...features.map(
      (feature) => `  ${visible(feature.name).padEnd(width)}  ${inWords(summary, feature)}`,
    ),
    ...leftOut.map(({ name: column, reason }) => `left out   ${column}: ${reason}`),
    ...warnings.map((warning) => `warning    ${warning}`),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

function inWords({ columns, rows }: TableSummary, { categories, name, type }: Feature): string {
  const column = columns.find((candidate) => candidate.name === name);
  const { fractions = 0, max = null, min = null, missing = 0 } = column ?? {};
  const gaps = missing === 0 ? '' : `, ${share(missing, rows)} missing`;
  if (type !== 'category') {
    const whole = type === 'number' && fractions === 0 ? ', all whole' : '';
    return `${type}, ${min} to ${max}${whole}${gaps}`;
  }
  const shown = (categories ?? []).slice(0, 4).map((category) => JSON.stringify(category));
  const more = (categories?.length ?? 0) > shown.length ? ', ...' : '';
  return `category of ${categories?.length}: ${shown.join(', ')}${more}${gaps}`;
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
