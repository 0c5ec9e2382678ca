/**
 * At most so many calls at once, and a line for those that come meanwhile.
 * Permits are for work, not for callers: one is free again when the work has ended, not when nobody waits for it any more.
 * Invariants: never more permits out than the limit said when they were given, nobody waits while a permit is free, and
 * whoever waits gets a permit or a refusal, by the deadline and as soon as it is certain.
 */
import { type Clock, SpillwayError } from '../core/index.ts';
import {
  type BulkheadOptions,
  type BulkheadSettings,
  completeOptions,
} from './bulkhead-options.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { type EndCall, HeldPermit, type Permit, type PermitOutcome } from './permit.ts';
import type { Priority } from './priority.ts';
import { createWaitingLine, type ShedReason, type WaitingLine } from './waiting-line.ts';

/** Who asks for a permit. */
export interface PermitRequest {
  readonly priority: Priority;
  /** When the caller no longer wants it, in milliseconds of `clock.now()`; Infinity for never. */
  readonly deadline: number;
  /** Aborted when the caller gives up; one who waits then leaves the line. */
  readonly signal?: AbortSignal | undefined;
}

/** Keeps one thing from taking all the room: so many calls at once, so many that wait, the others are refused. */
export interface Bulkhead {
  /** Permits that are out. */
  readonly inFlight: number;
  /** How many may be out now. */
  readonly limit: number;
  /** How many wait. */
  readonly waiting: number;
  /**
   * Gives a permit at once when one is free, else a promise of one. A promise that is fulfilled has given a permit, which
   * is to be released also when its caller has given up in the meantime.
   * @throws SpillwayError, or rejects: `BULKHEAD_FULL`, with `details.reason` (`full`, `waited-too-long`, `displaced`)
   * and `details.retryAfterMs`, when a permit may be free, 0 when no call has ended yet; `DEADLINE_EXCEEDED`;
   * `CANCELLED`; `SHUTTING_DOWN`.
   */
  acquire(request: PermitRequest): Permit | Promise<Permit>;
  /** Refuses all who wait and all who come with `SHUTTING_DOWN`, for good. Permits that are out stay good. */
  close(): void;
}

/**
 * Makes a bulkhead with all permits free.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function createBulkhead(options: BulkheadOptions): Bulkhead {
  return new LimitedBulkhead(completeOptions(options));
}

/** One who waits. */
interface Waiter {
  readonly admit: (permit: Permit) => void;
  readonly refuse: (error: SpillwayError) => void;
  readonly signal: AbortSignal | undefined;
  readonly leave: () => void;
}

/** The weight of the newest call in the mean time of calls. */
const newestWeight = 0.1;
const longestTimerMs = 2 ** 31 - 1;

class LimitedBulkhead implements Bulkhead {
  readonly #name: string;
  readonly #limit: ConcurrencyLimit;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  /** `null` when nobody may wait. */
  readonly #line: WaitingLine<Waiter> | null;
  readonly #endCall: EndCall;
  #inFlight = 0;
  #isClosed = false;
  /** How long calls take, on average; NaN before the first has ended. */
  #meanMs = Number.NaN;
  /** When the one timer is due: not after anybody who waits is to be refused; Infinity when none is set. */
  #timerAt = Number.POSITIVE_INFINITY;
  #cancelTimer: () => void = () => undefined;

