import type { pino } from 'pino';
import type { Clock } from '../../core/index.ts';
import type { ManagedWorker } from './managed-worker.ts';
import { reasonOf } from './reason-of.ts';
import type { Listening } from './worker-calls.ts';

/** A worker that was forked just now, and what comes of its start. */
export interface Fork {
  readonly worker: ManagedWorker;
  readonly started: Promise<Listening>;
}

/** A worker that ends sooner than this after its fork has died young, in milliseconds. */
const youngMs = 10_000;
const longestWaitMs = 10_000;

/** The place of one worker: it keeps somebody in it. State: who is in it, and how many died young in a row. */
export class Slot {
  readonly #fork: () => Fork;
  readonly #clock: Clock;
  readonly #logger: pino.Logger;
  #worker: ManagedWorker | null = null;
  #young = 0;
  #replacing = false;
  #closed = false;

  /** `fork` makes a worker in the way that is right at that moment. */
  constructor(fork: () => Fork, clock: Clock, logger: pino.Logger) {
    this.#fork = fork;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The first start. Rejects with what keeps a worker from listening; then there is no second try. */
  async open(): Promise<Listening> {
    const { worker, started } = this.#fork();
    const listening = await started;
    this.#seat(worker);
    return listening;
  }

  /**
   * Puts another worker in the place of the one that is there, who drains as soon as the new one listens. Resolves when
   * he has ended; rejects with what keeps the new one from listening, and then the old one stays.
   */
  async replace(fork: () => Fork): Promise<void> {
    this.#replacing = true;
    try {
      const { worker, started } = fork();
      await started;
      const old = this.#worker;
      this.#seat(worker);
      old?.drain();
      await old?.ended;
    } finally {
      this.#replacing = false;
      if (this.#worker === null) this.#refill(0);
    }
  }

  /** Drains its worker; nobody takes its place. */
  close(): void {
    this.#closed = true;
    this.#worker?.drain();
  }

  #seat(worker: ManagedWorker): void {
    if (this.#closed) {
      worker.drain();
      return;
    }
    this.#worker = worker;
    void this.#watch(worker);
  }

  async #watch(worker: ManagedWorker): Promise<void> {
    await Promise.race([worker.leaving, worker.ended]);
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#young = worker.ageMs < youngMs ? this.#young + 1 : 0;
    this.#refill(waitAfter(this.#young));
  }

  /** Starts the next one after a while. */
  #refill(waitMs: number): void {
    if (this.#closed || this.#replacing) return;
    if (waitMs > 0) {
      this.#logger.warn({ waitMs }, 'workers end young: waiting before the next');
      this.#clock.schedule(() => this.#fill(), waitMs);
    } else this.#fill();
  }

  #fill(): void {
    if (this.#closed || this.#replacing || this.#worker !== null) return;
    const { worker, started } = this.#fork();
    this.#seat(worker);
    started.then(
      () => this.#logger.info({ worker: worker.pid }, 'worker replaced'),
      // it ends, and the next one is tried then
      (error: unknown) =>
        this.#logger.error({ worker: worker.pid, ...reasonOf(error) }, 'worker did not start'),
    );
  }
}

/** None after the first that died young, then 100 ms, doubled up to ten seconds. */
function waitAfter(young: number): number {
  return young < 2 ? 0 : Math.min(100 * 2 ** (young - 2), longestWaitMs);
}
