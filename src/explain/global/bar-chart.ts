import { escapeHtml } from '../html/escape-html.ts';
import { formatAlike } from '../html/format-number.ts';
import { svgImage } from '../html/svg-image.ts';
import { shorten } from './shorten.ts';

/** Bars from the left, with what they are called and how long they are written above each. */
export interface BarChart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** At least one of a size above 0; the longest takes the whole width. */
  readonly bars: readonly { readonly label: string; readonly size: number }[];
}

const rowHeight = 34;
const barHeight = 11;

/** Draws sizes to compare, in the order given. */
export function barChart({ bars, id, title }: BarChart): string {
  const longest = bars.reduce((most, { size }) => Math.max(most, size), 0);
  const format = formatAlike(longest);
  const rows = bars.map(({ label, size }, index) => {
    const top = index * rowHeight;
    const width = Number(((size / longest) * 100).toFixed(2));
    return `<text x="0" y="${top + 14}">${escapeHtml(shorten(label, 34))}</text>
<text x="100%" y="${top + 14}" class="end figure">${format(size)}</text>
<rect x="0" y="${top + 19}" width="100%" height="${barHeight}" class="rail"/>
<rect x="0" y="${top + 19}" width="${width}%" height="${barHeight}" class="bar"/>`;
  });
  const named = bars.map(({ label, size }) => `${label} ${format(size)}`);
  return svgImage({
    id,
    title,
    description: `Bars, longest first: ${named.join(', ')}.`,
    height: bars.length * rowHeight,
    body: rows.join('\n'),
  });
}
