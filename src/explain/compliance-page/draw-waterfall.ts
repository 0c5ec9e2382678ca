// What: base value, attributions and score as bars one below the other, each beginning where the one before ended.
// Source: the waterfall plot of shap (Lundberg), drawn so that it reads in black and white and at any width: positions
//   are percentages of the drawing, letters and bars keep their size; names stand beside their bars, or above them.
// Complexity: linear in the steps.
// Invariant: the last bar ends at the score.

import { escapeHtml } from '../html/escape-html.ts';
import { type AmountFormat, showExactly } from './show-number.ts';

/** One bar. */
export interface WaterfallStep {
  readonly name: string;
  /** What stands below the name. */
  readonly detail: string;
  readonly amount: number;
}

/** A waterfall with all its words; none of them escaped yet. */
export interface Waterfall {
  readonly base: number;
  readonly score: number;
  /** What a score is in percent; `null` when it is nothing of the kind. */
  readonly asPercent: ((score: number) => string) | null;
  readonly scoreName: string;
  readonly steps: readonly WaterfallStep[];
  readonly units: string;
  readonly format: AmountFormat;
}

/** Where things stand in a drawing: widths as shares of its own, heights in pixels. */
interface Layout {
  readonly names: string;
  readonly left: string;
  readonly width: string;
  /** How far below the top of its row a bar has its own. */
  readonly top: number;
  readonly row: number;
}

const layouts: Readonly<Record<'wide' | 'narrow', Layout>> = {
  wide: { names: '40%', left: '42%', width: '44%', top: 0, row: 29 },
  narrow: { names: '75%', left: '5%', width: '90%', top: 24, row: 52 },
};

const axisHeight = 34;

/**
 * Draws it as one inline SVG, `wide` with names beside the bars or `narrow` with names above them. The page has a pattern
 * `hatch`, and classes for what is drawn.
 */
export function drawWaterfall(waterfall: Waterfall, kind: 'wide' | 'narrow'): string {
  const { asPercent, base, format, score, scoreName, steps } = waterfall;
  const layout = layouts[kind];
  const positions = [base];
  for (const { amount } of steps) positions.push(positions.at(-1)! + amount);
  const place = createScale([...positions, score]);
  const inPercent = asPercent ?? (() => '');
  const rows = [
    ['Base value', inPercent(base), format.plain(base), mark(place(base))],
    ...steps.map(({ amount, detail, name }, index) => {
      const [from, to] = [place(positions[index]!), place(positions[index + 1]!)];
      return [name, detail, format.signed(amount), bar(from, to, layout.row)];
    }),
    [scoreName, inPercent(score), format.plain(score), mark(place(score))],
  ].map(([name = '', detail = '', amount = '', drawing = ''], index) => {
    const plot = `<svg x="${layout.left}" y="${layout.top}" width="${layout.width}" height="${layout.row}" overflow="visible">${drawing}</svg>`;
    return `<g transform="translate(0 ${index * layout.row})">${nameOf(name, detail, layout)}${plot}<text x="100%" y="${layout.top === 0 ? 17 : 12}" text-anchor="end" class="amount">${amount}</text></g>`;
  });
  const height = rows.length * layout.row;
  return `<svg class="waterfall ${kind}" width="100%" height="${height + axisHeight + layout.top}" role="img" aria-labelledby="waterfall-${kind} described-${kind}">
<title id="waterfall-${kind}">Waterfall from the base value to the score</title>
<desc id="described-${kind}">${escapeHtml(describe(waterfall))}</desc>
${rows.join('\n')}
<g class="axis" transform="translate(0 ${height + layout.top})">${axis(place, waterfall, layout)}</g>
</svg>`;
}

function axis(place: Scale, { asPercent, units }: Waterfall, { left, top, width }: Layout): string {
  // below one another there is no room for names beside the ticks
  const [ofTicks, ofPercents] = top === 0 ? [units, 'as a probability'] : ['', ''];
  const names = `<text y="16">${escapeHtml(ofTicks)}</text><text y="29">${asPercent === null ? '' : ofPercents}</text>`;
  const ticks = ticksBetween(place.from, place.to).map((tick) => {
    const x = percent(place(tick));
    const below = asPercent === null ? '' : escapeHtml(asPercent(tick));
    return `<line x1="${x}" x2="${x}" y1="0" y2="5" class="rule"/><text x="${x}" y="16" text-anchor="middle">${showExactly(tick)}</text><text x="${x}" y="29" text-anchor="middle">${below}</text>`;
  });
  return `${names}<svg x="${left}" width="${width}" height="${axisHeight}" overflow="visible"><line x1="0" x2="100%" y1="0" y2="0" class="rule"/>${ticks.join('')}</svg>`;
}

/** Cut off where the bars begin; the table has the whole. */
function nameOf(name: string, detail: string, { names, row }: Layout): string {
  return `<svg width="${names}" height="${row}"><text y="12" class="name">${escapeHtml(shorten(name))}</text><text y="24" class="name detail">${escapeHtml(shorten(detail))}</text></svg>`;
}

/** An arrow: corners in the colour of the paper make its tip, so that its length stays true however short it is. */
function bar(from: number, to: number, rowHeight: number): string {
  const rises = to >= from;
  const [left, width] = [Math.min(from, to), Math.abs(to - from)];
  const tip = rises
    ? '<svg x="100%" overflow="visible"><path d="M-5 0H1V15H-5L0 7.5Z" class="paper"/></svg>'
    : '<path d="M5 0H-1V15H5L0 7.5Z" class="paper"/>';
  const end = percent(to);
  const start = percent(from);
  return `<line x1="${start}" x2="${start}" y1="7" y2="22" class="link"/><line x1="${end}" x2="${end}" y1="7" y2="${rowHeight + 7}" class="link"/><svg x="${percent(left)}" y="7" width="${percent(width)}" height="15"><rect width="100%" height="15" class="${rises ? 'raises' : 'lowers'}"/>${tip}</svg>`;
}

function mark(at: number): string {
  const x = percent(at);
  return `<line x1="${x}" x2="${x}" y1="2" y2="26" class="mark"/>`;
}

interface Scale {
  (value: number): number;
  readonly from: number;
  readonly to: number;
}

/** Where numbers lie, as shares of the width; there is always some width around them. */
function createScale(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) * 0.04 || Math.abs(most) * 0.5 || 1;
  const [from, to] = [least - room, most + room];
  return Object.assign((value: number) => (value - from) / (to - from), { from, to });
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

/** Three to seven round numbers. */
function ticksBetween(from: number, to: number): number[] {
  const rough = (to - from) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, index) =>
    Number(((first + index) * step).toPrecision(6)),
  );
}

function shorten(text: string): string {
  const letters = Array.from(text);
  return letters.length > 48 ? `${letters.slice(0, 47).join('')}…` : text;
}

function describe({ base, format, score, scoreName, steps, units }: Waterfall): string {
  const moves = steps.map(
    ({ amount, detail, name }) =>
      `${name} (${detail}) ${amount < 0 ? 'lowers' : 'raises'} it by ${format.plain(Math.abs(amount))}`,
  );
  return `In ${units}. The base value is ${format.plain(base)}. ${moves.map((move) => `${move}. `).join('')}${scoreName}: ${format.plain(score)}.`;
}
