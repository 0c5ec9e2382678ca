/** Something that keeps a histogram until it is split. */
export interface SlotHolder {
  /** -1 when it has none, or had to give it up. */
  slot: number;
}

/** A fixed number of places for histograms. */
export interface HistogramSlots {
  /** Gives a holder a place, which another one may have to give up: one that `keep` was called for. */
  take(holder: SlotHolder): void;
  /** Lets a holder keep its place until it is needed elsewhere. */
  keep(holder: SlotHolder): void;
  /** Takes a holder out of those who may have to give up their place. */
  secure(holder: SlotHolder): void;
  /** Takes back the place of a holder, if it has one. */
  free(holder: SlotHolder): void;
  /** Takes back all. */
  clear(): void;
}

/**
 * Deals out places for histograms. A node whose place was given away costs nothing but time: the histograms of its children
 * are then summed from their rows. Where sums are not exact, their last bits may be other ones.
 */
export function createHistogramSlots(count: number): HistogramSlots {
  let free: number[] = [];
  let fresh = 0;
  const kept = new Set<SlotHolder>();

  return {
    take(holder) {
      const slot = free.pop();
      if (slot !== undefined) holder.slot = slot;
      else if (fresh < count) holder.slot = fresh++;
      else {
        const [oldest] = kept;
        if (oldest === undefined) throw new Error('every histogram is in use');
        kept.delete(oldest);
        holder.slot = oldest.slot;
        oldest.slot = -1;
      }
    },
    keep: (holder) => void kept.add(holder),
    secure: (holder) => void kept.delete(holder),
    free(holder) {
      kept.delete(holder);
      if (holder.slot !== -1) free.push(holder.slot);
      holder.slot = -1;
    },
    clear() {
      free = [];
      fresh = 0;
      kept.clear();
    },
  };
}
