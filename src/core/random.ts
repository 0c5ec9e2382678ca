/** A source of uniform numbers in [0, 1). Passed in, so that tests can seed it. */
export type Random = () => number;

/** The platform's generator: for choosing an arm, never for secrets. */
export const systemRandom: Random = Math.random;
