/**
 * A line for work that cannot start yet: CoDel as Facebook uses it, with adaptive LIFO, four priorities and costs.
 * Source: Maurer, "Fail at Scale", ACM Queue 13(8), 2015; priorities after the SRE book, chapter 21.
 * Each operation is O(1) amortised but `remove`, `removeAll` and `shedOverdue`, which are O(length).
 * Invariant: what was offered comes out exactly once: taken, shed or removed.
 */
import { SpillwayError } from '../core/index.ts';
import { Deque } from './deque.ts';
import { type Priority, priorities, rankOf } from './priority.ts';
import {
  completeOptions,
  type WaitingLineOptions,
  type WaitingLineSettings,
} from './waiting-line-options.ts';

/** Why an item was shed: it waited too long, its deadline passed, or it made way for a higher priority. */
export type ShedReason = 'waited-too-long' | 'deadline' | 'displaced';

/** Where an item belongs in a line. */
export interface PlaceInLine {
  readonly priority: Priority;
  /** Units of cost: above 0, finite. */
  readonly cost: number;
  /** When nobody wants it any more, in milliseconds of the clock that `now` is of. */
  readonly deadline: number;
}

/**
 * A line of items. It reads no clock and sets no timer: `now`, in milliseconds, never goes back, and time passes when
 * somebody calls.
 *
 * A line *stands* when it has not been empty for `intervalMs`. Then the newest item of a priority is served first and an
 * item may wait `targetMs`; else the oldest is first. So an item that came at `since` is overdue when the later of
 * `since + targetMs` and, with the time when the line was last empty, `emptyAt + intervalMs` has come.
 */
export interface WaitingLine<Item> {
  /** How many items wait. */
  readonly length: number;
  /** What they cost together. */
  readonly cost: number;
  /**
   * Whether `offer` would take such an item now. Together with those of its own and of higher priorities it must fit
   * into 100 % of the capacity (`critical-plus`), 90 % (`critical`), 70 % (`sheddable-plus`) or 50 % (`sheddable`),
   * rounded up to a whole unit; lower ones do not count, because they make way. When none of its own or of a higher
   * priority waits there is room, however dear the item is.
   */
  hasRoom(priority: Priority, cost: number): boolean;
  /**
   * Puts an item in, and sheds lower priorities until all fits into the part that its priority may fill: the lowest
   * first, within one the oldest. False, and nothing is shed, when there is no room.
   * @throws SpillwayError `INVALID_OPTION` when the cost is not above 0 and finite.
   */
  offer(item: Item, place: PlaceInLine, now: number): boolean;
  /**
   * Takes out the next one to serve, highest priority first; `undefined` when none is left. Before that, what is overdue
   * or past its deadline is shed from the old end of every priority, highest priority first. An item that is overdue or
   * past its deadline is never served.
   */
  take(now: number): Item | undefined;
  /** Takes out an item that waits, by identity; false when it does not wait here. */
  remove(item: Item): boolean;
  /** Takes out all items: highest priority first, within one the oldest first. */
  removeAll(): Item[];
  /**
   * Sheds every item that is overdue or past its deadline, wherever it stands; answers when the next one will be, Infinity
   * when none. For callers who are not to wait for a `take` to hear of it.
   */
  shedOverdue(now: number): number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly cost: number;
  readonly deadline: number;
  readonly since: number;
}

/** What waits with one priority, and how much it costs. */
interface Lane<Item> {
  readonly entries: Deque<Entry<Item>>;
  readonly allowance: number;
  cost: number;
}

const percentOf: Readonly<Record<Priority, number>> = Object.freeze({
  'critical-plus': 100,
  critical: 90,
  'sheddable-plus': 70,
  sheddable: 50,
});

/**
 * Makes an empty line. `onShed` is told of each item that is shed, once, in `offer`, `take` or `shedOverdue`, after the
 * item is out; it must neither throw nor call the line.
 * @throws SpillwayError `INVALID_CONFIG` with every fault.
 */
export function createWaitingLine<Item>(
  options: WaitingLineOptions,
  onShed: (item: Item, reason: ShedReason) => void,
): WaitingLine<Item> {
  return new CodelLine(completeOptions(options), onShed);
}

class CodelLine<Item> implements WaitingLine<Item> {
  readonly #targetMs: number;
  readonly #intervalMs: number;
  readonly #onShed: (item: Item, reason: ShedReason) => void;
  /** By rank: the highest priority first. */
  readonly #lanes: readonly Lane<Item>[];
  #length = 0;
  /** When it was last empty; of no meaning while it is. */
  #emptyAt = 0;

