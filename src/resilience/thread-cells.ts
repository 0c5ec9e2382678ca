const current = 0;
const reached = 1;
const acknowledged = 2;
const firstSlot = 3;
const slots = 1024;

/**
 * Memory that a pool and one of its threads share, so that each sees at any moment what the other is at, blocked or not.
 * A task that waits has its number in a slot; whoever swaps it for 0 first has the task: the thread begins it, or the pool
 * takes it back. Numbers count up as 32-bit integers that wrap around, without 0.
 */
export class ThreadCells {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer((firstSlot + slots) * 4)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  /** How many tasks can wait at once in a thread. */
  static readonly slots: number = slots;

  /** The number after this one. */
  static after(number: number): number {
    return (number + 1) | 0 || 1;
  }

  /** The pool puts a task there, before it sends its message; the one 1024 numbers ago must not wait any more. */
  offer(number: number): void {
    Atomics.store(this.#cells, slotOf(number), number);
  }

  /** Takes a waiting task; false when the other side was first. */
  take(number: number): boolean {
    return Atomics.compareExchange(this.#cells, slotOf(number), number, 0) === number;
  }

  /** The task whose code the thread runs; 0 between tasks, and when only what tasks left to be done later runs. */
  get current(): number {
    return Atomics.load(this.#cells, current);
  }

  set current(number: number) {
    Atomics.store(this.#cells, current, number);
  }

  /** The last task that the thread came to, begun or found taken back. */
  get reached(): number {
    return Atomics.load(this.#cells, reached);
  }

  set reached(number: number) {
    Atomics.store(this.#cells, reached, number);
  }

  /** The last call to give something up that the thread has heard: proof that it is not blocked. */
  get acknowledged(): number {
    return Atomics.load(this.#cells, acknowledged);
  }

  set acknowledged(call: number) {
    Atomics.store(this.#cells, acknowledged, call);
  }
}

function slotOf(number: number): number {
  return firstSlot + (number & (slots - 1));
}
