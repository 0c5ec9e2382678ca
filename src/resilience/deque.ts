/** A list with two ends, both as cheap as the other; what is old is in front. Keeps the memory of its longest day. */
export class Deque<Item extends object> {
  /** A ring whose size is a power of two, so that a place is found with one `&`. */
  #ring: (Item | undefined)[] = Array.from({ length: 16 }, () => undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get front(): Item | undefined {
    return this.at(0);
  }

  get back(): Item | undefined {
    return this.at(this.#length - 1);
  }

  /** The item at a place counted from the front; `undefined` outside. */
  at(place: number): Item | undefined {
    if (place < 0 || place >= this.#length) return undefined;
    return this.#ring[(this.#head + place) & (this.#ring.length - 1)];
  }

  pushBack(item: Item): void {
    if (this.#length === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length++;
  }

  popFront(): Item | undefined {
    const item = this.front;
    if (this.#length === 0) return undefined;
    // an item that is out must not be kept alive by the ring
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    return item;
  }

  popBack(): Item | undefined {
    const item = this.back;
    if (this.#length === 0) return undefined;
    this.#length--;
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = undefined;
    return item;
  }

  /** The first, from the front, that `suits` says. O(n). */
  find(suits: (item: Item) => boolean): Item | undefined {
    for (let place = 0; place < this.#length; place++) {
      const item = this.at(place);
      if (item !== undefined && suits(item)) return item;
    }
    return undefined;
  }

  /** Takes out all that `leaves` says, the others keep their order. Asks each item once, from the front. O(n). */
  removeWhere(leaves: (item: Item) => boolean): void {
    const before = this.#length;
    const mask = this.#ring.length - 1;
    let kept = 0;
    for (let place = 0; place < before; place++) {
      const item = this.#ring[(this.#head + place) & mask];
      if (item === undefined || leaves(item)) continue;
      this.#ring[(this.#head + kept) & mask] = item;
      kept++;
    }
    for (let place = kept; place < before; place++) {
      this.#ring[(this.#head + place) & mask] = undefined;
    }
    this.#length = kept;
  }

  #grow(): void {
    const items = Array.from({ length: this.#length }, (_, place) => this.at(place));
    this.#ring = [...items, ...Array.from({ length: this.#length }, () => undefined)];
    this.#head = 0;
  }
}
