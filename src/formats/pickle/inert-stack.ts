import { limits } from '../limits.ts';
import { refuseBroken } from '../refusals.ts';
import type { Inert } from './inert.ts';

/** The stack of a pickle: values, and marks below which an opcode may not reach. */
export class InertStack {
  readonly #values: Inert[] = [];
  readonly #marks: number[] = [];

  push(value: Inert): void {
    if (this.#values.length >= limits.pickleStack) {
      refuseBroken(`a pickle with more than ${limits.pickleStack} values on its stack`);
    }
    this.#values.push(value);
  }

  pop(): Inert {
    const value = this.top();
    this.#values.pop();
    return value;
  }

  /** Takes `count` values; the last is that which was on top. */
  popMany(count: number): Inert[] {
    if (this.#values.length - (this.#marks.at(-1) ?? 0) < count) refuseEmpty();
    return this.#values.splice(this.#values.length - count);
  }

  /** The value that would be popped. */
  top(): Inert {
    if (this.#values.length <= (this.#marks.at(-1) ?? 0)) refuseEmpty();
    return this.#values.at(-1)!;
  }

  mark(): void {
    if (this.#marks.length >= limits.pickleMarks) {
      refuseBroken(`a pickle nested deeper than ${limits.pickleMarks} levels`);
    }
    this.#marks.push(this.#values.length);
  }

  /** Takes the values above the last mark, and the mark. */
  popMark(): Inert[] {
    const mark =
      this.#marks.pop() ?? refuseBroken('a pickle that returns to a mark it did not set');
    return this.#values.splice(mark);
  }

  /** The value that is alone on the stack. */
  popLast(): Inert {
    if (this.#values.length !== 1 || this.#marks.length > 0) {
      refuseBroken('a pickle that ends with something other than one value on its stack');
    }
    return this.pop();
  }
}

function refuseEmpty(): never {
  refuseBroken('a pickle that takes a value from its stack where there is none');
}
