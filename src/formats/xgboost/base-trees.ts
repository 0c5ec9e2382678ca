import type { TreeInput } from '../../model/index.ts';
import type { BoosterTree } from './booster.ts';

/** Trees of one leaf that add the margins of a base, with what they are to the file. */
export interface BaseTrees {
  readonly trees: readonly BoosterTree[];
  readonly outputs: readonly number[];
}

/** The shape of the rounds that come after. */
export interface RoundShape {
  /** Trees of each round and output. */
  readonly parallel: number;
  readonly isVector: boolean;
}

/**
 * A round of one-leaf trees that adds the margins. With several trees of each output the first does and the others add -0,
 * the number that changes no sum.
 */
export function createBaseTrees(
  margins: Float64Array,
  { isVector, parallel }: RoundShape,
): BaseTrees {
  const silent = new Float64Array(margins.length).fill(-0);
  const turns = Array.from({ length: parallel }, (_, turn) => (turn === 0 ? margins : silent));
  if (isVector) {
    return { trees: turns.map((answers) => createLeaf(0, answers)), outputs: turns.map(() => 0) };
  }
  const outputs = Array.from(margins).flatMap((_, output) => turns.map(() => output));
  const trees = Array.from(margins, (_, output) =>
    turns.map((answers) => createLeaf(answers[output]!)),
  ).flat();
  return { trees, outputs };
}

function createLeaf(answer: number, answers?: Float64Array): BoosterTree {
  return {
    left: Int32Array.of(-1),
    right: Int32Array.of(-1),
    parent: Int32Array.of(-1),
    column: Int32Array.of(0),
    condition: Float32Array.of(answer),
    missingLeft: Uint8Array.of(0),
    gain: Float32Array.of(0),
    cover: Float32Array.of(0),
    weight: Float32Array.of(answer),
    categories: [null],
    answers: answers === undefined ? undefined : Float32Array.from(answers),
  };
}

/** Takes the first trees into the base, as long as they are the single leaves that they should be. */
export function takeBaseTrees(
  base: Float64Array,
  trees: readonly TreeInput[],
  { count, leafSize }: { readonly count: number; readonly leafSize: number },
): readonly TreeInput[] {
  let taken = 0;
  for (; taken < count; taken++) {
    const tree = trees[taken];
    if (tree === undefined || tree.left.length !== 1 || tree.left[0] !== -1) break;
    const first = leafSize === 1 ? tree.output : 0;
    for (let output = 0; output < leafSize; output++) {
      base[first + output] = Math.fround(base[first + output]! + tree.value[output]!);
    }
  }
  return trees.slice(taken);
}
