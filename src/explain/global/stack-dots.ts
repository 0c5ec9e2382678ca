import type { Dot, DotLook } from './draw-dots.ts';

/** A row to be placed in a lane. */
export interface LanePoint {
  /** 0..1 from side to side. */
  readonly across: number;
  /** Where it belongs from bottom to top among its neighbours. */
  readonly rank: number;
  readonly look: DotLook;
}

const columns = 150;
const dotPixels = 4.2;

/**
 * Places dots in a lane so that few cover each other: those that would are stacked around the middle of the lane, the
 * lowest rank at the bottom, equal ones in their order. Nothing is left to chance: the same rows, the same drawing.
 */
export function stackDots(points: readonly LanePoint[], height: number): Dot[] {
  const stacks = new Map<number, LanePoint[]>();
  for (const point of points) {
    const column = Math.round(point.across * columns);
    const stack = stacks.get(column) ?? [];
    stacks.set(column, stack);
    stack.push(point);
  }
  const room = height - dotPixels;
  const highest = [...stacks.values()].reduce((most, { length }) => Math.max(most, length), 0);
  return [...stacks.values()].flatMap((stack) => {
    // by the root, so that the outline of the lane shows where rows are many without losing those that stand alone
    const spread = Math.min(
      dotPixels * (stack.length - 1),
      room * Math.sqrt((stack.length - 1) / highest),
    );
    const step = spread / Math.max(1, stack.length - 1);
    const bottom = (height + spread) / 2;
    return stack
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ across, look }, index) => ({ across, look, down: bottom - index * step }));
  });
}
