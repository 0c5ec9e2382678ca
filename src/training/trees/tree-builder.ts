import type { BoosterTree } from '../../formats/index.ts';
import type { Split } from './find-split.ts';

/** Takes down a tree while it grows. */
export interface TreeBuilder {
  /** Makes a node an inner one and gives the numbers of its two children. */
  split(node: number, split: Split, weight: number): readonly [left: number, right: number];
  /** Says what a leaf answers, the step size included. */
  answer(leaf: number, value: number, weight: number): void;
  finish(): BoosterTree;
}

/** Starts a tree that is a root only. */
export function createTreeBuilder(rootHessian: number): TreeBuilder {
  const nodes: Node[] = [createNode(-1, rootHessian)];
  return {
    split(index, split, weight) {
      const node = nodes[index]!;
      const left = nodes.push(createNode(index, split.left.hessian)) - 1;
      const right = nodes.push(createNode(index, split.right.hessian)) - 1;
      const cover = split.left.hessian + split.right.hessian;
      Object.assign(node, { ...split, left, right, cover, weight });
      return [left, right];
    },
    answer(leaf, value, weight) {
      Object.assign(nodes[leaf]!, { condition: value, weight });
    },
    finish() {
      return Object.freeze({
        left: Int32Array.from(nodes, ({ left }) => left),
        right: Int32Array.from(nodes, ({ right }) => right),
        parent: Int32Array.from(nodes, ({ parent }) => parent),
        column: Int32Array.from(nodes, ({ column }) => column),
        condition: Float32Array.from(nodes, ({ condition }) => condition),
        missingLeft: Uint8Array.from(nodes, ({ missingLeft }) => (missingLeft ? 1 : 0)),
        gain: Float32Array.from(nodes, ({ gain }) => gain),
        cover: Float32Array.from(nodes, ({ cover }) => cover),
        weight: Float32Array.from(nodes, ({ weight }) => weight),
        categories: Object.freeze(nodes.map(({ categories }) => categories)),
      });
    },
  };
}

interface Node {
  left: number;
  right: number;
  parent: number;
  column: number;
  condition: number;
  missingLeft: boolean;
  gain: number;
  cover: number;
  weight: number;
  categories: Int32Array | null;
}

function createNode(parent: number, cover: number): Node {
  return {
    left: -1,
    right: -1,
    parent,
    column: 0,
    condition: 0,
    missingLeft: false,
    gain: 0,
    cover,
    weight: 0,
    categories: null,
  };
}