  constructor({ name, limit, queue, targetMs, intervalMs, clock }: BulkheadSettings) {
    this.#name = name;
    this.#limit = limit;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#line =
      queue === 0
        ? null
        : createWaitingLine({ capacity: queue, targetMs, intervalMs }, (waiter, reason) =>
            this.#shed(waiter, reason),
          );
    this.#endCall = (durationMs, inFlight, outcome) =>
      this.#takeBack(durationMs, inFlight, outcome);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get limit(): number {
    return Math.floor(this.#limit.limit);
  }

  get waiting(): number {
    return this.#line?.length ?? 0;
  }

  acquire({ priority, deadline, signal }: PermitRequest): Permit | Promise<Permit> {
    if (this.#isClosed) throw this.#shutDown();
    if (signal?.aborted) throw cancelled(signal);
    const now = this.#clock.now();
    if (!(now < deadline)) throw this.#late();
    // a limit that grew by itself: those who wait come first
    if (this.waiting > 0) this.#handOut(now);
    if (this.#inFlight < this.limit) return this.#give(now);
    const line = this.#line;
    if (line === null || !line.hasRoom(priority, 1)) throw this.#full('full');
    return new Promise((admit, refuse) => {
      const leave = () => {
        line.remove(waiter);
        this.#stopTimerWhenEmpty();
        refuse(cancelled(signal));
      };
      const waiter: Waiter = { admit, refuse, signal, leave };
      // behind others who wait one is overdue after them, and the timer is set for them
      const overdueAt = line.length === 0 ? now + this.#intervalMs : Number.POSITIVE_INFINITY;
      line.offer(waiter, { priority, cost: 1, deadline }, now);
      signal?.addEventListener('abort', leave, { once: true });
      const latest = Math.min(deadline, overdueAt);
      if (latest < this.#timerAt) this.#setTimer(latest);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#line?.removeAll() ?? []) this.#refuse(waiter, this.#shutDown());
    this.#stopTimerWhenEmpty();
  }

  #give(now: number): Permit {
    this.#inFlight++;
    return new HeldPermit(this.#endCall, this.#clock, now, this.#inFlight);
  }

  #takeBack(durationMs: number, inFlightAtStart: number, outcome: PermitOutcome): void {
    this.#inFlight--;
    this.#meanMs = Number.isNaN(this.#meanMs)
      ? durationMs
      : this.#meanMs + (durationMs - this.#meanMs) * newestWeight;
    try {
      if (outcome !== 'ignored') this.#limit.sample(durationMs, inFlightAtStart, outcome);
    } finally {
      if (this.waiting > 0) this.#handOut(this.#clock.now());
    }
  }

  /** Gives the permits that are free to those who wait. */
  #handOut(now: number): void {
    while (this.waiting > 0 && this.#inFlight < this.limit) {
      const waiter = this.#line?.take(now);
      if (waiter === undefined) break;
      waiter.signal?.removeEventListener('abort', waiter.leave);
      waiter.admit(this.#give(now));
    }
    this.#stopTimerWhenEmpty();
  }

  #shed(waiter: Waiter, reason: ShedReason): void {
    this.#refuse(waiter, reason === 'deadline' ? this.#late() : this.#full(reason));
  }

  #refuse(waiter: Waiter, error: SpillwayError): void {
    waiter.signal?.removeEventListener('abort', waiter.leave);
    waiter.refuse(error);
  }

  #setTimer(at: number): void {
    this.#cancelTimer();
    this.#timerAt = at;
    // whole milliseconds, because timers cut fractions and would come too early
    const delayMs = Math.min(longestTimerMs, Math.ceil(at - this.#clock.now()));
    this.#cancelTimer = this.#clock.schedule(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      const next = this.#line?.shedOverdue(this.#clock.now()) ?? Number.POSITIVE_INFINITY;
      if (next < Number.POSITIVE_INFINITY) this.#setTimer(next);
    }, delayMs);
  }

  #stopTimerWhenEmpty(): void {
    if (this.waiting > 0 || this.#timerAt === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer();
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #full(reason: keyof typeof refusals): SpillwayError {
    const { inFlight, limit, waiting } = this;
    const state = `${inFlight} of ${limit} calls under way, ${waiting} waiting`;
    // every meanMs / limit one permit comes free
    const estimateMs = Math.ceil((this.#meanMs * (waiting + 1)) / limit);
    const retryAfterMs = Number.isNaN(estimateMs) ? 0 : estimateMs;
    return new SpillwayError(
      'BULKHEAD_FULL',
      `bulkhead ${this.#name} ${refusals[reason]}: ${state}`,
      { details: { bulkhead: this.#name, reason, retryAfterMs, inFlight, limit, waiting } },
    );
  }

  #late(): SpillwayError {
    return new SpillwayError(
      'DEADLINE_EXCEEDED',
      `the deadline passed before bulkhead ${this.#name} had a permit`,
    );
  }

  #shutDown(): SpillwayError {
    return new SpillwayError('SHUTTING_DOWN', `bulkhead ${this.#name} is shut down`);
  }
}

const refusals = Object.freeze({
  full: 'is full',
  'waited-too-long': 'moves too slowly, the call waited too long',
  displaced: 'is full, the call made way for a higher priority',
});

function cancelled(signal: AbortSignal | undefined): SpillwayError {
  return new SpillwayError('CANCELLED', 'the caller gave up', { cause: signal?.reason });
}
