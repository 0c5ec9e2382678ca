import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRouter } from '../../src/routing/index.ts';
import { createSeededRandom } from '../../src/testing/index.ts';

const arms = [
  { name: 'v1.0', weight: 0.3 },
  { name: 'v1.1', weight: 0.6 },
  { name: 'v2.0', weight: 0.1 },
];
const units = Array.from({ length: 20_000 }, (_, index) => `customer-${index}`);

/** Chi-square of observed counts against weights; with 2 degrees of freedom p > 0.001 means below 13.816. */
function chiSquare(counts: readonly number[], weights: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, index) => {
    const expected = total * weights[index]!;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

function countsOf(choices: readonly number[]): number[] {
  return arms.map((_, arm) => choices.filter((choice) => choice === arm).length);
}

const weights = arms.map(({ weight }) => weight);

describe('a random split', () => {
  it('fits 30/60/10 over 20,000 requests', () => {
    const router = createRouter(arms, 'salt', createSeededRandom(7));
    expect(chiSquare(countsOf(units.map(() => router.choose())), weights)).toBeLessThan(13.816);
  });

  it('never chooses an arm of weight 0', () => {
    const router = createRouter(
      [...arms, { name: 'off', weight: 0 }],
      'salt',
      () => 0.999_999_999_999_999_9,
    );
    expect(router.choose()).toBe(2);
  });
});

describe('a sticky split', () => {
  it('fits 30/60/10 over 20,000 units, whatever the salt', () => {
    for (const salt of ['spillway', 'other', '']) {
      const router = createRouter(arms, salt, Math.random);
      expect(chiSquare(countsOf(units.map((unit) => router.choose(unit))), weights)).toBeLessThan(
        13.816,
      );
    }
  });

  it('gives a unit the same arm in every router with the same arms and salt', () => {
    const one = createRouter(arms, 'salt', () => 0);
    const two = createRouter(arms, 'salt', () => 0.99);
    expect(units.map((unit) => one.choose(unit))).toEqual(units.map((unit) => two.choose(unit)));
  });

  it('is what the documentation says, so that others can compute it: smallest -ln(u)/weight of SHA-256', () => {
    const router = createRouter(arms, 'spillway', Math.random);
    // made with Python: hashlib.sha256(f"spillway.{arm}.{unit}".encode()).hexdigest()[:13], u = (int(h, 16) + 0.5) / 2**52
    const vectors = {
      'customer-1': 'v1.1',
      'customer-2': 'v1.0',
      'customer-17': 'v1.1',
      zoë: 'v1.1',
    };
    for (const [unit, arm] of Object.entries(vectors))
      expect(router.arms[router.choose(unit)]?.name).toBe(arm);
  });

  it('moves only the units that must move, and only to the arm that grew', () => {
    const before = createRouter(arms, 'salt', Math.random);
    const grown = [arms[0]!, arms[1]!, { name: 'v2.0', weight: 0.3 }];
    const after = createRouter(grown, 'salt', Math.random);
    const moved = units.filter((unit) => before.choose(unit) !== after.choose(unit));
    expect(moved.every((unit) => after.choose(unit) === 2)).toBe(true);
    // from 0.1 of 1.0 to 0.3 of 1.2: 0.25 - 0.1 of the units
    expect(moved.length / units.length).toBeCloseTo(0.15, 1);
  });

  it('keeps the split of one experiment independent of another', () => {
    const one = createRouter(arms, 'experiment-1', Math.random);
    const two = createRouter(arms, 'experiment-2', Math.random);
    const both = units.filter((unit) => one.choose(unit) === 1 && two.choose(unit) === 1).length;
    expect(both / units.length).toBeCloseTo(0.36, 1);
  });

  it('stays with a unit when an arm it does not have is removed', () => {
    const before = createRouter(arms, 'salt', Math.random);
    const after = createRouter(arms.slice(0, 2), 'salt', Math.random);
    for (const unit of units.slice(0, 2000)) {
      const arm = before.choose(unit);
      if (arm < 2) expect(after.choose(unit)).toBe(arm);
    }
  });

  it('always chooses an arm with weight, for any text as unit', () => {
    const router = createRouter([...arms, { name: 'off', weight: 0 }], 'salt', Math.random);
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (unit) => router.choose(unit) >= 0 && router.choose(unit) < 3,
      ),
    );
  });
});

describe('weights', () => {
  it('are relative', () => {
    const router = createRouter(
      arms.map(({ name, weight }) => ({ name, weight: weight * 100 })),
      'salt',
      Math.random,
    );
    expect(router.arms.map(({ weight }) => weight)).toEqual([0.3, 0.6, 0.1]);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (weight) => {
    expect(() => createRouter([{ name: 'a', weight }], '', Math.random)).toThrow(/a: /);
  });

  it('may not be too large to add up', () => {
    const huge = ['a', 'b'].map((name) => ({ name, weight: 1e308 }));
    expect(() => createRouter(huge, '', Math.random)).toThrow(/too large/);
  });

  it('may not all be 0', () => {
    expect(() => createRouter([{ name: 'a', weight: 0 }], '', Math.random)).toThrow(/at least one/);
  });
});
