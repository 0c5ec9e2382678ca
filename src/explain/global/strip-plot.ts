import { escapeHtml } from '../html/escape-html.ts';
import { svgImage } from '../html/svg-image.ts';
import type { Axis } from './create-axis.ts';
import { drawDots } from './draw-dots.ts';
import { across, band } from './plot-area.ts';
import { shorten } from './shorten.ts';
import { type LanePoint, stackDots } from './stack-dots.ts';

/** A lane of dots. */
export interface Lane {
  readonly label: string;
  /** What is written at the other end, such as a number of rows. */
  readonly aside: string;
  readonly points: readonly LanePoint[];
  /** A number of the axis that is marked by a line across the lane. */
  readonly mark?: number | undefined;
}

/** Lanes of dots along one axis. */
export interface StripPlot {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly axis: Axis;
  /** What the axis measures. */
  readonly unit: string;
  readonly lanes: readonly Lane[];
  /** In pixels. @default 20 */
  readonly laneHeight?: number | undefined;
}

const labelHeight = 16;
const axisHeight = 42;

/** Draws each row as a dot in the lane that it belongs to, with 0 as a line through all lanes. */
export function stripPlot(plot: StripPlot): string {
  const { axis, description, id, laneHeight = 20, lanes, title, unit } = plot;
  const pitch = labelHeight + laneHeight + 2;
  const bottom = lanes.length * pitch + 2;
  const grid = axis.ticks.map(({ text, value }) => {
    const x = across(axis.place(value));
    const line = `<line x1="${x}" x2="${x}" y1="0" y2="${bottom}" class="${value === 0 ? 'zero' : 'grid'}"/>`;
    return `${line}<text x="${x}" y="${bottom + 16}" class="middle tick">${text}</text>`;
  });
  const drawn = lanes.map(({ aside, label, mark, points }, index) => {
    const top = index * pitch;
    const dots = drawDots(`${id}-${index}`, stackDots(points, laneHeight));
    const x = mark === undefined ? null : across(axis.place(mark));
    const line =
      x === null
        ? ''
        : `<line x1="${x}" x2="${x}" y1="${top + labelHeight - 1}" y2="${top + pitch - 1}" class="mark"/>`;
    return `<text x="0" y="${top + 13}" class="halo">${escapeHtml(shorten(label, 32))}</text>
<text x="100%" y="${top + 13}" class="end tick halo">${escapeHtml(aside)}</text>
${band(top + labelHeight, laneHeight, dots)}${line}`;
  });
  return svgImage({
    id,
    title,
    description,
    height: bottom + axisHeight,
    body: `${grid.join('\n')}
${drawn.join('\n')}
<text x="50%" y="${bottom + 36}" class="middle tick">${escapeHtml(unit)}</text>`,
  });
}
