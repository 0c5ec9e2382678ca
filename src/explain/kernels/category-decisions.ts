// What: which way all nodes that look for categories of one column send a value, at once.
// Source: the definition of categorical nodes in src/model/tree-ensemble.ts.
// Complexity: a search among the codes, then one step per different list; a bit for each code and list.
// Invariant: what `sendsLeft` says of each of the nodes.
import type { TreeEnsemble } from '../../model/index.ts';

/** Writes -1 (left) or 1 (right) for each of the nodes. */
export type DecideCategories = (row: Float64Array, decisions: Float64Array) => void;

/** Codes and lists that make more bits than 16 MiB are left to those who ask. */
const mostBytes = 2 ** 24;

/**
 * Prepares the decisions of some nodes that look at the same column.
 * @param slots of each of the nodes: where its decision goes
 * @returns `null` when there are too many codes and nodes for a table
 */
export function createCategoryDecisions(
  { categorical, column, inputs, missingLeft }: TreeEnsemble,
  nodes: readonly number[],
  slots: readonly number[],
): DecideCategories | null {
  const { categories, count, start } = categorical!;
  const lists = nodes.map((node) => categories.subarray(start[node], start[node]! + count[node]!));
  const codes = Int32Array.from(new Set(lists.flatMap((list) => [...list]))).toSorted();
  // a row of bits for each code, one for all other codes and one for missing values
  const rowBytes = Math.ceil(nodes.length / 8);
  if ((codes.length + 2) * rowBytes > mostBytes) return null;
  const left = new Uint8Array((codes.length + 2) * rowBytes);
  const [other, missing] = [codes.length, codes.length + 1];
  for (const [index, list] of lists.entries()) {
    const setBit = (row: number) => {
      left[row * rowBytes + (index >> 3)]! |= 1 << (index & 7);
    };
    for (const code of list) setBit(find(codes, code));
    if (missingLeft[nodes[index]!] === 1) setBit(missing);
  }
  const slotOf = Int32Array.from(slots);
  const at = column[nodes[0]!]!;
  return (row, decisions) => {
    const x = inputs === 'float32' ? Math.fround(row[at]!) : row[at]!;
    const found = Number.isNaN(x) ? missing : find(codes, Math.trunc(x));
    const first = (found === -1 ? other : found) * rowBytes;
    let bits = 0;
    for (let index = 0; index < slotOf.length; index++, bits >>= 1) {
      if ((index & 7) === 0) bits = left[first + (index >> 3)]!;
      decisions[slotOf[index]!] = 1 - ((bits & 1) << 1);
    }
  };
}

/** Where a code stands among ascending ones, -1 when it does not. */
function find(codes: Int32Array, code: number): number {
  let low = 0;
  let high = codes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codes[middle]! < code) low = middle + 1;
    else high = middle;
  }
  return codes[low] === code ? low : -1;
}
