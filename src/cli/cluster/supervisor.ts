import type { pino } from 'pino';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../../config.ts';
import { type Clock, SpillwayError } from '../../core/index.ts';
import { type Change, keyOfChange, type Overview, type WorkerStatus } from '../../http/index.ts';
import { figuresOf } from '../../monitoring/index.ts';
import { combineStatus } from './combine-status.ts';
import { createCombinedMetrics, valuesOf } from './combined-metrics.ts';
import { ManagedWorker, type ServerCalls, type WorkerProcess } from './managed-worker.ts';
import { reasonOf } from './reason-of.ts';
import { type Fork, Slot } from './slot.ts';
import { beatMs, type Listening, type Report } from './worker-calls.ts';
import { workerMetrics } from './worker-metrics.ts';

/** What all workers said of themselves at one moment. */
interface Roll {
  readonly reports: readonly Report[];
  readonly metrics: Registry;
  readonly workers: readonly WorkerStatus[];
}

/** All workers of a server. State: their slots, and what a worker that starts has to know. */
export class Supervisor {
  readonly #forkProcess: () => WorkerProcess;
  readonly #clock: Clock;
  readonly #logger: pino.Logger;
  readonly #startedAt: number;
  readonly #combined = createCombinedMetrics();
  /** All that have not ended. */
  readonly #workers = new Set<ManagedWorker>();
  readonly #slots: Slot[] = [];
  #config: ServerConfig;
  /** What was changed since the workers of this configuration began, the last of each kind. */
  #changes = new Map<string, Change>();
  /** The same for the workers of a configuration that is being tried. */
  #nextChanges: Map<string, Change> | null = null;
  /** Changes are made one after the other, so that all workers see the same order. */
  #lastChange: Promise<unknown> = Promise.resolve();
  #failures = 0;
  #stopped = false;

  constructor(
    config: ServerConfig,
    forkProcess: () => WorkerProcess,
    clock: Clock,
    logger: pino.Logger,
  ) {
    this.#config = config;
    this.#forkProcess = forkProcess;
    this.#clock = clock;
    this.#logger = logger;
    this.#startedAt = clock.now();
    this.#watch(clock.now());
  }

