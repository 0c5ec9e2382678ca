import { Worker } from 'node:worker_threads';
import { type Clock, SpillwayError } from '../core/index.ts';
import type { PoolTask } from './pool-task.ts';
import { type PoolMessage, readyMessage, type TaskAnswer, type ThreadData } from './serve-tasks.ts';
import { ThreadCells } from './thread-cells.ts';
import { describeThrown, restoreThrown } from './thrown-text.ts';

/** What a pool makes its threads of. */
export interface ThreadSettings {
  readonly name: string;
  readonly file: URL;
  readonly workerData: unknown;
  readonly maxMemoryMb: number;
  readonly clock: Clock;
}

/** What a pool is told of a thread. */
export interface ThreadEvents {
  onReady(thread: PoolThread): void;
  onAnswers(thread: PoolThread): void;
  /** Told once when it died of its own; not when the pool ended it. */
  onDeath(thread: PoolThread, reason: Error): void;
}

/** Once a task of a thread was too late, the thread has so long to show that it is not blocked, in milliseconds. */
const graceMs = 25;
/** A look that comes so much too late was held up, as by a process that was stopped, and so perhaps was the thread. */
const heldUpMs = 10;

/** One thread of a pool and the tasks that it was given. */
export class PoolThread {
  readonly startedAt: number;
  /** When it last answered, or was given tasks when none waited; on the pool's clock. */
  heardAt: number;
  isReady = false;
  hasAnswered = false;
  readonly #settings: ThreadSettings;
  readonly #events: ThreadEvents;
  readonly #cells = new ThreadCells();
  readonly #worker: Worker;
  readonly #tasks = new Map<number, PoolTask>();
  #next = 1;
  #calls = 0;
  /** While it is to show that it is not blocked: until when, in milliseconds of the clock, and what it is to hear. */
  #graceEnd = Number.POSITIVE_INFINITY;
  #graceCall = 0;
  #wasHeldUp = false;
  #isEnded = false;
  #thrown: Error | null = null;

