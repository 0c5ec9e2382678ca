import type { TreeParameters } from './tree-grower.ts';

/** A node that waits to be split. */
interface OpenNode {
  readonly id: number;
  readonly split: { readonly gain: number } | null;
}

/** The nodes of a tree that can be split, in the order of a policy. */
export interface OpenNodes<Node extends OpenNode> {
  add(node: Node): void;
  /** Takes the nodes that are next, any number of them that do not depend on each other; empty at the end. */
  take(): Node[];
}

/** Depthwise: level by level, by their numbers. Lossguide: one by one, the greatest gain first, of equal ones the lowest number. */
export function createOpenNodes<Node extends OpenNode>(
  policy: TreeParameters['grow_policy'],
): OpenNodes<Node> {
  return policy === 'depthwise' ? createLevels() : createHeap();
}

function createLevels<Node>(): { add(node: Node): void; take(): Node[] } {
  let level: Node[] = [];
  return {
    add: (node) => void level.push(node),
    take() {
      const taken = level;
      level = [];
      return taken;
    },
  };
}

function createHeap<Node extends OpenNode>(): OpenNodes<Node> {
  const heap: Node[] = [];
  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };
  return {
    add(node) {
      let place = heap.push(node) - 1;
      while (place > 0) {
        const parent = (place - 1) >>> 1;
        if (!isBefore(heap[place]!, heap[parent]!)) break;
        swap(place, parent);
        place = parent;
      }
    },
    take() {
      const first = heap[0];
      if (first === undefined) return [];
      const last = heap.pop()!;
      if (heap.length === 0) return [first];
      heap[0] = last;
      for (let place = 0; ; ) {
        let best = place;
        for (const child of [2 * place + 1, 2 * place + 2]) {
          if (child < heap.length && isBefore(heap[child]!, heap[best]!)) best = child;
        }
        if (best === place) return [first];
        swap(place, best);
        place = best;
      }
    },
  };
}

function isBefore(a: OpenNode, b: OpenNode): boolean {
  const difference = a.split!.gain - b.split!.gain;
  return difference > 0 || (difference === 0 && a.id < b.id);
}
