import type { Random } from '../../src/core/index.ts';
import { createTreeEnsemble, type TreeEnsemble } from '../../src/model/index.ts';

/**
 * One tree that is a chain: every left child is a leaf, every right child goes on, and the columns come round after
 * round. `share` says what part of the cover goes on.
 */
export function chain(
  depth: number,
  columns: number,
  random: Random,
  share: () => number,
): TreeEnsemble {
  const nodes = Array.from({ length: 2 * depth + 1 }, (_, node) => node);
  const isLeaf = (node: number) => node % 2 === 1 || node === 2 * depth;
  const cover = [1e6];
  for (let node = 0; node < 2 * depth; node += 2) {
    const goesOn = cover[node]! * share();
    cover.push(cover[node]! - goesOn, goesOn);
  }
  return createTreeEnsemble({
    columns: Array.from({ length: columns }, (_, c) => `c${c}`),
    outputs: 1,
    leafSize: 1,
    arithmetic: 'float64',
    base: [0],
    divisor: 1,
    link: 'identity',
    trees: [
      {
        output: 0,
        left: nodes.map((node) => (isLeaf(node) ? -1 : node + 1)),
        right: nodes.map((node) => (isLeaf(node) ? -1 : node + 2)),
        column: nodes.map((node) => (isLeaf(node) ? 0 : (node / 2) % columns)),
        threshold: nodes.map((node) => (isLeaf(node) ? 0 : random())),
        missingLeft: nodes.map(() => false),
        value: nodes.map((node) => (isLeaf(node) ? 2 * random() - 1 : 0)),
        cover,
      },
    ],
  });
}
