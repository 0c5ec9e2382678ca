import { Worker } from 'node:worker_threads';
import { systemClock } from '../../core/index.ts';
import type { GrowerLayout } from './grower-layout.ts';
import { type JobViews, runShare, viewJobs } from './run-share.ts';
import type { SharedWasmMemory, TrainingMemory } from './training-memory.ts';

/** The threads that work on the jobs of a grower. */
export interface GrowerCrew {
  /** Does what was written into memory and waits until all of it is done. */
  run(command: number, jobs: number, searches: number): void;
  /** How many threads, the caller's included, there are for the next order. */
  countThreads(): number;
  close(): void;
}

/** What a thread of a crew is given. */
export interface CrewMember {
  readonly memory: SharedWasmMemory;
  readonly layout: GrowerLayout;
  readonly thread: number;
}

/**
 * The words of a thread in memory: the number of the order it was given | that of the order it has done, -1 when it failed |
 * 1 when it is there | command | jobs | searches.
 */
const words = { given: 0, done: 1, ready: 2, command: 3, jobs: 4, searches: 5 } as const;

/**
 * Looks at a word so often before the thread sleeps, within these bounds: twice as often after each time that it was worth it,
 * where cores are free, and a quarter as often after each that was not, where they are busy.
 */
const looks = { first: 2000, fewest: 100, most: 20_000 } as const;

/**
 * When so many orders were waited for longer than the caller's own part of them took, or fewer by so many milliseconds, other
 * programs have the cores: the caller's thread does the next ones alone, so many of them.
 */
const trial = { orders: 32, lostMs: 1, alone: 224 } as const;

/**
 * Makes a crew of the caller's thread and one for each further share. The caller's thread does the shares of threads that
 * are not there yet, so none is waited for when they start.
 */
export function createCrew(
  memory: TrainingMemory,
  layout: GrowerLayout,
  workerFile: URL,
): GrowerCrew {
  const views = viewJobs(memory.buffer);
  const workers = startWorkers(memory, layout, workerFile);
  const waitFor = createWait(views);
  let order = 0;
  let alone = 0;
  let tried = { orders: 0, own: 0, waited: 0 };

  const judge = (own: number, waited: number): void => {
    tried = {
      orders: tried.orders + 1,
      own: tried.own + own,
      waited: tried.waited + waited,
    };
    const lost = tried.waited - tried.own;
    if (tried.orders < trial.orders && lost < trial.lostMs) return;
    if (lost > 0) alone = trial.alone;
    tried = { orders: 0, own: 0, waited: 0 };
  };
  const give = (thread: number, command: number, jobs: number, searches: number): void => {
    const at = placeOf(layout, thread);
    views.words[at + words.command] = command;
    views.words[at + words.jobs] = jobs;
    views.words[at + words.searches] = searches;
    Atomics.store(views.words, at + words.given, order);
    Atomics.notify(views.words, at + words.given);
  };
  const isReady = (thread: number): boolean =>
    Atomics.load(views.words, placeOf(layout, thread) + words.ready) === 1;

  return {
    run(command, jobs, searches) {
      order++;
      const start = systemClock.now();
      const others: number[] = [];
      for (let thread = 1; thread <= workers.length; thread++) {
        if (alone > 0 || !isReady(thread)) continue;
        others.push(thread);
        give(thread, command, jobs, searches);
      }
      for (let thread = 0; thread < layout.shares.length; thread++) {
        if (others.includes(thread)) continue;
        runShare(memory.kernels, views, layout, thread, command, jobs, searches);
      }
      if (alone > 0) alone--;
      const done = systemClock.now();
      for (const thread of others) {
        const at = placeOf(layout, thread) + words.done;
        if (waitFor(at, order, 'equal') === -1) {
          throw new Error('a thread of the training failed');
        }
      }
      if (others.length > 0) judge(done - start, systemClock.now() - done);
    },
    countThreads: () =>
      alone > 0 ? 1 : 1 + workers.filter((_, index) => isReady(index + 1)).length,
    close() {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** Works on orders until the thread is ended. */
export function serveCrew(
  { layout, memory, thread }: CrewMember,
  kernels: TrainingMemory['kernels'],
): void {
  const views = viewJobs(memory.buffer);
  const waitFor = createWait(views);
  const at = placeOf(layout, thread);
  Atomics.store(views.words, at + words.ready, 1);
  for (let order = 0; ; ) {
    order = waitFor(at + words.given, order, 'different');
    const [command, jobs, searches] = [words.command, words.jobs, words.searches].map(
      (place) => views.words[at + place]!,
    );
    try {
      runShare(kernels, views, layout, thread, command!, jobs!, searches!);
      Atomics.store(views.words, at + words.done, order);
    } catch (error) {
      // whoever waits has to hear of it
      Atomics.store(views.words, at + words.done, -1);
      throw error;
    } finally {
      Atomics.notify(views.words, at + words.done);
    }
  }
}

function startWorkers(memory: TrainingMemory, layout: GrowerLayout, workerFile: URL): Worker[] {
  const { shared } = memory;
  if (shared === null) return [];
  return Array.from({ length: layout.shares.length - 1 }, (_, index) => {
    const workerData: CrewMember = { memory: shared, layout, thread: index + 1 };
    // the options of the caller's program, such as --input-type, are not for this file
    const worker = new Worker(workerFile, { workerData, execArgv: [] });
    worker.unref();
    // a thread that cannot start is one that is never there: its share is done by the caller's
    worker.on('error', () => undefined);
    return worker;
  });
}

function placeOf({ control }: GrowerLayout, thread: number): number {
  return (control + 64 * thread) >>> 2;
}

/** Waits until a word is equal to a number, or differs from it; -1 ends it, too. @returns the word. */
type Wait = (at: number, number: number, until: 'equal' | 'different') => number;

function createWait({ words: memory }: JobViews): Wait {
  let worthIt: number = looks.first;
  return (at, number, until) => {
    const limit = worthIt;
    for (let look = 0; ; look++) {
      const word = Atomics.load(memory, at);
      if ((word === number) === (until === 'equal') || word === -1) {
        if (look < limit) worthIt = Math.min(looks.most, 2 * limit);
        return word;
      }
      if (look < limit) continue;
      worthIt = Math.max(looks.fewest, limit >>> 2);
      Atomics.wait(memory, at, word, 1000);
    }
  };
}
