import { refuseBroken } from '../refusals.ts';

/** An amount that is spent in parts and never refilled, so that work and memory stay in proportion to the file. */
export class Allowance {
  readonly #refusal: string;
  #left: number;

  constructor(amount: number, refusal: string) {
    this.#left = amount;
    this.#refusal = refusal;
  }

  /** @throws SpillwayError `INVALID_MODEL` when less is left */
  spend(amount: number): void {
    this.#left -= amount;
    if (this.#left < 0) refuseBroken(this.#refusal);
  }
}

/** Bytes of memory that values take in the engine, rounded up. */
export const memoryOf = {
  slot: 16,
  list: 64,
  tuple: 64,
  text: 32,
  view: 192,
  object: 160,
  dict: 224,
  entry: 64,
  array: 320,
} as const;
