import { totalmem } from 'node:os';
import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/** How full the memory of this process is. */
export interface MemoryGauge {
  /** 0 to 1; some microseconds. */
  ratio(): number;
  /** Follows the collector, until the function that it gives is called. */
  watch(): () => void;
}

/**
 * Makes a gauge of memory: of the heap what the last full collection left of it, or of what the container allows what is
 * taken of that, whichever is more. What is used between two collections says nothing: it is mostly garbage, which V8
 * lets grow up to the limit, and who refused work for it would allocate nothing and so wait for ever.
 */
export function createMemoryGauge(): MemoryGauge {
  let live = 0;
  return {
    ratio() {
      const heap = live / getHeapStatistics().heap_size_limit;
      const allowed = process.constrainedMemory();
      // without a limit it is 0 or beyond all there is
      if (!(allowed > 0 && allowed < totalmem())) return heap;
      return Math.max(heap, process.memoryUsage.rss() / allowed);
    },
    watch() {
      const observer = new PerformanceObserver((list) => {
        if (list.getEntries().some(isFullCollection)) live = getHeapStatistics().used_heap_size;
      });
      observer.observe({ entryTypes: ['gc'] });
      return () => observer.disconnect();
    },
  };
}

function isFullCollection(entry: PerformanceEntry): boolean {
  const detail: unknown = 'detail' in entry ? entry.detail : null;
  return (
    typeof detail === 'object' &&
    detail !== null &&
    'kind' in detail &&
    detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR
  );
}
