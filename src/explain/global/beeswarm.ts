import { formatNumber } from '../html/format-number.ts';
import { type Axis, createAxis } from './create-axis.ts';
import type { DotLook } from './draw-dots.ts';
import type { SampledFeature } from './sampled-feature.ts';
import type { LanePoint } from './stack-dots.ts';
import { stripPlot } from './strip-plot.ts';

/** A beeswarm of several features on one axis of SHAP values. */
export interface Beeswarm {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly axis: Axis;
  readonly unit: string;
  readonly features: readonly SampledFeature[];
}

const looks: readonly DotLook[] = ['s0', 's1', 's2', 's3', 's4'];

/** Draws a lane per feature and a dot per row: its place is the SHAP value, its shade where the row's value lies between low and high. */
export function beeswarm({ axis, features, id, title, unit }: Beeswarm): string {
  const lanes = features.map((sampled) => ({
    label: sampled.label,
    aside: '',
    points: placePoints(sampled, axis),
  }));
  const widths = features.map(({ attributions, label }) => {
    const low = formatNumber(attributions.reduce((least, part) => Math.min(least, part)));
    const high = formatNumber(attributions.reduce((most, part) => Math.max(most, part)));
    return `${label} from ${low} to ${high}`;
  });
  return stripPlot({
    id,
    title,
    description: `One lane of dots per feature, one dot per row. ${widths.join('; ')}.`,
    axis,
    unit,
    lanes,
  });
}

function placePoints({ attributions, feature, values }: SampledFeature, axis: Axis): LanePoint[] {
  const isCategory = feature.type === 'category';
  const height = isCategory ? () => 0 : heightBetween(values);
  return Array.from(values, (value, row) => {
    const isMissing = Number.isNaN(value);
    const level = isMissing ? -1 : height(value);
    const look = isCategory
      ? 'category'
      : looks[Math.min(looks.length - 1, Math.floor(level * looks.length))]!;
    return {
      across: axis.place(attributions[row]!),
      rank: level,
      look: isMissing ? 'missing' : look,
    };
  });
}

/** Where a value lies between low and high, 0..1: between the values that a twentieth of the rows is below and above, so that one odd row does not take the shades of all others. */
function heightBetween(values: Float64Array): (value: number) => number {
  const sorted = values.filter(Number.isFinite).toSorted();
  const last = sorted.length - 1;
  let low = sorted[Math.round(last * 0.05)] ?? 0;
  let high = sorted[Math.round(last * 0.95)] ?? 0;
  if (low === high) [low, high] = [sorted[0] ?? 0, sorted[last] ?? 0];
  const { place } = createAxis(low, high, 2);
  return (value) => Math.min(1, Math.max(0, place(value)));
}
