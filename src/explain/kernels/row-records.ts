// What: the records of inner nodes that the kernel for one row reads, one after the other.
// Source: own; scripts/wasm/shap-rows.js describes the layouts.
// Complexity: nodes * quadrature nodes.
// Invariant: what the kernel makes of them is what `createTreeShap` makes of the trees.
import type { TreeEnsemble } from '../../model/index.ts';
import type { RadauQuadrature } from '../gauss-radau.ts';
import type { TreeAnnotations } from './annotate-trees.ts';
import { nodeKinds, type RowChunk, type RowPart } from './row-parts.ts';

/** What all records of a model are made from. */
export interface RecordSource {
  readonly ensemble: TreeEnsemble;
  readonly ratios: Float64Array;
  readonly annotations: TreeAnnotations;
  /** Of each node: the number below which it sends left. */
  readonly thresholds: Float64Array;
  /** Of each node: the address of the number that it sends. */
  readonly operands: Int32Array;
  /** Address of the slots, which all chunks use one after the other, and that of the states. */
  readonly slots: number;
  readonly states: number;
}

/** Which of the values of a leaf is attributed. */
export interface RecordOutput {
  /** Of each node: what is below it on average, or its own answer, of the leaves of one part. */
  readonly means: Float64Array;
  /** Of each node: the address of the sum of its column. */
  readonly sums: Int32Array;
}

/** Bytes of the records of some nodes. */
export function recordsBytes(kinds: Uint8Array, vectors: number): number {
  let bytes = 0;
  for (const kind of kinds) bytes += recordBytes(kind, vectors);
  return bytes;
}

const baseBytes = { [nodeKinds.fork]: 56, [nodeKinds.stem]: 88, [nodeKinds.twig]: 48 };
const repeatBytes = 16;

function recordBytes(kind: number, vectors: number): number {
  return baseBytes[firstOf(kind)] + (isRepeated(kind) ? repeatBytes + vectors * 16 : 0);
}

/** The kind without whether it is repeated. */
function firstOf(kind: number): 0 | 2 | 4 {
  return kind < nodeKinds.stem
    ? nodeKinds.fork
    : kind < nodeKinds.twig
      ? nodeKinds.stem
      : nodeKinds.twig;
}

function isRepeated(kind: number): boolean {
  return (kind & 1) === 1;
}

/** Makes a function that writes the records of a chunk. */
export function createRecordWriter(
  source: RecordSource,
  { vectors, isInner }: RowPart,
  { nodes: times, weightAtZero }: RadauQuadrature,
  { means, sums }: RecordOutput,
): (chunk: RowChunk) => ArrayBufferView {
  const { ensemble, ratios, annotations, thresholds, operands, slots, states } = source;
  const { left, right } = ensemble;
  const { othersRatio, previous, ratioAbove, rightOfPrevious } = annotations;
  const position = new Int32Array(left.length);
  const slotOf = (node: number): number => slots + position[node]! * vectors * 16;
  let words = new Uint32Array();
  let numbers = new Float64Array();

  const writeFork = (node: number, word: number): void => {
    const at = word / 2;
    const [first, second] = [left[node]!, right[node]!];
    words[word + 4] = slotOf(first);
    words[word + 5] = slotOf(second);
    numbers[at + 5] = ratios[first]!;
    numbers[at + 6] = ratios[second]!;
  };

  const writeStem = (node: number, word: number): void => {
    const at = word / 2;
    const isLeft = isInner[left[node]!] === 1;
    const subtree = isLeft ? left[node]! : right[node]!;
    const leaf = isLeft ? right[node]! : left[node]!;
    const [ratio, ofLeaf, value] = [ratios[subtree]!, ratios[leaf]!, means[leaf]!];
    words[word + 4] = slotOf(subtree);
    numbers[at + 5] = ((isLeft ? 0 : 1) - ofLeaf) * value;
    numbers[at + 6] = ((isLeft ? 1 : 0) - ofLeaf) * value;
    numbers[at + 7] = (isLeft ? 1 : 0) - ratio;
    numbers[at + 8] = (isLeft ? 0 : 1) - ratio;
    numbers[at + 9] = ratio;
    numbers[at + 10] = ofLeaf * value;
  };

  const write = (node: number, kind: number, word: number): void => {
    const at = word / 2;
    const mean = means[node]!;
    const aboveLeft = means[left[node]!]! - mean;
    const aboveRight = means[right[node]!]! - mean;
    // C at t = 0 over P, which dtau/dt divides it by: nothing has to be divided
    const atZero = weightAtZero * othersRatio[node]!;
    numbers[at] = thresholds[node]!;
    words[word + 2] = operands[node]!;
    words[word + 3] = sums[node]!;
    if (kind >= nodeKinds.twig) {
      numbers.set([mean, atZero, aboveLeft, aboveRight], at + 2);
      return;
    }
    numbers[at + 3] = atZero * aboveLeft;
    numbers[at + 4] = atZero * aboveRight;
    if (kind >= nodeKinds.stem) writeStem(node, word);
    else writeFork(node, word);
  };

  const writeRepeat = (node: number, word: number): void => {
    const above = ratioAbove[node]!;
    words[word] = states + position[previous[node]!]! * 4;
    words[word + 1] = rightOfPrevious[node]! * 8;
    numbers[word / 2 + 1] = above;
    for (let q = 0; q < times.length; q++) {
      const t = times[q]!;
      numbers[word / 2 + 2 + q] = t / (above + (1 - above) * t);
    }
  };

  return ({ nodes, kinds }) => {
    numbers = new Float64Array(recordsBytes(kinds, vectors) / 8);
    words = new Uint32Array(numbers.buffer);
    for (let index = 0; index < nodes.length; index++) position[nodes[index]!] = index;
    let word = 0;
    for (let index = 0; index < nodes.length; index++) {
      const node = nodes[index]!;
      const kind = kinds[index]!;
      write(node, kind, word);
      if (isRepeated(kind)) writeRepeat(node, word + baseBytes[firstOf(kind)] / 4);
      word += recordBytes(kind, vectors) / 4;
    }
    return numbers;
  };
}
