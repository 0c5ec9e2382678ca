import type { JsonValue } from '../json/json-value.ts';

/** A tree of nested nodes as parallel arrays in preorder, left before right. */
export interface FlatTree {
  /** Index of the left child, -1 for a leaf. */
  readonly left: number[];
  readonly right: number[];
  /** Among the columns that the tree was trained on. */
  readonly localColumn: number[];
  readonly threshold: number[];
  /** What stands in a leaf, `null` for inner nodes. */
  readonly leaf: (JsonValue | null)[];
}

interface Pending {
  readonly node: JsonValue;
  /** Where to note the index of the node. */
  readonly children: number[];
  readonly parent: number;
}

/** Flattens a tree of ml-cart. As in its `load`, a node with a `distribution` is a leaf, whatever else it holds. */
export function flattenTree(root: JsonValue): FlatTree {
  const tree: FlatTree = { left: [], right: [], localColumn: [], threshold: [], leaf: [] };
  const stack: Pending[] = [{ node: root, children: [], parent: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, children, parent } = next;
    const index = tree.left.length;
    children[parent] = index;
    const distribution = node.find('distribution') ?? null;
    tree.leaf.push(distribution);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.localColumn.push(distribution === null ? node.at('splitColumn').number() : 0);
    tree.threshold.push(distribution === null ? node.at('splitValue').number() : 0);
    if (distribution === null) {
      stack.push({ node: node.at('right'), children: tree.right, parent: index });
      stack.push({ node: node.at('left'), children: tree.left, parent: index });
    }
  }
  return tree;
}