  constructor(
    { capacity, targetMs, intervalMs }: WaitingLineSettings,
    onShed: (item: Item, reason: ShedReason) => void,
  ) {
    this.#targetMs = targetMs;
    this.#intervalMs = intervalMs;
    this.#onShed = onShed;
    this.#lanes = priorities.map((priority) => ({
      entries: new Deque<Entry<Item>>(),
      allowance: Math.min(capacity, Math.ceil((capacity * percentOf[priority]) / 100)),
      cost: 0,
    }));
  }

  get length(): number {
    return this.#length;
  }

  get cost(): number {
    let sum = 0;
    for (const lane of this.#lanes) sum += lane.cost;
    return sum;
  }

  hasRoom(priority: Priority, cost: number): boolean {
    const rank = rankOf[priority];
    let waiting = 0;
    let sum = cost;
    for (let place = 0; place <= rank; place++) {
      const lane = this.#lane(place);
      waiting += lane.entries.length;
      sum += lane.cost;
    }
    return waiting === 0 || sum <= this.#lane(rank).allowance;
  }

  offer(item: Item, { priority, cost, deadline }: PlaceInLine, now: number): boolean {
    if (!(cost > 0 && cost < Number.POSITIVE_INFINITY)) {
      throw new SpillwayError('INVALID_OPTION', `expected a finite cost above 0, got ${cost}`);
    }
    if (!this.hasRoom(priority, cost)) return false;
    const rank = rankOf[priority];
    const lane = this.#lane(rank);
    this.#makeWay(rank, lane.allowance - cost, now);
    if (this.#length === 0) this.#emptyAt = now;
    lane.entries.pushBack({ item, cost, deadline, since: now });
    lane.cost += cost;
    this.#length++;
    return true;
  }

  take(now: number): Item | undefined {
    if (this.#length === 0) return undefined;
    const stands = now >= this.#emptyAt + this.#intervalMs;
    for (const lane of this.#lanes) if (lane.entries.length > 0) this.#shedOldEnd(lane, now);
    for (const lane of this.#lanes) {
      const { entries } = lane;
      while (entries.length > 0) {
        const entry = stands ? entries.popBack() : entries.popFront();
        if (entry === undefined) break;
        this.#count(lane, entry);
        if (now < entry.deadline) return entry.item;
        this.#onShed(entry.item, 'deadline');
      }
    }
    return undefined;
  }

  remove(item: Item): boolean {
    for (const lane of this.#lanes) {
      const entry = lane.entries.find((other) => other.item === item);
      if (entry === undefined) continue;
      lane.entries.removeWhere((other) => other === entry);
      this.#count(lane, entry);
      return true;
    }
    return false;
  }

  removeAll(): Item[] {
    const items: Item[] = [];
    for (const lane of this.#lanes) {
      lane.entries.removeWhere(({ item }) => items.push(item) > 0);
      lane.cost = 0;
    }
    this.#length = 0;
    return items;
  }

  shedOverdue(now: number): number {
    const shed: (readonly [Item, ShedReason])[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes) {
      lane.entries.removeWhere((entry) => {
        const reason = this.#whyOverdue(entry, now);
        if (reason === null) {
          next = Math.min(next, entry.deadline, this.#overdueAt(entry));
          return false;
        }
        shed.push([entry.item, reason]);
        this.#length--;
        lane.cost -= entry.cost;
        return true;
      });
      if (lane.entries.length === 0) lane.cost = 0;
    }
    // only now, when every lane is whole again
    for (const [item, reason] of shed) this.#onShed(item, reason);
    return next;
  }

  /** Sheds what is below a rank, lowest first, until all costs together are at most `most`. */
  #makeWay(rank: number, most: number, now: number): void {
    for (let place = this.#lanes.length - 1; place > rank; place--) {
      const lane = this.#lane(place);
      while (this.cost > most) {
        const entry = lane.entries.popFront();
        if (entry === undefined) break;
        this.#count(lane, entry);
        this.#onShed(entry.item, now < entry.deadline ? 'displaced' : 'deadline');
      }
    }
  }

  /** Who came first is overdue first. A deadline may have passed anywhere. */
  #shedOldEnd(lane: Lane<Item>, now: number): void {
    const { entries } = lane;
    for (let oldest = entries.front; oldest !== undefined; oldest = entries.front) {
      const reason = this.#whyOverdue(oldest, now);
      if (reason === null) return;
      entries.popFront();
      this.#count(lane, oldest);
      this.#onShed(oldest.item, reason);
    }
  }

  #whyOverdue(entry: Entry<Item>, now: number): ShedReason | null {
    if (!(now < entry.deadline)) return 'deadline';
    return now < this.#overdueAt(entry) ? null : 'waited-too-long';
  }

  #overdueAt({ since }: Entry<Item>): number {
    return Math.max(since + this.#targetMs, this.#emptyAt + this.#intervalMs);
  }

  /** An entry has left its lane. */
  #count(lane: Lane<Item>, { cost }: Entry<Item>): void {
    this.#length--;
    // sums of fractions may leave a rest
    lane.cost = lane.entries.length === 0 ? 0 : lane.cost - cost;
  }

  #lane(rank: number): Lane<Item> {
    const lane = this.#lanes[rank];
    if (lane === undefined) throw new RangeError(`there is no priority of rank ${rank}`);
    return lane;
  }
}