  /** Starts all workers: one first, so that what keeps it from listening is said once. Rejects with that, all ended. */
  async start(): Promise<Listening> {
    try {
      const first = await this.#open();
      const others = Array.from({ length: this.#config.workers - 1 }, () => this.#open());
      await Promise.all(others);
      return first;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Puts new workers in the place of all, one after the other. Rejects when one does not start; then the old ones stay. */
  async restart(config: ServerConfig): Promise<void> {
    // a configuration is the whole truth, as it is when a single process is restarted
    const changes = new Map<string, Change>();
    this.#nextChanges = changes;
    try {
      for (const slot of this.#slots.slice(0, config.workers)) {
        if (this.#stopped) return;
        await slot.replace(() => this.#fork(config, changes));
        this.#config = config;
        this.#changes = changes;
      }
    } finally {
      this.#nextChanges = null;
    }
    for (const slot of this.#slots.splice(config.workers)) slot.close();
    while (this.#slots.length < config.workers && !this.#stopped) await this.#open();
  }

  /** Drains all workers at once; resolves when they have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const slot of this.#slots) slot.close();
    for (const worker of this.#workers) worker.drain();
    await Promise.all([...this.#workers].map(({ ended }) => ended));
  }

  /** Ends all workers here and now. */
  kill(): void {
    this.#stopped = true;
    for (const worker of this.#workers) worker.kill('the primary ends at once');
  }

  async #open(): Promise<Listening> {
    const slot = new Slot(() => this.#fork(this.#config, this.#changes), this.#clock, this.#logger);
    const listening = await slot.open();
    if (this.#stopped) slot.close();
    this.#slots.push(slot);
    return listening;
  }

  #fork(config: ServerConfig, changes: ReadonlyMap<string, Change>): Fork {
    const calls: ServerCalls = {
      change: (asker, change) => this.#change(asker, change),
      overview: () => this.#overview(),
      metrics: async () => (await this.#ask()).metrics.metrics(),
    };
    const worker = new ManagedWorker(this.#forkProcess(), config, calls, this.#clock);
    this.#workers.add(worker);
    void this.#watchEnd(worker);
    return { worker, started: worker.start([...changes.values()]) };
  }

  async #watchEnd(worker: ManagedWorker): Promise<void> {
    const { pid, code, signal, reason } = await worker.ended;
    this.#workers.delete(worker);
    this.#combined.keep(worker.metrics);
    const asked = reason === 'drained';
    if (!asked) this.#failures++;
    this.#logger[asked ? 'info' : 'error']({ worker: pid, code, signal, reason }, 'worker ended');
  }

  /** The one who was asked tries it; if it works there, it has to work everywhere. */
  #change(asker: ManagedWorker, change: Change): Promise<unknown> {
    const made = this.#lastChange.then(async () => {
      const answer = await asker.apply(change);
      this.#remember(change);
      await Promise.all(
        [...this.#workers]
          .filter((worker) => worker !== asker && worker.state !== 'draining')
          .map((worker) => this.#repeat(worker, change)),
      );
      return answer;
    });
    this.#lastChange = made.catch(() => undefined);
    return made;
  }

  #remember(change: Change): void {
    const key = keyOfChange(change);
    if (key === null) return;
    for (const changes of [this.#changes, this.#nextChanges]) {
      changes?.delete(key); // the order is that of the last time
      changes?.set(key, change);
    }
  }

  /** A worker that serves otherwise than the others is replaced by one that learns the change at its start. */
  async #repeat(worker: ManagedWorker, change: Change): Promise<void> {
    const starting = worker.state === 'starting';
    const repeated = Promise.race([worker.apply(change), worker.ended]).catch((error: unknown) => {
      this.#logger.error(
        { worker: worker.pid, change: change.name, ...reasonOf(error) },
        'worker did not follow a change and is replaced',
      );
      worker.kill('did not follow a change');
    });
    // it will have made the change before it listens, which may take long
    if (!starting) await repeated;
  }

  async #overview(): Promise<Overview> {
    const { metrics, reports, workers } = await this.#ask();
    const [first, ...others] = reports.map(({ status }) => status);
    if (first === undefined) {
      throw new SpillwayError('DEADLINE_EXCEEDED', 'no worker says how it is');
    }
    return {
      status: combineStatus(first, others, this.#clock.now() - this.#startedAt),
      figures: figuresOf(valuesOf(metrics)),
      workers,
    };
  }

  /** Asks all at once, and waits for none longer than half a second. */
  async #ask(): Promise<Roll> {
    const answers = await Promise.all(
      [...this.#workers].map(async (worker) => ({
        worker,
        report: worker.state === 'starting' ? null : await worker.report(),
      })),
    );
    // from here on in one go: who has ended meanwhile has his counts kept already
    const present = answers.filter(({ worker }) => this.#workers.has(worker));
    const silent = present.filter(
      ({ worker, report }) => worker.state !== 'starting' && report === null,
    );
    const serving = [...this.#workers].filter(({ state }) => state === 'listening');
    return {
      reports: present.flatMap(({ worker, report }) =>
        report === null || worker.state !== 'listening' ? [] : report,
      ),
      metrics: this.#combined.combine(
        [
          workerMetrics(serving.length, silent.length, this.#failures),
          ...present.flatMap(({ report }) => (report === null ? [] : [report.metrics])),
        ],
        silent.map(({ worker }) => worker.metrics),
      ),
      workers: present.map(({ worker, report }) => ({
        pid: worker.pid,
        state:
          worker.state === 'ended' || (report === null && worker.state !== 'starting')
            ? 'silent'
            : worker.state,
      })),
    };
  }

  /** Ends who is silent. When it was the primary that stood still, nobody was. */
  #watch(before: number): void {
    const now = this.#clock.now();
    for (const worker of this.#workers) {
      if (now - before > 2 * beatMs) worker.forgive();
      else worker.killIfSilent();
    }
    this.#clock.schedule(() => this.#watch(now), beatMs);
  }
}
