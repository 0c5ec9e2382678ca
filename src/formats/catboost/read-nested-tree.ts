import type { TreeInput } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { FindSplit, Split } from './list-splits.ts';

/** Flattens a tree of nodes inside nodes, in preorder; `left` of the file is where its split is false. */
export function readNestedTree(
  tree: JsonValue,
  findSplit: FindSplit,
  outputs: number,
  scale: number,
): TreeInput {
  const nodes = listNodes(tree, findSplit);
  const size = nodes.length;
  // before memory is claimed for them, since an inner node has as much of it as a leaf
  const answers = nodes.map(({ json, split }) => {
    if (split !== null) return null;
    const answer = answerOf(json);
    return answer.length === outputs ? answer : json.at('value').refuse(`${outputs} numbers`);
  });
  const value = new Float64Array(size * outputs);
  const cover = new Float64Array(size);
  let hasCover = true;
  for (let index = size - 1; index >= 0; index--) {
    const { json, left, right, split } = nodes[index]!;
    if (split !== null) {
      cover[index] = cover[left]! + cover[right]!;
      continue;
    }
    for (let k = 0; k < outputs; k++) value[index * outputs + k] = answers[index]![k]! * scale;
    const weight = json.find('weight')?.number();
    if (weight === undefined) hasCover = false;
    else cover[index] = weight;
  }
  const categories = nodes.some(({ split }) => split !== null && split.codes !== null)
    ? nodes.map(({ split }) => split?.codes ?? null)
    : undefined;
  return {
    output: 0,
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    column: Int32Array.from(nodes, ({ split }) => split?.column ?? 0),
    threshold: Float64Array.from(nodes, ({ split }) => split?.threshold ?? 0),
    missingLeft: Uint8Array.from(nodes, ({ split }) =>
      split === null || split.codes !== null || split.missingIsTrue ? 0 : 1,
    ),
    value,
    cover: hasCover ? cover : null,
    categories,
  };
}

/** What a leaf answers: one number, or a list with one per output. */
export function answerOf(leaf: JsonValue): Float64Array {
  const value = leaf.at('value');
  return value.kind === 'array' ? value.numbers() : Float64Array.of(value.number());
}

interface Node {
  readonly json: JsonValue;
  readonly split: Split | null;
  left: number;
  right: number;
}

/** Iteratively, and a child always after its parent. */
function listNodes(tree: JsonValue, findSplit: FindSplit): Node[] {
  const nodes: Node[] = [];
  const open: { json: JsonValue; attach: (index: number) => void }[] = [
    { json: tree, attach: () => {} },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { json } = next;
    const named = json.find('split');
    const split = named === undefined ? null : findSplit(named);
    const node: Node = { json, split, left: -1, right: -1 };
    next.attach(nodes.push(node) - 1);
    if (split === null) continue;
    // a category that is found goes left
    const [whereFalse, whereTrue] =
      split.codes === null ? (['left', 'right'] as const) : (['right', 'left'] as const);
    open.push({ json: json.at('right'), attach: (index) => (node[whereTrue] = index) });
    open.push({ json: json.at('left'), attach: (index) => (node[whereFalse] = index) });
  }
  return nodes;
}
