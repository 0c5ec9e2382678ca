import { hash } from 'node:crypto';
import { type Random, SpillwayError } from '../core/index.ts';

/** One version that can be chosen, and its share: weights are relative, so 30/60/10 and 0.3/0.6/0.1 are the same split. */
export interface Arm {
  readonly name: string;
  /** 0 or more; an arm of weight 0 is never chosen. */
  readonly weight: number;
}

/** A weighted split that never changes: new weights are a new router. */
export interface Router {
  /** The arms with their weights scaled to sum to 1. */
  readonly arms: readonly Arm[];
  /**
   * Index of the arm that answers. With a unit id the choice is sticky: it depends on the salt, the names and weights of
   * the arms and the id alone, so it is the same after a restart and in every process. Without one it is random.
   */
  choose(unitId?: string): number;
}

/**
 * Makes a router. Sticky choices use weighted rendezvous hashing: each arm draws `-ln(u) / weight` with u from the
 * first 52 bits of SHA-256 over `salt.arm.unit` in UTF-8, and the smallest draw wins. When one weight grows, the draws
 * of the others stay as they were, so units move only to the arm that grew, and only as many as it must gain.
 * @throws SpillwayError `INVALID_CONFIG` for a weight that is negative or not finite, or when all are 0.
 */
export function createRouter(arms: readonly Arm[], salt: string, random: Random): Router {
  const wrong = arms.filter(({ weight }) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong.length > 0) {
    const named = wrong.map(({ name, weight }) => `${name}: ${weight}`).join(', ');
    throw new SpillwayError('INVALID_CONFIG', `weights must be 0 or more; got ${named}`);
  }
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  if (total === Number.POSITIVE_INFINITY) {
    throw new SpillwayError('INVALID_CONFIG', 'the weights are too large to add up');
  }
  if (!(total > 0))
    throw new SpillwayError('INVALID_CONFIG', 'at least one weight must be above 0');
  // weights that are shares already stay what people wrote: 0.3, not 0.30000000000000004
  const divisor = Math.abs(total - 1) < 1e-9 ? 1 : total;
  const scaled = arms.map(({ name, weight }) => Object.freeze({ name, weight: weight / divisor }));
  const live = scaled.flatMap(({ name, weight }, index) =>
    weight > 0 ? [{ prefix: `${salt}.${name}.`, weight, index }] : [],
  );
  const last = live.at(-1);

  return Object.freeze({
    arms: Object.freeze(scaled),
    choose(unitId) {
      return unitId === undefined ? chooseRandom(random()) : chooseSticky(unitId);
    },
  } satisfies Router);

  function chooseRandom(uniform: number): number {
    let below = 0;
    for (const arm of live) {
      below += arm.weight;
      if (uniform < below) return arm.index;
    }
    return last?.index ?? 0; // the weights may sum to a hair under 1
  }

  function chooseSticky(unitId: string): number {
    let best = 0;
    let smallest = Number.POSITIVE_INFINITY;
    for (const { prefix, weight, index } of live) {
      const draw = -Math.log(uniformOf(prefix + unitId)) / weight;
      if (draw < smallest) {
        smallest = draw;
        best = index;
      }
    }
    return best;
  }
}

/** A number in (0, 1), uniform over keys: the first 52 bits of the key's SHA-256, never 0. */
function uniformOf(key: string): number {
  return (Number.parseInt(hash('sha256', key).slice(0, 13), 16) + 0.5) / 2 ** 52;
}
