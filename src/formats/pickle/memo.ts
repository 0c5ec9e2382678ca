import { limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import type { Inert } from './inert.ts';

/** Values that a pickle comes back to, by number. Numbers of real files have no gaps, those of others cost no memory. */
export class Memo {
  readonly #dense: Inert[] = [];
  readonly #sparse = new Map<number, Inert>();

  get size(): number {
    return this.#dense.length + this.#sparse.size;
  }

  put(index: number, value: Inert): void {
    if (this.size >= limits.pickleMemo) {
      refuseBroken(`a pickle that numbers more than ${limits.pickleMemo} values`);
    }
    if (index > this.#dense.length) this.#sparse.set(index, value);
    else {
      this.#sparse.delete(index);
      this.#dense[index] = value;
    }
  }

  get(index: number): Inert {
    const value = index < this.#dense.length ? this.#dense[index] : this.#sparse.get(index);
    return value === undefined
      ? refuseBroken('a pickle that uses a value before it is there')
      : value;
  }
}
