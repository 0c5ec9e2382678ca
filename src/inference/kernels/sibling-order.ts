import type { TreeEnsemble } from '../../model/index.ts';

/**
 * Numbers the nodes of a tree from `first` on so that siblings stand side by side and a subtree stays together:
 * `position[node]`, the right child one after the left.
 */
export function orderSiblings(
  { left, right }: TreeEnsemble,
  root: number,
  end: number,
  first: number,
  position: Int32Array,
): void {
  let next = first;
  position[root] = next++;
  // nodes are in preorder, so parents come first and the left subtree before the right
  for (let node = root; node < end; node++) {
    if (left[node] === -1) continue;
    position[left[node]!] = next++;
    position[right[node]!] = next++;
  }
}
