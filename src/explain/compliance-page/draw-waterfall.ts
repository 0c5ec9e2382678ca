// What: base value, attributions and score as bars one below the other, each beginning where the one before ended.
// Source: the waterfall plot of shap (Lundberg), drawn so that it reads in black and white and at any width: positions
//   are percentages of the drawing, letters and bars keep their size, and the style sheet stacks both on narrow screens.
// Complexity: linear in the steps.
// Invariant: the last bar ends at the score.

import type { AmountFormat } from './show-number.ts';
import { showPlainText } from './show-text.ts';

/** One bar. */
export interface WaterfallStep {
  readonly name: string;
  /** What stands below the name. */
  readonly detail: string;
  readonly amount: number;
}

/** One of the two ends. */
export interface WaterfallEnd {
  readonly value: number;
  /** What stands below its name; may be empty. */
  readonly detail: string;
}

/** A waterfall with all its words; none of them escaped yet. */
export interface Waterfall {
  readonly base: WaterfallEnd;
  readonly score: WaterfallEnd;
  readonly scoreName: string;
  readonly steps: readonly WaterfallStep[];
  readonly units: string;
  readonly format: AmountFormat;
}

const rowHeight = 29;
const axisHeight = 30;

/** Draws it as one inline SVG. */
export function drawWaterfall({ base, format, score, scoreName, steps, units }: Waterfall): string {
  const positions = [base.value];
  for (const { amount } of steps) positions.push(positions.at(-1)! + amount);
  const place = createScale([...positions, score.value]);
  const rows = [
    row(0, 'Base value', base.detail, format.plain(base.value), mark(place(base.value))),
    ...steps.map(({ amount, detail, name }, index) => {
      const [from, to] = [place(positions[index]!), place(positions[index + 1]!)];
      return row(index + 1, name, detail, format.signed(amount), bar(from, to));
    }),
    row(
      steps.length + 1,
      scoreName,
      score.detail,
      format.plain(score.value),
      mark(place(score.value)),
    ),
  ];
  const height = rows.length * rowHeight;
  const ticks = ticksBetween(place.from, place.to).map((tick) => {
    const x = percent(place(tick));
    return `<line x1="${x}" x2="${x}" y1="0" y2="5" class="rule"/><text x="${x}" y="17" text-anchor="middle">${showPlainText(format.plain(tick))}</text>`;
  });
  return `<svg class="waterfall rows-${rows.length}" width="100%" height="${height + axisHeight}" role="img" aria-labelledby="waterfall-title waterfall-description">
<title id="waterfall-title">Waterfall from the base value to the score</title>
<desc id="waterfall-description">${showPlainText(describe({ base, format, score, scoreName, steps, units }))}</desc>
<defs><pattern id="hatch" patternUnits="userSpaceOnUse" width="5" height="5" patternTransform="rotate(45)"><rect width="5" height="5" class="paper"/><rect width="2" height="5" class="ink"/></pattern></defs>
${rows.join('\n')}
<g class="row axis" transform="translate(0 ${height})"><svg class="plot" x="42%" width="44%" height="${axisHeight}" overflow="visible"><line x1="0" x2="100%" y1="0" y2="0" class="rule"/>${ticks.join('')}</svg></g>
</svg>`;
}

function row(index: number, name: string, detail: string, amount: string, drawing: string): string {
  return `<g class="row" transform="translate(0 ${index * rowHeight})"><svg class="names" width="40%" height="${rowHeight}"><text y="12" class="name">${showPlainText(shorten(name))}<title>${showPlainText(name)}</title></text><text y="24" class="detail">${showPlainText(shorten(detail))}</text></svg><svg class="plot" x="42%" width="44%" height="${rowHeight}" overflow="visible">${drawing}</svg><text x="100%" y="17" text-anchor="end" class="amount">${amount}</text></g>`;
}

/** An arrow: corners in the colour of the paper make its tip, so that its length stays true however short it is. */
function bar(from: number, to: number): string {
  const rises = to >= from;
  const [left, width] = [Math.min(from, to), Math.abs(to - from)];
  const tip = rises
    ? '<svg x="100%" overflow="visible"><path d="M-6 0H1V15H-6L0 7.5Z" class="paper"/></svg>'
    : '<path d="M6 0H-1V15H6L0 7.5Z" class="paper"/>';
  const end = percent(to);
  const start = percent(from);
  return `<line x1="${start}" x2="${start}" y1="-7" y2="22" class="link"/><line x1="${end}" x2="${end}" y1="7" y2="100%" class="link"/><svg x="${percent(left)}" y="7" width="${percent(width)}" height="15"><rect width="100%" height="15" class="${rises ? 'raises' : 'lowers'}"/>${tip}</svg>`;
}

function mark(at: number): string {
  const x = percent(at);
  return `<line x1="${x}" x2="${x}" y1="2" y2="26" class="mark"/>`;
}

/** Where numbers lie, as shares of the width; there is always some width around them. */
function createScale(values: readonly number[]): {
  (value: number): number;
  from: number;
  to: number;
} {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) * 0.04 || Math.abs(most) * 0.5 || 1;
  const [from, to] = [least - room, most + room];
  return Object.assign((value: number) => (value - from) / (to - from), { from, to });
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

/** Three to six round numbers. */
function ticksBetween(from: number, to: number): number[] {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** The drawing has one line for it; the table has the whole. */
function shorten(text: string): string {
  const letters = Array.from(text);
  return letters.length > 48 ? `${letters.slice(0, 47).join('')}…` : text;
}

function describe({ base, format, score, scoreName, steps, units }: Waterfall): string {
  const moves = steps.map(
    ({ amount, detail, name }) =>
      `${name} (${detail}) ${amount < 0 ? 'lowers' : 'raises'} it by ${format.plain(Math.abs(amount))}`,
  );
  return `In ${units}. The base value is ${format.plain(base.value)}. ${moves.map((move) => `${move}. `).join('')}${scoreName}: ${format.plain(score.value)}.`;
}
