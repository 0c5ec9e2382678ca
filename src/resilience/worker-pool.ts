import { KeepAlive, SpillwayError } from '../core/index.ts';
import { cancelled, PoolTask, type TaskLimits } from './pool-task.ts';
import { PoolThread, type ThreadEvents } from './pool-thread.ts';
import { RestartPause } from './restart-pause.ts';
import {
  completePoolOptions,
  type WorkerPoolOptions,
  type WorkerPoolSettings,
} from './worker-pool-options.ts';

/** Threads that answer messages and are replaced when they overrun or die. */
export interface WorkerPool {
  /** How many threads there are to be. */
  readonly threads: number;
  /** How many threads can take tasks now. */
  readonly alive: number;
  /** How many threads have tasks that they have not answered. */
  readonly busy: number;
  /** How many threads were started in the place of one that ended. */
  readonly restarts: number;
  /** How many messages were sent with tasks: fewer than tasks, since those of one turn of the event loop travel together. */
  readonly sent: number;
  /** How many messages came with answers: fewer than answers when the thread's tasks are quick. */
  readonly received: number;
  /** Resolves when a thread can take tasks. Rejects with `MODEL_FAILED` when none can be started, with the reason as `cause`. */
  ready(): Promise<void>;
  /**
   * Has a message answered, by its deadline at the latest. Rejects with a SpillwayError: `DEADLINE_EXCEEDED`, whose
   * `details.begun` says whether a thread had begun it; `CANCELLED`;
   * `MODEL_FAILED` when the code threw or its thread died, with what it threw as `cause`; `INVALID_OUTPUT` when the answer,
   * `INVALID_ROW` when the message cannot be cloned; `SHUTTING_DOWN`.
   */
  run(message: unknown, limits: TaskLimits): Promise<unknown>;
  /** Ends the threads; tasks that have no answer fail with `SHUTTING_DOWN`. */
  close(): Promise<void>;
}

/**
 * Makes a pool and starts its threads. They do not keep the process alive; a task that waits for its answer does.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of the options.
 */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  return new ThreadPool(completePoolOptions(options));
}

/** A free thread takes over what waits in one that has not answered for so long, in milliseconds: less costs more than it saves. */
const quietMs = 2;
const longestTimerMs = 2 ** 31 - 1;

