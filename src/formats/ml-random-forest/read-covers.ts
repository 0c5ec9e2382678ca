import { JsonValue } from '../json/json-value.ts';
import type { FlatTree } from './flatten-tree.ts';

/** How far, relative to a node, its cover may be from that of its children. */
const tolerance = 1e-6;

/**
 * The covers that came beside the file: per tree one number per node, in preorder, left before right. A node must
 * have what its children have together, which covers in any other order do not.
 */
export function readCovers(covers: unknown, trees: readonly FlatTree[]): Float64Array[] | null {
  if (covers === undefined || covers === null) return null;
  const value = new JsonValue(covers, 'covers');
  const perTree = value.items();
  if (perTree.length !== trees.length) value.refuse(`${trees.length} arrays, one per tree`);
  return perTree.map((item, index) => {
    const tree = trees[index]!;
    const cover = item.numbers();
    if (cover.length !== tree.left.length) item.refuse(`an array of ${tree.left.length} numbers`);
    for (let node = 0; node < cover.length; node++) {
      if (tree.left[node] === -1) continue;
      const children = cover[tree.left[node]!]! + cover[tree.right[node]!]!;
      if (!(Math.abs(cover[node]! - children) <= tolerance * cover[node]!)) {
        item.refuse(`in entry ${node} the sum ${children} of its children`);
      }
    }
    return cover;
  });
}
