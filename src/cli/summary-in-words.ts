import { visible } from '../data/index.ts';
import type { GlobalView, ModelFacts, OutputView } from '../explain/index.ts';

const head = ['feature', 'mean |SHAP|', 'share', 'mean', 'min', 'max'];

/** The numbers of a global view as a table for a terminal, four significant digits each. */
export function summaryInWords(view: GlobalView, facts: ModelFacts): string {
  const { format, libraryVersion, maxRows, name, sha256, version } = facts;
  const library = libraryVersion === null ? format : `${format} ${libraryVersion}`;
  const lines = [
    `model      ${name === null ? '' : `${name} `}${version}, ${library}, sha256 ${sha256}`,
    `rows       ${view.rows.toLocaleString('en')}${maxRows === null ? '' : ', the first of the input'}`,
    `explained  exactly, ${view.method}, in units of ${view.units}; largest residual ${digits(view.largestResidual)}`,
  ].map(visible);
  return `${[...lines, ...view.outputs.flatMap(outputInWords)].join('\n')}\n`;
}

function outputInWords({ baseValue, features, output }: OutputView): string[] {
  const title = `${output === null ? '' : `${output}, `}base value ${digits(baseValue)}`;
  const rows = features.map(({ feature, max, mean, meanAbsolute, min, share }) => [
    visible(feature),
    digits(meanAbsolute),
    `${(share * 100).toFixed(1)} %`,
    digits(mean),
    digits(min),
    digits(max),
  ]);
  const widths = head.map((text, column) =>
    [head, ...rows].reduce(
      (width, row) => Math.max(width, (row[column] ?? '').length),
      text.length,
    ),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ');
  return ['', visible(title), line(head), ...rows.map(line)];
}

function digits(number: number): string {
  return String(Number(number.toPrecision(4)));
}
