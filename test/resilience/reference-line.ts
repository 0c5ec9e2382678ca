import type { PlaceInLine, Priority, ShedReason } from '../../src/resilience/index.ts';

interface Waiting<Item> extends PlaceInLine {
  readonly item: Item;
  readonly since: number;
}

/** Highest first, with the part of the capacity that each may fill. */
const parts: readonly (readonly [Priority, number])[] = [
  ['critical-plus', 100],
  ['critical', 90],
  ['sheddable-plus', 70],
  ['sheddable', 50],
];

/** What a waiting line must do, said as plainly as can be: one list in the order of arrival, and filters. */
export class ReferenceLine<Item> {
  waiting: Waiting<Item>[] = [];
  /** What was shed since somebody last looked, in order. */
  shed: [Item, ShedReason][] = [];
  #emptyAt = 0;
  readonly #capacity: number;
  readonly #targetMs: number;
  readonly #intervalMs: number;

  constructor(capacity: number, targetMs = 5, intervalMs = 100) {
    this.#capacity = capacity;
    this.#targetMs = targetMs;
    this.#intervalMs = intervalMs;
  }

  get cost(): number {
    return sum(this.waiting);
  }

  hasRoom(priority: Priority, cost: number): boolean {
    const rank = rankOf(priority);
    const counted = this.waiting.filter((other) => rankOf(other.priority) <= rank);
    return counted.length === 0 || sum(counted) + cost <= this.#most(priority);
  }

  offer(item: Item, place: PlaceInLine, now: number): boolean {
    if (!this.hasRoom(place.priority, place.cost)) return false;
    for (const [lower] of parts.slice(rankOf(place.priority) + 1).toReversed()) {
      for (const other of this.waiting.filter(({ priority }) => priority === lower)) {
        if (this.cost + place.cost <= this.#most(place.priority)) break;
        this.#shed(other, other.deadline <= now ? 'deadline' : 'displaced');
      }
    }
    if (this.waiting.length === 0) this.#emptyAt = now;
    this.waiting.push({ ...place, item, since: now });
    return true;
  }

  take(now: number): Item | undefined {
    const stands = now >= this.#emptyAt + this.#intervalMs;
    for (const [priority] of parts) {
      for (const other of this.waiting.filter((entry) => entry.priority === priority)) {
        if (!this.#shedWhenOverdue(other, now)) break;
      }
    }
    for (const [priority] of parts) {
      const entries = this.waiting.filter((entry) => entry.priority === priority);
      for (const next of stands ? entries.toReversed() : entries) {
        if (next.deadline > now) {
          this.#drop(next);
          return next.item;
        }
        this.#shed(next, 'deadline');
      }
    }
    return undefined;
  }

  remove(item: Item): boolean {
    const entry = this.waiting.find((other) => other.item === item);
    if (entry !== undefined) this.#drop(entry);
    return entry !== undefined;
  }

  removeAll(): Item[] {
    const items = this.#byPriority().map(({ item }) => item);
    this.waiting = [];
    return items;
  }

  shedOverdue(now: number): number {
    for (const entry of this.#byPriority()) this.#shedWhenOverdue(entry, now);
    const ends = this.waiting.map(({ deadline, since }) => {
      // the first moment at which it has waited the target and the line has stood
      const [hasWaited, hasStood] = [since + this.#targetMs, this.#emptyAt + this.#intervalMs];
      return Math.min(deadline, hasWaited < hasStood ? hasStood : hasWaited);
    });
    return Math.min(...ends);
  }

  #shedWhenOverdue(entry: Waiting<Item>, now: number): boolean {
    const stands = now >= this.#emptyAt + this.#intervalMs;
    if (entry.deadline <= now) this.#shed(entry, 'deadline');
    else if (stands && now >= entry.since + this.#targetMs) this.#shed(entry, 'waited-too-long');
    else return false;
    return true;
  }

  #byPriority(): Waiting<Item>[] {
    return this.waiting.toSorted((one, other) => rankOf(one.priority) - rankOf(other.priority));
  }

  #most(priority: Priority): number {
    const part = parts[rankOf(priority)]?.[1] ?? 0;
    return Math.min(this.#capacity, Math.ceil((this.#capacity * part) / 100));
  }

  #shed(entry: Waiting<Item>, reason: ShedReason): void {
    this.#drop(entry);
    this.shed.push([entry.item, reason]);
  }

  #drop(entry: Waiting<Item>): void {
    this.waiting = this.waiting.filter((other) => other !== entry);
  }
}

function rankOf(priority: Priority): number {
  return parts.findIndex(([name]) => name === priority);
}

function sum(entries: readonly { readonly cost: number }[]): number {
  return entries.reduce((total, { cost }) => total + cost, 0);
}
