// What: the attributions of one row at a time, two quadrature nodes to a vector, in WebAssembly.
// Source: the recurrence of `createTreeShap`, on a Gauss-Radau rule: at its node 0 all but the decisions is known before the
//   row, so that it costs one number per node and side. The module is written by scripts/wasm/shap-rows.js.
// Complexity: per row about nodes * U / 4 vectors, U = distinct columns on the paths; a row allocates nothing.
// Invariant: equal to `createTreeShap` to rounding.
import { createKernelMemory } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import type { TreeAnnotations } from './annotate-trees.ts';
import { chooseVectors, vectorsFor } from './choose-vectors.ts';
import { createDecisionSlots, strictThresholds } from './decision-slots.ts';
import { planRowParts, type RowPart } from './row-parts.ts';
import { measurePrograms, placePrograms } from './row-programs.ts';
import { shapRowsWasm } from './shap-rows-wasm.ts';

/** What the module exports; addresses are bytes. */
interface ShapRowsExports {
  readonly takeRow: (row: number, count: number, pairs: number, isFloat32: number) => void;
  readonly attribute: (chunks: number, chunksEnd: number, slots: number, states: number) => void;
  readonly giveSums: (sums: number, count: number, divisor: number, into: number) => void;
}

/** Overwrites `attributions` with those of a row: output k of column c at `c * outputs + k`. */
export type RowShapKernel = (row: Float64Array, attributions: Float64Array) => void;

/** 257 distinct columns on a path; to make a rule takes time with the square of it. */
const mostVectors = 64;

/** @returns `null` where WebAssembly is not to be had, paths are too long or the layout does not fit into the memory. */
export function createRowShapKernel(
  ensemble: TreeEnsemble,
  ratios: Float64Array,
  annotations: TreeAnnotations,
  limitBytes: number,
): RowShapKernel | null {
  const { columns, divisor, inputs, outputs } = ensemble;
  if (annotations.distinctColumns.some((count) => vectorsFor(count) > mostVectors)) return null;
  const memory = createKernelMemory<ShapRowsExports>(shapRowsWasm, limitBytes);
  if (memory === null) return null;
  const parts = planRowParts(ensemble, annotations, chooseVectors(ensemble, annotations));
  const tests = createDecisionSlots(ensemble);
  const width = columns.length * outputs;
  const sizes = measurePrograms(parts, ensemble.leafSize);
  const own = columns.length * 24 + tests.count * 8 + width * 24 + sizes.slots + sizes.states;
  if (!memory.hasRoomFor(own + sizes.programs + 256)) return null;

  const row = memory.reserve(columns.length * 8);
  const pairs = memory.reserve(columns.length * 16);
  const decisions = memory.reserve(tests.count * 8);
  const sums = memory.reserve(width * 16);
  const given = memory.reserve(width * 8);
  const slots = memory.reserve(sizes.slots);
  const states = memory.reserve(sizes.states);
  const operands = ensemble.column.map((column, node) => {
    const test = tests.slotOf[node]!;
    const missing = ensemble.missingLeft[node] === 1 ? 8 : 0;
    return test === -1 ? pairs + column * 16 + missing : decisions + test * 8;
  });
  const thresholds = strictThresholds(ensemble).map((threshold, node) =>
    tests.slotOf[node] === -1 ? threshold : 0,
  );
  const source = { ensemble, ratios, annotations, thresholds, operands, slots, states };
  const programs = placePrograms(source, sums, parts, memory);
  if (!memory.commit()) return null;

  const { kernels } = memory;
  const rowView = new Float64Array(memory.buffer, row, columns.length);
  const decisionsView = new Float64Array(memory.buffer, decisions, tests.count);
  const givenView = new Float64Array(memory.buffer, given, width);
  const isFloat32 = inputs === 'float32' ? 1 : 0;
  const attribute: RowShapKernel = (from, attributions) => {
    rowView.set(from);
    kernels.takeRow(row, columns.length, pairs, isFloat32);
    tests.decide(from, decisionsView);
    kernels.attribute(programs.start, programs.end, slots, states);
    kernels.giveSums(sums, width, divisor, given);
    attributions.set(givenView);
  };
  warmUp(attribute, ensemble, parts);
  return attribute;
}

/**
 * The first calls are slow until V8 has compiled them well, so they are made here: about 1 ms, or one row of a model of
 * which that takes longer.
 */
function warmUp(
  attribute: RowShapKernel,
  { columns, outputs }: TreeEnsemble,
  parts: readonly RowPart[],
): void {
  const row = new Float64Array(columns.length);
  const attributions = new Float64Array(columns.length * outputs);
  let vectors = attributions.length;
  for (const part of parts) {
    for (const { nodes } of part.chunks) vectors += nodes.length * (2 + part.vectors);
  }
  const calls = Math.min(50, Math.ceil(500_000 / vectors));
  for (let call = 0; call < calls; call++) attribute(row, attributions);
}
