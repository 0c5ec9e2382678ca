import { parentPort, workerData } from 'node:worker_threads';
import { SpillwayError, systemClock } from '../core/index.ts';
import { ThreadCells } from './thread-cells.ts';
import { describeThrown, type ThrownText } from './thrown-text.ts';

/** What a task is told beside its message. */
export interface TaskCall {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a thread of a pool does with its tasks. */
export interface TaskAnswerer {
  /** Answers a message, now or later, with what can be cloned. */
  answer(message: unknown, call: TaskCall): unknown;
  /**
   * Whether a message is certainly answered at once and within a fraction of a millisecond: answers that were made before
   * may then wait for its own and travel with it, for 1 ms at most. @default never
   */
  isQuick?(message: unknown): boolean;
}

/** What a pool gives its thread to begin with. */
export interface ThreadData {
  readonly memory: SharedArrayBuffer;
  readonly data: unknown;
}

/** The first message of a thread: it can take tasks. */
export const readyMessage = 'ready';

/** What a pool sends: messages under numbers that follow each other, or the call to give up tasks. */
export type PoolMessage =
  | { readonly first: number; readonly messages: readonly unknown[] }
  | { readonly call: number; readonly giveUp: readonly number[] };

/** What a thread answers to the task of a number. */
export type TaskAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly thrown: ThrownText }
  | { readonly number: number; readonly notCloned: ThrownText };

/** After so long at its tasks the thread lets go of what it holds and listens to the pool, in milliseconds. */
const longestTurnMs = 1;

/**
 * Answers the tasks of a pool: the whole work of the file of a thread. `prepare` gets the `workerData` of the pool; what
 * it throws ends the thread, and the pool says so.
 */
export async function serveTasks(
  prepare: (data: unknown) => TaskAnswerer | Promise<TaskAnswerer>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new SpillwayError('INTERNAL', 'tasks are served in a thread of a pool');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what PoolThread starts its worker with
  const { data, memory } = workerData as ThreadData;
  const server = new TaskServer(await prepare(data), new ThreadCells(memory), (answers) =>
    port.postMessage(answers),
  );
  port.on('message', (message: PoolMessage) => server.take(message));
  port.postMessage(readyMessage);
}

class TaskServer {
  readonly #answerer: TaskAnswerer;
  readonly #cells: ThreadCells;
  readonly #post: (answers: readonly TaskAnswer[]) => void;
  readonly #waiting: { readonly number: number; readonly message: unknown }[] = [];
  readonly #underWay = new Map<number, Call>();
  #held: TaskAnswer[] = [];
  #next = 0;
  #isRunning = false;
  #turnStartedAt = 0;

  constructor(
    answerer: TaskAnswerer,
    cells: ThreadCells,
    post: (answers: readonly TaskAnswer[]) => void,
  ) {
    this.#answerer = answerer;
    this.#cells = cells;
    this.#post = post;
  }

  take(message: PoolMessage): void {
    if ('giveUp' in message) {
      this.#cells.acknowledged = message.call;
      for (const number of message.giveUp) this.#underWay.get(number)?.giveUp();
      return;
    }
    let number = message.first;
    for (const each of message.messages) {
      this.#waiting.push({ number, message: each });
      number = ThreadCells.after(number);
    }
    if (!this.#isRunning) this.#startTurn();
  }

  #startTurn(): void {
    this.#isRunning = true;
    this.#turnStartedAt = systemClock.now();
    this.#run();
  }

  /** Begins tasks one after the other, and lets go of the thread in between when it had it for long. */
  #run(): void {
    this.#cells.current = 0;
    for (;;) {
      const task = this.#waiting[this.#next];
      if (task === undefined) break;
      this.#next++;
      const answered = this.#begin(task.number, task.message);
      if (systemClock.now() - this.#turnStartedAt > longestTurnMs) {
        this.#flush();
        setImmediate(() => this.#startTurn());
        return;
      }
      if (answered === 'later') {
        // what it can still do at once comes before the next task, else its answer waits for all that were sent with it
        queueMicrotask(() => process.nextTick(() => this.#run()));
        return;
      }
    }
    this.#waiting.length = 0;
    this.#next = 0;
    this.#flush();
    this.#isRunning = false;
  }

  #begin(number: number, message: unknown): 'now' | 'later' {
    const isOurs = this.#cells.take(number);
    this.#cells.reached = number;
    if (!isOurs) return 'now';
    const isQuick = this.#answerer.isQuick?.(message) ?? false;
    if (!isQuick) this.#flush();
    this.#cells.current = number;
    const call = new Call();
    try {
      const value = this.#answerer.answer(message, call);
      if (isThenable(value)) {
        this.#underWay.set(number, call);
        void this.#answerLater(number, value);
        return 'later';
      }
      this.#held.push({ number, value });
    } catch (error) {
      this.#held.push({ number, thrown: describeThrown(error) });
    }
    // first this, since the pool looks whether the thread is free when it has the answer
    this.#cells.current = 0;
    if (!isQuick) this.#flush();
    return 'now';
  }

  async #answerLater(number: number, answer: PromiseLike<unknown>): Promise<void> {
    try {
      const value = await answer;
      this.#held.push({ number, value });
    } catch (error) {
      this.#held.push({ number, thrown: describeThrown(error) });
    }
    this.#underWay.delete(number);
    if (this.#cells.current === number) this.#cells.current = 0;
    this.#flush();
  }

  #flush(): void {
    const answers = this.#held;
    if (answers.length === 0) return;
    this.#held = [];
    try {
      this.#post(answers);
    } catch {
      for (const answer of answers) this.#postAlone(answer);
    }
  }

  #postAlone(answer: TaskAnswer): void {
    try {
      this.#post([answer]);
    } catch (error) {
      this.#post([{ number: answer.number, notCloned: describeThrown(error) }]);
    }
  }
}

/** A controller is made only for code that looks at its signal. */
class Call implements TaskCall {
  #controller: AbortController | null = null;
  #isGivenUp = false;

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isGivenUp) this.giveUp();
    }
    return this.#controller.signal;
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#controller?.abort(new SpillwayError('CANCELLED', 'nobody waits for this answer'));
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'then' in value &&
    typeof value.then === 'function'
  );
}
