// What: which way the rows of a background go at each node of a tree, as one bit per node, equal rows taken together.
// Source: none; a row's attribution against two rows that decide alike everywhere in a tree is the same.
// Complexity: O(background * nodes), once.
// Invariant: the bit of a node is `sendsLeft`; rows are in one group exactly when all their bits are equal.
import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';

/** The decisions of a background in one tree. */
export interface TreeDecisions {
  /** Words of bits per group; that of the n-th node of the tree is bit n % 32 of word n / 32. */
  readonly words: number;
  /** `[group][word]`. */
  readonly bits: Int32Array;
  readonly groups: number;
  /** Of each background row its group. */
  readonly groupOf: Int32Array;
}

/** Decides every node of the tree from `root` up to, not including, `end` for every row of a background of rounded columns. */
export function decideBackground(
  ensemble: TreeEnsemble,
  root: number,
  end: number,
  { rows, count, mayMerge }: { rows: Float64Array; count: number; mayMerge: boolean },
): TreeDecisions {
  const words = Math.ceil((end - root) / 32);
  const width = ensemble.columns.length;
  const bits = new Int32Array(count * words);
  const groupOf = new Int32Array(count);
  const byHash = new Map<number, number[]>();
  let groups = 0;
  for (let b = 0; b < count; b++) {
    const at = groups * words;
    const row = rows.subarray(b * width, (b + 1) * width);
    decideNodes(ensemble, root, end, row, bits.subarray(at, at + words));
    const alike = byHash.get(hashOf(bits, at, words)) ?? [];
    const known = mayMerge
      ? alike.find((group) => isEqual(bits, group * words, at, words))
      : undefined;
    groupOf[b] = known ?? groups;
    if (known !== undefined) continue;
    byHash.set(hashOf(bits, at, words), [...alike, groups]);
    groups++;
  }
  return { words, bits: bits.slice(0, groups * words), groups, groupOf };
}

/** Overwrites `bits` with which way a row of rounded columns goes at each node from `root` up to, not including, `end`. */
export function decideNodes(
  ensemble: TreeEnsemble,
  root: number,
  end: number,
  row: Float64Array,
  bits: Int32Array,
): void {
  const { column, left } = ensemble;
  let word = 0;
  for (let node = root; node < end; node++) {
    const bit = (node - root) & 31;
    if (left[node] !== -1 && sendsLeft(ensemble, node, row[column[node]!]!)) word |= 1 << bit;
    if (bit === 31 || node === end - 1) {
      bits[(node - root) >>> 5] = word;
      word = 0;
    }
  }
}

function hashOf(bits: Int32Array, from: number, words: number): number {
  let hash = 0;
  for (let w = from; w < from + words; w++)
    hash = Math.imul(hash ^ bits[w]!, 0x01000193) ^ (hash >>> 15);
  return hash;
}

function isEqual(bits: Int32Array, one: number, other: number, words: number): boolean {
  for (let w = 0; w < words; w++) if (bits[one + w] !== bits[other + w]) return false;
  return true;
}
