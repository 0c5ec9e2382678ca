import type { ServerConfig } from '../../config.ts';
import { type Clock, SpillwayError } from '../../core/index.ts';
import type { Change, WorkerStatus } from '../../http/index.ts';
import type { MetricValues } from '../../monitoring/index.ts';
import { type Calls, type Channel, openChannel, type Port } from './channel.ts';
import {
  changeTimeoutMs,
  type Listening,
  type PrimaryCalls,
  type Report,
  reportTimeoutMs,
  type WorkerCalls,
} from './worker-calls.ts';

/** A process that was forked, as far as its supervisor needs it. */
export interface WorkerProcess {
  readonly pid: number;
  readonly port: Port;
  kill(signal: NodeJS.Signals): void;
  onExit(listener: (code: number | null, signal: NodeJS.Signals | null) => void): void;
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason: string;
}

/** What the server as a whole answers to one of its workers. */
export type ServerCalls = Pick<PrimaryCalls, 'overview' | 'metrics'> & {
  readonly change: (asker: ManagedWorker, change: Change) => Promise<unknown>;
};

/** A worker that loads its versions for so long has come to a stop. */
const startTimeoutMs = 120_000;

/** One worker, from its fork to its end. State: where it is in its life, when it was heard of last, and what it counted. */
export class ManagedWorker {
  readonly pid: number;
  /** The end of the process, however it came. */
  readonly ended: Promise<WorkerEnd>;
  /** It has begun to end of its own accord. */
  readonly leaving: Promise<void>;
  readonly config: ServerConfig;
  readonly #process: WorkerProcess;
  readonly #clock: Clock;
  readonly #channel: Channel<WorkerCalls>;
  readonly #startedAt: number;
  #state: Exclude<WorkerStatus['state'], 'silent'> | 'ended' = 'starting';
  #heardAt: number;
  #metrics: MetricValues = [];
  /** What to tell those who wait for an answer when none can come any more. */
  readonly #asked = new Set<() => void>();
  #reason: string | null = null;

  constructor(process: WorkerProcess, config: ServerConfig, server: ServerCalls, clock: Clock) {
    this.pid = process.pid;
    this.config = config;
    this.#process = process;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#heardAt = this.#startedAt;
    const { promise, resolve: leave } = createSignal();
    this.leaving = promise;
    const calls: PrimaryCalls = {
      overview: server.overview,
      metrics: server.metrics,
      change: (change) => server.change(this, change),
      beat: () => {
        this.#heardAt = clock.now();
      },
      counted: (metrics) => {
        this.#metrics = metrics;
      },
      draining: () => {
        if (this.#state === 'starting' || this.#state === 'listening') {
          this.#state = 'draining';
          this.#endWithin(this.#drainLimitMs());
          leave();
        }
      },
    };
    this.#channel = openChannel<WorkerCalls>(process.port, calls satisfies Calls, clock);
    this.ended = new Promise((resolve) => {
      process.onExit((code, signal) => {
        const asked = this.#state === 'draining';
        this.#state = 'ended';
        const reason =
          this.#reason ?? (asked && code === 0 ? 'drained' : signal === null ? 'ended' : 'killed');
        resolve({ pid: this.pid, code, signal, reason });
        for (const tell of this.#asked) tell();
      });
    });
  }

  get state(): Exclude<WorkerStatus['state'], 'silent'> | 'ended' {
    return this.#state;
  }

  /** Milliseconds since its fork. */
  get ageMs(): number {
    return this.#clock.now() - this.#startedAt;
  }

  /** What it has counted, as far as is known. */
  get metrics(): MetricValues {
    return this.#metrics;
  }

  /** Resolves when it listens; rejects with what kept it from that, and then the process ends. */
  async start(changes: readonly Change[]): Promise<Listening> {
    const { config } = this;
    const failed = this.ended.then(({ code, signal }) => {
      const how = signal === null ? `code ${code}` : `signal ${signal}`;
      throw new SpillwayError('INTERNAL', `a worker ended with ${how} before it listened`);
    });
    try {
      const started = this.#channel.ask('start', { config, changes }, startTimeoutMs);
      const listening = await Promise.race([started, failed]);
      if (this.#state === 'starting') this.#state = 'listening';
      this.#heardAt = this.#clock.now();
      return listening;
    } catch (error) {
      this.kill('did not start');
      throw error;
    }
  }

  /** Tells it to finish what is under way and to end; one that does not is killed. */
  drain(): void {
    if (this.#state !== 'starting' && this.#state !== 'listening') return;
    this.#state = 'draining';
    this.#channel.tell('drain', null);
    this.#endWithin(this.#drainLimitMs());
  }

  /** Makes a change in it. Rejects with what kept it from that. */
  apply(change: Change): Promise<unknown> {
    const asked = this.#channel.ask('apply', change, changeTimeoutMs - 1000);
    return this.#beforeEnd<unknown>(asked, (_, reject) =>
      reject(new SpillwayError('SHUTTING_DOWN', 'the worker has ended')),
    );
  }

  /** Its state and counts; `null` when it has ended or does not say so in time. */
  async report(): Promise<Report | null> {
    const asked = this.#channel.ask('report', null, reportTimeoutMs).then(
      (report) => {
        this.#metrics = report.metrics;
        return report;
      },
      () => null,
    );
    return this.#beforeEnd<Report | null>(asked, (resolve) => resolve(null));
  }

  /** Ends it here and now. */
  kill(reason: string): void {
    if (this.#state === 'ended') return;
    this.#reason ??= reason;
    this.#process.kill('SIGKILL');
  }

  /** Kills it when its event loop has not turned for too long. */
  killIfSilent(): void {
    const limit = this.config.workerTimeoutMs;
    if (this.#state === 'starting' || this.#clock.now() - this.#heardAt <= limit) return;
    this.kill(`silent for ${limit} ms`);
  }

  /** Starts its silence anew: it was the one who listens that was away. */
  forgive(): void {
    this.#heardAt = this.#clock.now();
  }

  /**
   * An answer, or what `atEnd` makes of the end of the process when that comes first. Not a race with `ended`, which would
   * remember every question until then.
   */
  #beforeEnd<Answer>(
    answer: Promise<Answer>,
    atEnd: (resolve: (value: Answer) => void, reject: (error: Error) => void) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const tell = () => atEnd(resolve, reject);
      if (this.#state === 'ended') tell();
      else this.#asked.add(tell);
      answer.then(resolve, reject).finally(() => this.#asked.delete(tell));
    });
  }

  #drainLimitMs(): number {
    const { drainDelayMs, drainTimeoutMs, workerTimeoutMs } = this.config;
    return drainDelayMs + drainTimeoutMs + workerTimeoutMs;
  }

  #endWithin(limitMs: number): void {
    const cancel = this.#clock.schedule(() => this.kill(`draining took ${limitMs} ms`), limitMs);
    void this.ended.then(cancel);
  }
}

function createSignal(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: (() => void) | undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve?.() };
}
