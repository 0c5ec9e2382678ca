import { type Clock, checkOptions } from '../core/index.ts';
import type { MemoryGauge } from './memory-gauge.ts';
import { createPressure, type Pressure } from './pressure.ts';
import { type Priority, priorities, rankOf } from './priority.ts';
import { createServiceTimes, type ServiceTimes } from './service-times.ts';
import { createWaitingLine, type WaitingLine } from './waiting-line.ts';

/**
 * Why work was refused: too much waits, it would wait beyond its deadline, the event loop is held up by others, or memory
 * is short; or, once it waited, that it made way for a higher priority.
 */
export const overloadReasons = [
  'queue-full',
  'deadline',
  'loop-delay',
  'memory',
  'displaced',
] as const;

/** One of `overloadReasons`. */
export type OverloadReason = (typeof overloadReasons)[number];

/** How much work may wait, what is watched, and what is done with work. */
export interface AdmissionOptions<Item extends Work> {
  /** How many kinds of work there are, which are numbered from 0. */
  readonly kinds: number;
  /** How much work may wait, in milliseconds that it is expected to take. */
  readonly maxQueueMs: number;
  /** From which standing lateness of the event loop on work is refused, in milliseconds. */
  readonly maxLoopDelayMs: number;
  readonly memory: MemoryGauge;
  readonly clock: Clock;
  /** Whether anybody still waits for it, asked when its turn has come. @default always */
  readonly isWanted?: (work: Item) => boolean;
  /** Does it; must not throw. */
  readonly run: (work: Item, startedAt: number) => void;
  /** Told instead when it is refused after all; must not throw. */
  readonly refuse: (work: Item, reason: OverloadReason) => void;
}

/** A piece of work that keeps the thread busy. */
export interface Work {
  readonly kind: number;
  /** Size of its body. */
  readonly bytes: number;
  readonly priority: Priority;
  /** When nobody wants it any more, in milliseconds of the clock. */
  readonly deadline: number;
}

/** A door before the one thread: what passes waits for at most as long as the work in front of it takes. */
export interface Admission<Item extends Work> {
  /** Whether `whyRefused` needs to be asked at all: whether much waits, or anything presses. */
  readonly isBusy: boolean;
  /** Why such work would be refused now, `null` when it may come; `timeoutMs` from now on nobody wants it. */
  whyRefused(
    kind: number,
    bytes: number,
    priority: Priority,
    timeoutMs: number,
  ): OverloadReason | null;
  /** Lets work wait for its turn; refuses it when there is no room. */
  offer(work: Item): void;
  /** Does work that waits for some 2 milliseconds, then answers whether more of it waits. */
  runSlice(): boolean;
  /** How much waits: pieces, and the milliseconds they are expected to take. */
  readonly length: number;
  readonly queuedMs: number;
  readonly loopDelayMs: number;
  /** Whether memory has been too short for any work for two seconds. */
  readonly isMemoryShort: boolean;
}

/**
 * After so much work the event loop gets a turn, in which probes are answered and new work is refused. Short, because
 * libuv accepts one connection a turn: with slices of 5 milliseconds a busy port would take no more than 200 a second.
 */
const sliceMs = 2;
/**
 * CoDel's insight, for a line that is bounded by work: a burst is let wait, and a line that was not empty for twice as
 * long as it may ever take is no burst. Then it is kept short, since a long one makes everybody late and serves nobody
 * more. Who was let in is served in turn: to shed those would waste what they have waited.
 */
const burstFactor = 2;
/** How much may wait in a line that stands, as shares of what else may: the more for the higher, so that it is they who are served. */
const standingShareOf: Readonly<Record<Priority, number>> = Object.freeze({
  'critical-plus': 1,
  critical: 0.1,
  'sheddable-plus': 0.07,
  sheddable: 0.05,
});
/** Far more than anything waits: the line's own ways of shedding and of serving the newest first are not used. */
const neverMs = 1e12;

const everyRank = priorities.length - 1;

/**
 * Makes the door. Work waits in a line of four priorities whose capacity is time, not pieces: what a kind of work takes
 * is learned, so a dear model lets fewer wait, and nobody waits much longer than `maxQueueMs`.
 */
