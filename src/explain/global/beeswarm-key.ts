import { svgImage } from '../html/svg-image.ts';
import { type Dot, drawDots } from './draw-dots.ts';

/** Draws what the dots of a beeswarm mean. */
export function beeswarmKey(id: string): string {
  const dot = (look: Dot['look'], x: number, y: number): string =>
    `<svg class="band" x="${x}" y="${y}" width="10" height="12" viewBox="0 0 1000 12" preserveAspectRatio="none">${drawDots(`${id}-${look}`, [{ across: 0.5, down: 6, look }])}</svg>`;
  const shades = (['s0', 's1', 's2', 's3', 's4'] as const).map((look, index) =>
    dot(look, 72 + index * 10, 3),
  );
  return svgImage({
    id,
    title: 'Key',
    description:
      'Light dots are low values of the feature, dark dots are high ones; squares are categories, which have no order; short upright lines are rows without a value.',
    height: 44,
    body: `<text x="0" y="14" class="tick">low value</text>
${shades.join('')}
<text x="130" y="14" class="tick">high value</text>
${dot('category', 0, 25)}
<text x="16" y="36" class="tick">a category</text>
${dot('missing', 108, 25)}
<text x="122" y="36" class="tick">not given</text>`,
  });
}
