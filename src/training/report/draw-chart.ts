import { type Axis, across, band, bandUnits, escapeHtml, svgImage } from '../../explain/index.ts';

type Point = readonly [x: number, y: number];

/** Lines, dots and columns over two scales. */
export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, in a sentence or two. */
  readonly description: string;
  readonly x: { readonly label: string; readonly axis: Axis };
  readonly y: { readonly label: string; readonly axis: Axis };
  /** `plain` is what is shown, `reference` what it is compared with. */
  readonly lines?: readonly {
    readonly points: readonly Point[];
    readonly look: 'plain' | 'reference';
  }[];
  readonly dots?: readonly Point[];
  /** Upright ranges, such as intervals. */
  readonly ranges?: readonly { readonly x: number; readonly low: number; readonly high: number }[];
  /** Areas from 0 up. */
  readonly columns?: readonly { readonly from: number; readonly to: number; readonly up: number }[];
}

const top = 36;
const plotHeight = 240;
const bottom = top + plotHeight;
// the labels of the vertical axis stand before the plot
const start = 0.09;

/** Draws a chart as wide as the page. */
export function drawChart(chart: Chart): string {
  const { columns = [], description, dots = [], id, lines = [], ranges = [], title, x, y } = chart;
  const part = (value: number): number => start + (1 - start) * x.axis.place(value);
  const unit = (value: number): string => (bandUnits * part(value)).toFixed(1);
  const down = (value: number): string => (plotHeight * (1 - y.axis.place(value))).toFixed(1);
  const path = (points: readonly Point[]): string =>
    points.map(([px, py], index) => `${index === 0 ? 'M' : 'L'}${unit(px)} ${down(py)}`).join('');
  const grid = y.axis.ticks.map(({ text, value }) => {
    const at = (top + plotHeight * (1 - y.axis.place(value))).toFixed(1);
    const look = value === 0 ? 'zero' : 'grid';
    return `<line x1="0" x2="100%" y1="${at}" y2="${at}" class="${look}"/><text x="0" y="${(Number(at) - 4).toFixed(1)}" class="tick halo">${text}</text>`;
  });
  const marks = x.axis.ticks.map(({ text, value }) => {
    const at = across(part(value));
    return `<line x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}" class="zero"/><text x="${at}" y="${bottom + 18}" class="middle tick">${text}</text>`;
  });
  const shapes = [
    ...columns.map(
      ({ from, to, up }) =>
        `<path class="column" d="M${unit(from)} ${down(0)}V${down(up)}H${unit(to)}V${down(0)}Z"/>`,
    ),
    ...lines.map(({ look, points }) =>
      look === 'plain'
        ? `<path class="trend-edge" d="${path(points)}"/><path class="trend" d="${path(points)}"/>`
        : `<path class="reference" d="${path(points)}"/>`,
    ),
    ...ranges.map(
      ({ high, low, x: at }) => `<path class="range" d="M${unit(at)} ${down(low)}V${down(high)}"/>`,
    ),
    dots.length === 0
      ? ''
      : `<path class="dots dot" d="${dots.map(([px, py]) => `M${unit(px)} ${down(py)}h0`).join('')}"/>`,
  ];
  return svgImage({
    id,
    title,
    description,
    height: bottom + 42,
    body: `<text x="0" y="10" class="tick">${escapeHtml(y.label)}</text>
${grid.join('\n')}
${marks.join('\n')}
${band(top, plotHeight, shapes.join(''))}
<text x="50%" y="${bottom + 36}" class="middle tick">${escapeHtml(x.label)}</text>`,
  });
}

/** The looks of charts, beside those of reports on what moves a model. */
export const chartStyle = `.column { fill: #86a3c4; }
.reference { fill: none; stroke: #56657a; stroke-width: 1.5px; stroke-dasharray: 4 4; vector-effect: non-scaling-stroke; }
.range { fill: none; stroke: #56657a; stroke-width: 2px; vector-effect: non-scaling-stroke; }
.dot { stroke: #1c3450; stroke-width: 7px; }
`;