  constructor(settings: ThreadSettings, events: ThreadEvents) {
    this.#settings = settings;
    this.#events = events;
    this.startedAt = settings.clock.now();
    this.heardAt = this.startedAt;
    const workerData: ThreadData = { memory: this.#cells.memory, data: settings.workerData };
    this.#worker = new Worker(settings.file, {
      name: settings.name,
      workerData,
      // Node refuses a file when the program's options say what language its text on the command line is in
      ...(process.execArgv.some(isInputType) ? { execArgv: [] } : {}),
      resourceLimits: { maxOldGenerationSizeMb: settings.maxMemoryMb },
    });
    this.#worker.on('message', (message: unknown) => this.#hear(message));
    this.#worker.on('error', (error) => {
      this.#thrown = error instanceof Error ? error : restoreThrown(describeThrown(error));
    });
    // an answer so deep that it can be written there and not be read here: nobody knows whose it was
    this.#worker.on('messageerror', (error) => {
      // several may be on their way
      if (this.#isEnded) return;
      void this.end();
      events.onDeath(this, error);
    });
    this.#worker.on('exit', (exitCode) => {
      if (this.#isEnded) return;
      this.#isEnded = true;
      events.onDeath(this, this.#thrown ?? new Error(`the thread exited with code ${exitCode}`));
    });
    // last, since a listener for messages takes it back
    this.#worker.unref();
  }

  /** How many tasks it was given and has not answered. */
  get load(): number {
    return this.#tasks.size;
  }

  /** How many more tasks can be sent to it. */
  get room(): number {
    return ThreadCells.slots - 1 - this.#unreached;
  }

  /** Sends tasks in one message; there must be room for them. */
  send(tasks: readonly PoolTask[]): void {
    if (this.#unreached <= 0) this.heardAt = this.#settings.clock.now();
    const first = this.#next;
    for (const task of tasks) {
      this.#cells.offer(this.#next);
      this.#tasks.set(this.#next, task);
      task.number = this.#next;
      this.#next = ThreadCells.after(this.#next);
    }
    const messages = tasks.map(({ message }) => message);
    try {
      this.#post({ first, messages });
    } catch (cause) {
      this.#notSent(first, tasks, cause);
    }
  }

  /** Gives up a task, if it has it. */
  giveUp(task: PoolTask): void {
    const { number } = task;
    if (this.#tasks.get(number) !== task) return;
    // one that was begun stays, so that its deadline still ends a thread that does not come back from it
    if (this.#cells.take(number)) this.#tasks.delete(number);
    else this.#call([number]);
  }

  /** Gives up the tasks whose deadline has passed; their thread is to show then that it is not blocked. */
  expire(now: number): void {
    const begun: number[] = [];
    let isLate = false;
    for (const [number, task] of this.#tasks) {
      if (task.deadline > now) continue;
      isLate = true;
      this.#tasks.delete(number);
      const isBegun = !this.#cells.take(number);
      if (isBegun) begun.push(number);
      task.reject(late(isBegun));
    }
    if (!isLate) return;
    this.#call(begun);
    if (this.#graceEnd !== Number.POSITIVE_INFINITY) return;
    this.#graceEnd = now + graceMs;
    this.#graceCall = this.#calls;
    this.#wasHeldUp = false;
  }

  /**
   * Whether its time to show that it is not blocked is over and it has not: it is at code of a task that is too late, or
   * at what such a task left behind.
   */
  isStuck(now: number): boolean {
    if (now < this.#graceEnd) return false;
    const isHeldUp = now - this.#graceEnd > heldUpMs && !this.#wasHeldUp;
    this.#graceEnd = Number.POSITIVE_INFINITY;
    const isHeard = ((this.#cells.acknowledged - this.#graceCall) | 0) >= 0;
    if (isHeard || this.#tasks.has(this.#cells.current)) return false;
    if (!isHeldUp) return true;
    this.#wasHeldUp = true;
    this.#graceEnd = now + graceMs;
    return false;
  }

  /** When it is to be looked at next, in milliseconds of the clock. */
  nextLook(): number {
    let next = this.#graceEnd;
    for (const { deadline } of this.#tasks.values()) if (deadline < next) next = deadline;
    return next;
  }

  /** Whether it would begin another task at once; those that wait for something else do not keep it from that. */
  get isFree(): boolean {
    return this.isReady && this.#cells.current === 0 && !this.hasWaiting;
  }

  /** Whether tasks wait in it that it has not begun. */
  get hasWaiting(): boolean {
    return this.#unreached > 0 && this.#waiting().length > 0;
  }

  /** Takes back so many of the tasks that it has not begun, a part from 0 to 1, those that wait for the latest turn. */
  takeBack(part: number): PoolTask[] {
    const waiting = this.#waiting();
    const taken: PoolTask[] = [];
    for (const number of waiting.slice(Math.floor(waiting.length * (1 - part)))) {
      const task = this.#tasks.get(number);
      if (task === undefined || !this.#cells.take(number)) continue;
      this.#tasks.delete(number);
      if (!task.isSettled) taken.push(task);
    }
    return taken;
  }

  /** Fails what it has, once what it had not begun was taken back. */
  failTasks(reason: SpillwayError): void {
    for (const task of this.#tasks.values()) task.reject(reason);
    this.#tasks.clear();
  }

  /** Ends the thread, blocked or not. */
  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#worker.terminate();
  }

  /** How many numbers it has not come to. */
  get #unreached(): number {
    return (this.#next - 1 - this.#cells.reached) | 0;
  }

  #waiting(): number[] {
    const { reached } = this.#cells;
    return [...this.#tasks.keys()].filter((number) => ((number - reached) | 0) > 0);
  }

  #hear(message: unknown): void {
    if (this.#isEnded) return;
    if (message === readyMessage) {
      this.isReady = true;
      this.#events.onReady(this);
      return;
    }
    if (!isAnswers(message)) return;
    const now = this.#settings.clock.now();
    for (const answer of message) {
      const task = this.#tasks.get(answer.number);
      if (task === undefined) continue;
      this.#tasks.delete(answer.number);
      if (now >= task.deadline) task.reject(late(true));
      else this.#settle(task, answer);
    }
    this.hasAnswered = true;
    this.heardAt = now;
    this.#events.onAnswers(this);
  }

  #settle(task: PoolTask, answer: TaskAnswer): void {
    const { name } = this.#settings;
    if ('value' in answer) return task.resolve(answer.value);
    if ('thrown' in answer) {
      const cause = restoreThrown(answer.thrown);
      return task.reject(new SpillwayError('MODEL_FAILED', `${name} failed`, { cause }));
    }
    const cause = restoreThrown(answer.notCloned);
    const text = `${name} answered what cannot be handed from one thread to another`;
    task.reject(new SpillwayError('INVALID_OUTPUT', text, { cause }));
  }

  /** One message that cannot be cloned must not fail those that were sent with it. */
  #notSent(first: number, tasks: readonly PoolTask[], cause: unknown): void {
    let number = first;
    for (let count = tasks.length; count > 0; count--) {
      this.#cells.take(number);
      this.#tasks.delete(number);
      number = ThreadCells.after(number);
    }
    if (tasks.length > 1) {
      for (const task of tasks) this.send([task]);
      return;
    }
    const text = 'the row cannot be handed to another thread: it is not plain data';
    tasks[0]?.reject(new SpillwayError('INVALID_ROW', text, { cause }));
  }

  #call(giveUp: readonly number[]): void {
    this.#calls = ThreadCells.after(this.#calls);
    this.#post({ call: this.#calls, giveUp });
  }

  #post(message: PoolMessage): void {
    this.#worker.postMessage(message, []);
  }
}

function late(begun: boolean): SpillwayError {
  const text = begun ? 'no answer within its deadline' : 'no thread began it within its deadline';
  return new SpillwayError('DEADLINE_EXCEEDED', text, { details: { begun } });
}

function isInputType(option: string): boolean {
  return option.startsWith('--input-type');
}

/** Code of a user may send messages of its own to the thread that started it. */
function isAnswers(message: unknown): message is readonly TaskAnswer[] {
  return Array.isArray(message) && message.every(isAnswer);
}

function isAnswer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'number' in value;
}