class ThreadPool implements WorkerPool {
  readonly #settings: WorkerPoolSettings;
  readonly #keepAlive = new KeepAlive();
  readonly #pause = new RestartPause();
  readonly #events: ThreadEvents;
  readonly #threads: PoolThread[] = [];
  readonly #readyWaiters: {
    readonly resolve: () => void;
    readonly reject: (error: SpillwayError) => void;
  }[] = [];
  /** Tasks that no thread has. */
  #queue: PoolTask[] = [];
  #isFlushing = false;
  #started = 0;
  #sent = 0;
  #received = 0;
  #lastDeath: SpillwayError | null = null;
  #isClosed = false;
  /** The one timer: when it is due, and how to stop it. */
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => undefined;

  constructor(settings: WorkerPoolSettings) {
    this.#settings = settings;
    this.#events = {
      onReady: () => this.#onReady(),
      onAnswers: () => this.#onAnswers(),
      onDeath: (thread, reason) => this.#onDeath(thread, reason),
    };
    this.#refill();
  }

  get threads(): number {
    return this.#settings.threads;
  }

  get alive(): number {
    return this.#threads.filter(({ isReady }) => isReady).length;
  }

  get busy(): number {
    return this.#threads.filter(({ load }) => load > 0).length;
  }

  get restarts(): number {
    return Math.max(0, this.#started - this.#settings.threads);
  }

  get sent(): number {
    return this.#sent;
  }

  get received(): number {
    return this.#received;
  }

  ready(): Promise<void> {
    if (this.#isClosed) return Promise.reject(this.#closed());
    if (this.alive > 0) return Promise.resolve();
    if (this.#threads.length === 0 && this.#lastDeath !== null) {
      return Promise.reject(this.#lastDeath);
    }
    this.#keepAlive.hold();
    return new Promise<void>((resolve, reject) => {
      this.#readyWaiters.push({ resolve, reject });
    }).finally(() => this.#keepAlive.release());
  }

  run(message: unknown, limits: TaskLimits): Promise<unknown> {
    const { deadline, signal } = limits;
    if (this.#isClosed) return Promise.reject(this.#closed());
    if (signal?.aborted) return Promise.reject(cancelled(signal));
    if (!(this.#settings.clock.now() < deadline)) {
      return Promise.reject(
        new SpillwayError('DEADLINE_EXCEEDED', 'no time was left', { details: { begun: false } }),
      );
    }
    if (this.#threads.length === 0 && this.#lastDeath !== null && deadline <= this.#pause.until) {
      return Promise.reject(this.#lastDeath);
    }
    const task = new PoolTask(message, limits, {
      onSettled: () => this.#keepAlive.release(),
      onGivenUp: (given) => {
        for (const thread of this.#threads) thread.giveUp(given);
      },
    });
    this.#keepAlive.hold();
    this.#queue.push(task);
    this.#arm(deadline);
    if (!this.#isFlushing) {
      this.#isFlushing = true;
      setImmediate(() => this.#flush());
    }
    return task.answer;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    const error = this.#closed();
    for (const task of this.#queue.splice(0)) task.reject(error);
    for (const { reject } of this.#readyWaiters.splice(0)) reject(error);
    const threads = this.#threads.splice(0);
    for (const thread of threads) thread.failTasks(error);
    await Promise.all(threads.map((thread) => thread.end()));
    this.#keepAlive.close();
  }

  #closed(): SpillwayError {
    return new SpillwayError('SHUTTING_DOWN', `${this.#settings.name} is closed`);
  }

  /** Gives the tasks that wait to the threads, each those that are its share in one message. */
  #flush(): void {
    this.#isFlushing = false;
    if (this.#queue.length === 0) return this.#watchFree();
    const ready = this.#threads.filter(({ isReady }) => isReady);
    if (ready.length === 0) return;
    const shares = ready.map((thread) => ({ thread, tasks: [] as PoolTask[], load: thread.load }));
    const rest: PoolTask[] = [];
    for (const task of this.#queue) {
      if (task.isSettled) continue;
      const share = shares.reduce((least, other) => (other.load < least.load ? other : least));
      if (share.tasks.length >= share.thread.room) {
        rest.push(task);
        continue;
      }
      share.tasks.push(task);
      share.load++;
    }
    this.#queue = rest;
    for (const { thread, tasks } of shares) this.#send(thread, tasks);
    this.#watchFree();
  }

  #send(thread: PoolThread, tasks: readonly PoolTask[]): void {
    if (tasks.length === 0) return;
    thread.send(tasks);
    this.#sent++;
  }

  #onReady(): void {
    for (const { resolve } of this.#readyWaiters.splice(0)) resolve();
    this.#refill();
    this.#flush();
  }

  #onAnswers(): void {
    this.#received++;
    this.#pause.served();
    this.#flush();
  }

  #onDeath(thread: PoolThread, reason: Error): void {
    const { name } = this.#settings;
    const error = new SpillwayError('MODEL_FAILED', `${name} failed: its thread ended`, {
      cause: reason,
    });
    this.#lastDeath = error;
    if (!thread.hasAnswered) this.#pause.died(this.#settings.clock.now());
    const waiting = thread.takeBack(1);
    for (const task of waiting) {
      if (task.sawDeath) task.reject(error);
      task.sawDeath = true;
    }
    thread.failTasks(error);
    this.#remove(thread, waiting);
    if (!thread.isReady) this.#failStart(error);
  }

  /** Ends a thread that does not come back, or never came to be ready. */
  #kill(thread: PoolThread, now: number): void {
    const { name, startTimeoutMs } = this.#settings;
    const text = thread.isReady
      ? `${name} failed: its thread was ended, since another task overran its deadline`
      : `${name} failed: its thread was not ready after ${startTimeoutMs} ms`;
    const error = new SpillwayError('MODEL_FAILED', text);
    const waiting = thread.takeBack(1);
    thread.failTasks(error);
    void thread.end();
    if (!thread.isReady) {
      this.#lastDeath = error;
      this.#pause.died(now);
    }
    this.#remove(thread, waiting);
    if (!thread.isReady) this.#failStart(error);
  }

  #remove(thread: PoolThread, waiting: readonly PoolTask[]): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    this.#queue = [...waiting, ...this.#queue];
    this.#refill();
    this.#flush();
  }

  /** When no thread could be started, who waits for one learns why, instead of waiting for the next to fail. */
  #failStart(error: SpillwayError): void {
    if (this.#threads.length > 0) return;
    for (const { reject } of this.#readyWaiters.splice(0)) reject(error);
    for (const task of this.#queue.splice(0)) task.reject(error);
  }

  #refill(): void {
    const { clock, threads } = this.#settings;
    if (this.#isClosed) return;
    if (clock.now() < this.#pause.until) return this.#arm(this.#pause.until);
    while (this.#threads.length < threads) {
      if (this.#pause.isCareful && this.#threads.some(({ isReady }) => !isReady)) return;
      this.#started++;
      const thread = new PoolThread(this.#settings, this.#events);
      this.#threads.push(thread);
      this.#arm(thread.startedAt + this.#settings.startTimeoutMs);
    }
  }

  /** While one thread is free and tasks wait in another, looks again soon. */
  #watchFree(): void {
    if (!this.#threads.some(({ hasWaiting }) => hasWaiting)) return;
    if (!this.#threads.some(({ isFree }) => isFree)) return;
    this.#arm(this.#settings.clock.now() + quietMs);
  }

  /** Gives free threads half of what waits in a thread that is not getting on. */
  #balance(now: number): void {
    for (const free of this.#threads.filter(({ isFree }) => isFree)) {
      const quiet = this.#threads.find(
        ({ hasWaiting, heardAt }) => hasWaiting && now - heardAt >= quietMs,
      );
      if (quiet !== undefined) this.#send(free, quiet.takeBack(0.5));
    }
    this.#watchFree();
  }

  #arm(at: number): void {
    if (at >= this.#timerAt || this.#isClosed) return;
    this.#cancelTimer();
    this.#timerAt = at;
    const { clock } = this.#settings;
    const delay = Math.min(longestTimerMs, Math.max(0, at - clock.now()));
    this.#cancelTimer = clock.schedule(() => this.#onTime(), delay);
  }

  #onTime(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const { clock, startTimeoutMs } = this.#settings;
    const now = clock.now();
    // a copy, since ending one changes the list
    for (const thread of this.#threads.slice()) {
      thread.expire(now);
      const isLateToStart = !thread.isReady && now - thread.startedAt >= startTimeoutMs;
      if (isLateToStart || thread.isStuck(now)) this.#kill(thread, now);
    }
    this.#queue = this.#queue.filter((task) => {
      if (task.deadline <= now) {
        const details = { begun: false };
        task.reject(new SpillwayError('DEADLINE_EXCEEDED', 'no thread was free', { details }));
      }
      return !task.isSettled;
    });
    this.#refill();
    this.#flush();
    this.#balance(now);
    for (const thread of this.#threads) {
      this.#arm(thread.isReady ? thread.nextLook() : thread.startedAt + startTimeoutMs);
    }
    for (const { deadline } of this.#queue) this.#arm(deadline);
  }
}
