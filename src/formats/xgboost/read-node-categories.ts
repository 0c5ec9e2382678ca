import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken } from '../refusals.ts';

/** The first number that is too large to be a category; a float32 cannot tell it from the next. */
const outOfRange = 2 ** 24;

/**
 * Per node the categories that XGBoost sends *right*, ascending; `null` for a node with a threshold. `null` for a tree
 * without such nodes, as all are before 1.3. Nodes that were pruned may still have theirs.
 */
export function readNodeCategories(
  tree: JsonValue,
  left: ArrayLike<number>,
): (readonly number[] | null)[] | null {
  const types = tree.find('split_type')?.numbers() ?? null;
  if (types === null || !types.some(Boolean)) return null;
  if (types.length !== left.length) {
    refuseBroken(`${tree.path}: ${types.length} entries of split_type, expected ${left.length}`);
  }
  const listed = readLists(tree);
  return Array.from(types, (type, node) => {
    if (type === 0 || left[node] === -1) return null;
    return (
      listed.get(node) ??
      refuseBroken(`${tree.path}: no categories for node ${node}, which asks for some`)
    );
  });
}

function readLists(tree: JsonValue): ReadonlyMap<number, readonly number[]> {
  const categories = tree.at('categories').numbers();
  const nodes = tree.at('categories_nodes').numbers();
  const starts = tree.at('categories_segments').numbers();
  const sizes = tree.at('categories_sizes').numbers();
  const wrong = categories.findIndex(
    (code) => !(Number.isInteger(code) && code >= 0 && code < outOfRange),
  );
  if (wrong !== -1) {
    refuseBroken(`${tree.path}/categories/${wrong}: expected a whole number below ${outOfRange}`);
  }
  const lists = new Map<number, readonly number[]>();
  let end = 0;
  for (const [index, node] of nodes.entries()) {
    const size = sizes[index]!;
    // one after the other, so that no list can be asked for twice
    if (
      starts[index] !== end ||
      !(Number.isInteger(size) && size >= 0 && end + size <= categories.length)
    ) {
      refuseBroken(`${tree.path}: categories of node ${node} are not where those before it end`);
    }
    const list = Array.from(categories.subarray(end, end + size));
    lists.set(
      node,
      [...new Set(list)].toSorted((a, b) => a - b),
    );
    end += size;
  }
  return lists;
}
