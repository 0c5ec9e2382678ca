// What: everything that the kernel for one row reads beside the row, in its memory.
// Source: own; scripts/wasm/shap-rows.js describes the layouts.
// Complexity: nodes * quadrature nodes, for each value of a leaf.
// Invariant: `measurePrograms` says no less than `placePrograms` places.
import type { KernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { gaussRadau, type RadauQuadrature } from '../gauss-radau.ts';
import { meansBelow } from './annotate-trees.ts';
import type { RowChunk, RowPart } from './row-parts.ts';
import { createRecordWriter, type RecordSource, recordsBytes } from './row-records.ts';

const chunkWords = 10;

/** Bytes of the slots and of the states that all chunks share, and of everything else together. */
export function measurePrograms(
  parts: readonly RowPart[],
  leafSize: number,
): { readonly slots: number; readonly states: number; readonly programs: number } {
  let slots = 0;
  let states = 0;
  let programs = 0;
  for (const { chunks, vectors } of parts) {
    programs += vectors * 64 + 16;
    for (const { branching, kinds, nodes } of chunks) {
      slots = Math.max(slots, nodes.length * vectors * 16);
      states = Math.max(states, branching * 4);
      programs += findRuns(kinds).byteLength + 16;
      programs += leafSize * (recordsBytes(kinds, vectors) + chunkWords * 4 + 16);
    }
  }
  return { slots, states, programs };
}

/**
 * Places all chunks, once for each of the values that a leaf answers.
 * @param sums address of the sum of the first column and output
 * @returns where the list of chunks stands
 */
export function placePrograms<Exports>(
  source: RecordSource,
  sums: number,
  parts: readonly RowPart[],
  memory: KernelMemory<Exports>,
): { readonly start: number; readonly end: number } {
  const { ensemble, ratios } = source;
  const list: number[] = [];
  for (const part of parts) {
    const { chunks, vectors } = part;
    const rule = gaussRadau(2 * vectors);
    const ruleAddress = memory.place(layOutRule(rule));
    const placed = chunks.map((chunk) => placeRuns(chunk, memory));
    const leaves = onlyOwnLeaves(ensemble, part);
    for (let value = 0; value < ensemble.leafSize; value++) {
      const write = createRecordWriter(source, part, rule, {
        means: meansBelow(leaves, ratios, value),
        sums: findSums(ensemble, value, sums),
      });
      for (const [index, chunk] of chunks.entries()) {
        const { runs, twigRuns, runsEnd } = placed[index]!;
        const { branching, kinds, roots } = chunk;
        const records = memory.place(write(chunk));
        const twigs = records + recordsBytes(kinds.subarray(0, branching), vectors);
        list.push(vectors * 16, ruleAddress, runs, twigRuns, runsEnd, records, twigs);
        list.push(branching * vectors * 16, branching * 4, roots);
      }
    }
  }
  const start = memory.place(Uint32Array.from(list));
  return { start, end: start + list.length * 4 };
}

function layOutRule({ nodes, weights }: RadauQuadrature): Float64Array {
  const rests = nodes.map((t) => 1 - t);
  const inverses = nodes.map((t) => 1 / t);
  return Float64Array.of(...nodes, ...rests, ...inverses, ...weights);
}

function placeRuns<Exports>(
  { branching, kinds }: RowChunk,
  memory: KernelMemory<Exports>,
): { readonly runs: number; readonly twigRuns: number; readonly runsEnd: number } {
  const all = findRuns(kinds);
  const runs = memory.place(all);
  const twigRuns = runs + findRuns(kinds.subarray(0, branching)).byteLength;
  return { runs, twigRuns, runsEnd: runs + all.byteLength };
}

/** Kind and length of each run of nodes of one kind. */
function findRuns(kinds: Uint8Array): Uint32Array {
  const runs: number[] = [];
  for (let start = 0, end = 0; start < kinds.length; start = end) {
    while (end < kinds.length && kinds[end] === kinds[start]) end++;
    runs.push(kinds[start]!, end - start);
  }
  return Uint32Array.from(runs);
}

function onlyOwnLeaves(ensemble: TreeEnsemble, { isOwnLeaf }: RowPart): TreeEnsemble {
  const { leafSize, value } = ensemble;
  const own = new Float64Array(value.length);
  for (let node = 0; node < isOwnLeaf.length; node++) {
    if (isOwnLeaf[node] === 0) continue;
    for (let k = node * leafSize; k < (node + 1) * leafSize; k++) own[k] = value[k]!;
  }
  return { ...ensemble, value: own };
}

/** Of each node: the address of the sum of its column and output. */
function findSums(
  { column, leafSize, left, outputs, roots, treeOutput }: TreeEnsemble,
  value: number,
  start: number,
): Int32Array {
  const sums = new Int32Array(left.length);
  for (const [tree, root] of roots.entries()) {
    const output = leafSize === 1 ? treeOutput[tree]! : value;
    for (let node = root; node < (roots[tree + 1] ?? left.length); node++) {
      sums[node] = start + (column[node]! * outputs + output) * 16;
    }
  }
  return sums;
}
