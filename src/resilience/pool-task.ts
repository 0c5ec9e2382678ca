import { SpillwayError } from '../core/index.ts';

/** Until when an answer is of use, and who may say earlier that it is not. */
export interface TaskLimits {
  /** The last moment, in milliseconds of the pool's clock. */
  readonly deadline: number;
  /** Aborted when the caller no longer wants the answer. */
  readonly signal?: AbortSignal | undefined;
}

/** What a pool is told of a task, before whoever waits for its answer. */
export interface TaskEvents {
  onSettled(): void;
  /** Told after `onSettled`, when the caller gave up: the thread that has it may still be at it. */
  onGivenUp(task: PoolTask): void;
}

/** A message that a pool was given, and the promise of its answer. */
export class PoolTask {
  readonly message: unknown;
  readonly deadline: number;
  readonly answer: Promise<unknown>;
  /** Whether a thread died while this waited for it: the message itself may be what kills threads. */
  sawDeath = false;
  /** What the thread that has it calls it. */
  number = 0;
  readonly #signal: AbortSignal | undefined;
  readonly #events: TaskEvents;
  #resolve!: (value: unknown) => void;
  #reject!: (error: SpillwayError) => void;
  #isSettled = false;

  constructor(message: unknown, { deadline, signal }: TaskLimits, events: TaskEvents) {
    this.message = message;
    this.deadline = deadline;
    this.#signal = signal;
    this.#events = events;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener('abort', this.#giveUp);
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  resolve(value: unknown): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(error: SpillwayError): void {
    if (this.#settle()) this.#reject(error);
  }

  readonly #giveUp = (): void => {
    this.reject(cancelled(this.#signal));
    this.#events.onGivenUp(this);
  };

  #settle(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    this.#signal?.removeEventListener('abort', this.#giveUp);
    this.#events.onSettled();
    return true;
  }
}

/** What a caller is told who gave up. */
export function cancelled(signal: AbortSignal | undefined): SpillwayError {
  return new SpillwayError('CANCELLED', 'the caller gave up', { cause: signal?.reason });
}