export function createAdmission<Item extends Work>(
  options: AdmissionOptions<Item>,
): Admission<Item> {
  return new MeasuredAdmission(options);
}

class MeasuredAdmission<Item extends Work> implements Admission<Item> {
  readonly #clock: Clock;
  readonly #isWanted: (work: Item) => boolean;
  readonly #run: (work: Item, startedAt: number) => void;
  readonly #refuse: (work: Item, reason: OverloadReason) => void;
  readonly #line: WaitingLine<Item>;
  readonly #times: ServiceTimes;
  readonly #pressure: Pressure;
  /** A line that was not empty for so long stands. */
  readonly #burstMs: number;
  readonly #maxQueueMs: number;
  /** When the line was last empty; of no meaning while it is. */
  #emptyAt = 0;
  /** When the clock was read last. */
  #seenAt = 0;
  #stands = false;

  constructor(options: AdmissionOptions<Item>) {
    const { kinds, maxQueueMs, maxLoopDelayMs, memory, clock } = options;
    const { isWanted = () => true, refuse, run } = options;
    checkOptions(
      'admission',
      Object.entries({ maxQueueMs, maxLoopDelayMs }).map(([option, value]) => ({
        option,
        value,
        holds: value > 0 && value < Number.POSITIVE_INFINITY,
        expected: 'a finite number of milliseconds above 0',
      })),
    );
    this.#clock = clock;
    this.#isWanted = isWanted;
    this.#run = run;
    this.#refuse = refuse;
    this.#times = createServiceTimes(kinds);
    this.#pressure = createPressure({ clock, maxLoopDelayMs, memory });
    this.#line = createWaitingLine<Item>(
      {
        capacity: maxQueueMs,
        targetMs: neverMs,
        intervalMs: neverMs,
      },
      // never for having waited: see above
      (work, reason) => refuse(work, reason === 'displaced' ? reason : 'deadline'),
    );
    this.#burstMs = burstFactor * maxQueueMs;
    this.#maxQueueMs = maxQueueMs;
  }

  get isBusy(): boolean {
    const least = standingShareOf.sheddable * this.#maxQueueMs;
    return this.#line.cost > least || this.#pressure.lowestRank < everyRank;
  }

  get length(): number {
    return this.#line.length;
  }

  get queuedMs(): number {
    return this.#line.cost;
  }

  get loopDelayMs(): number {
    return this.#pressure.loopDelayMs;
  }

  get isMemoryShort(): boolean {
    return this.#pressure.isMemoryShort;
  }

  whyRefused(
    kind: number,
    bytes: number,
    priority: Priority,
    timeoutMs: number,
  ): OverloadReason | null {
    const { lowestRank, reason } = this.#pressure;
    if (rankOf[priority] > lowestRank) return reason;
    if (this.#line.cost + this.#pressure.loopDelayMs > timeoutMs) return 'deadline';
    if (this.#stands && this.#line.cost > standingShareOf[priority] * this.#maxQueueMs)
      return 'queue-full';
    const cost = this.#times.expectedMs(kind, bytes);
    return this.#line.hasRoom(priority, cost) ? null : 'queue-full';
  }

  offer(work: Item): void {
    this.#pressure.wake();
    const { kind, bytes, priority, deadline } = work;
    const place = { priority, cost: this.#times.expectedMs(kind, bytes), deadline };
    // a look at the clock costs as much as a step of this; what comes while others wait comes soon after them
    if (this.#line.length === 0) this.#seenAt = this.#emptyAt = this.#clock.now();
    if (!this.#line.offer(work, place, this.#seenAt)) this.#refuse(work, 'queue-full');
  }

  runSlice(): boolean {
    const until = this.#clock.now() + sliceMs;
    let now = until - sliceMs;
    while (now < until) {
      const work = this.#line.take(now);
      if (work === undefined) break;
      // and what it would have taken is not learned from it
      if (!this.#isWanted(work)) continue;
      this.#run(work, now);
      const startedAt = now;
      now = this.#clock.now();
      this.#times.observe(work.kind, work.bytes, now - startedAt);
    }
    this.#seenAt = now;
    const { length } = this.#line;
    this.#stands = length > 0 && now - this.#emptyAt > this.#burstMs;
    return length > 0;
  }
}
