import { bandUnits } from './plot-area.ts';

/** How a dot looks: `s0` to `s4` fill up from white to dark, `plain` is any row, `category` has no order, `missing` no value. */
export type DotLook = 's0' | 's1' | 's2' | 's3' | 's4' | 'plain' | 'category' | 'missing';

/** One row in a drawing. */
export interface Dot {
  /** 0..1 from side to side of the band. */
  readonly across: number;
  /** Pixels from the top of the band. */
  readonly down: number;
  readonly look: DotLook;
}

/**
 * Draws dots as one path per look, some ten bytes a dot: each is a line of next to no length with thick ends. Dots that fall on
 * each other are drawn once. `id` is unique on the page.
 */
export function drawDots(id: string, dots: readonly Dot[]): string {
  const paths = new Map<DotLook, Set<string>>();
  for (const { across, down, look } of dots) {
    const places = paths.get(look) ?? new Set();
    paths.set(look, places);
    // printers draw round ends of no length, and square ones of some length only
    const mark = look === 'missing' ? 'v7' : look === 'category' ? 'h.1' : 'h0';
    const y = look === 'missing' ? down - 3.5 : down;
    places.add(`M${Math.round(across * bandUnits)} ${Number(y.toFixed(1))}${mark}`);
  }
  return [...paths]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([look, places]) => {
      const path = `<path id="${id}-${look}" class="dots ${look}" d="${[...places].join('')}"/>`;
      // the edge is the same path, wider and behind
      const filled = look === 'plain' || look === 'missing' ? '' : outlined(id, look);
      return filled === '' ? path : `<defs>${path}</defs>${filled}`;
    })
    .join('');
}

function outlined(id: string, look: DotLook): string {
  const use = (name: string): string => `<use href="#${id}-${look}" class="${name}"/>`;
  return `${use('edge')}${use(`fill-${look}`)}`;
}
