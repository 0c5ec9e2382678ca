import { escapeHtml } from '../html/escape-html.ts';
import { svgImage } from '../html/svg-image.ts';
import { type Axis, createAxis } from './create-axis.ts';
import { type Dot, drawDots } from './draw-dots.ts';
import { band, bandUnits, across as percent } from './plot-area.ts';
import type { SampledFeature } from './sampled-feature.ts';
import { shorten } from './shorten.ts';

/** A cloud of rows: the value of a feature from left to right, its SHAP value upwards. */
export interface ScatterPlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Of SHAP values. */
  readonly axis: Axis;
  readonly unit: string;
  readonly sampled: SampledFeature;
}

const top = 22;
const plotHeight = 190;
const bottom = top + plotHeight;
// the labels of the vertical axis stand before the cloud
const start = 0.14;

/** Draws the cloud with a line through the means of its ranges; rows without a finite value stand in lanes at the right. */
export function scatterPlot(plot: ScatterPlot): string {
  const { axis, description, id, sampled, title, unit } = plot;
  const { attributions, feature, groups, values } = sampled;
  const range = rangeShown(values);
  const horizontal = createAxis(range.min, range.max, 4);
  const within = (value: number): number => Math.min(range.max, Math.max(range.min, value));
  const apart = oddPlaces(values);
  const end = 1 - apart.length * 0.15;
  const across = (value: number): number => {
    if (Number.isFinite(value)) return start + (end - start) * horizontal.place(within(value));
    return end + (apart.indexOf(spell(value)) + 0.6) * 0.15;
  };
  const down = (part: number): number => plotHeight * (1 - axis.place(part));
  const dots = Array.from(values, (value, row): Dot => {
    const isMissing = Number.isNaN(value);
    // those in a lane are spread over it in the order of the rows
    const aside = Number.isFinite(value) ? 0 : ((row % 9) - 4) * 0.008;
    return {
      across: across(value) + aside,
      down: down(attributions[row]!),
      look: isMissing ? 'missing' : 'plain',
    };
  });
  const line = groups
    .filter(({ kind }) => kind === 'range')
    .map(({ mean, rows }) => {
      const middle = rows
        .map((row) => values[row]!)
        .toSorted((a, b) => a - b)
        .at(rows.length >> 1)!;
      return { x: across(middle), y: down(mean) };
    })
    .map(({ x, y }) => `${Math.round(x * bandUnits)} ${y.toFixed(1)}`);
  const trend = `<path class="trend-edge" d="M${line.join('L')}"/><path class="trend" d="M${line.join('L')}"/>`;
  const rows = axis.ticks.map(({ text, value }) => {
    const y = (top + down(value)).toFixed(1);
    const kind = value === 0 ? 'zero' : 'grid';
    return `<line x1="0" x2="100%" y1="${y}" y2="${y}" class="${kind}"/><text x="0" y="${Number(y) - 4}" class="tick halo">${text}</text>`;
  });
  // long numbers would run into each other
  const isLong = horizontal.ticks.some(({ text }) => text.length > 7);
  const ticks = isLong ? [horizontal.ticks[0]!, horizontal.ticks.at(-1)!] : horizontal.ticks;
  const marks = ticks.map(({ text, value }) => {
    const x = percent(across(value));
    return `<line x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 5}" class="zero"/><text x="${x}" y="${bottom + 18}" class="middle tick">${text}</text>`;
  });
  const lanes = apart.map((label, index) => {
    const x = percent(end + (index + 0.6) * 0.15);
    const edge = percent(end + (index + 0.12) * 0.15);
    return `<line x1="${edge}" x2="${edge}" y1="${top}" y2="${bottom}" class="apart"/><text x="${x}" y="${bottom + 18}" class="middle tick">${label}</text>`;
  });
  const beyond = range.beyond === 0 ? '' : `; ${range.beyond} dots beyond it at the edge`;
  const measured = `${shorten(feature.unit ?? sampled.label, 20)}${beyond}`;
  return svgImage({
    id,
    title,
    description,
    height: bottom + 42,
    body: `<text x="0" y="10" class="tick">${escapeHtml(unit)}</text>
${rows.join('\n')}
${marks.join('\n')}
${lanes.join('\n')}
${band(top, plotHeight, `${drawDots(id, dots)}${trend}`)}
<text x="${percent((start + end) / 2)}" y="${bottom + 36}" class="middle tick">${escapeHtml(measured)}</text>`,
  });
}

/** From the smallest to the largest finite value; without the outermost hundredths where these would press all others together. */
function rangeShown(values: Float64Array): {
  readonly min: number;
  readonly max: number;
  /** How many finite values lie outside. */
  readonly beyond: number;
} {
  const sorted = values.filter(Number.isFinite).toSorted();
  const last = sorted.length - 1;
  const cut = Math.ceil(sorted.length / 100);
  const inner = [sorted[cut]!, sorted[Math.max(cut, last - cut)]!] as const;
  const outer = [sorted[0]!, sorted[last]!] as const;
  const [min, max] = span(inner) > 0 && span(outer) > 4 * span(inner) ? inner : outer;
  return { min, max, beyond: sorted.filter((value) => value < min || value > max).length };
}

/** Half of it, since the whole may be no finite number. */
function span([min, max]: readonly [number, number]): number {
  return max / 2 - min / 2;
}

/** The names of those values that have no place on a scale, as far as there are any. */
function oddPlaces(values: Float64Array): string[] {
  const odd = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN];
  return odd
    .filter((value) => values.some((other) => Object.is(other, value)))
    .map((value) => spell(value));
}

function spell(value: number): string {
  if (Number.isNaN(value)) return 'not given';
  return value < 0 ? '−∞' : '∞';
}
