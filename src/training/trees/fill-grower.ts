import type { BinnedTable } from './binned-table.ts';
import { type GrowerLayout, recordBytes } from './grower-layout.ts';
import type { TrainingMemory } from './training-memory.ts';
import type { TreeParameters } from './tree-grower.ts';

const { fround } = Math;

/** Writes into memory what stays the same for all trees: the codes in both orders, the columns, the rules. */
export function fillGrower(
  { buffer, kernels }: TrainingMemory,
  layout: GrowerLayout,
  table: BinnedTable,
  parameters: TreeParameters,
): void {
  const words = new Int32Array(buffer);
  for (const [index, { codes, bins }] of table.columns.entries()) {
    const place = layout.columns[index]!;
    if (codes instanceof Uint8Array) new Uint8Array(buffer, place.codes, table.rows).set(codes);
    else new Uint16Array(buffer, place.codes, table.rows).set(codes);
    const record = (layout.columnRecords + index * recordBytes.column) >>> 2;
    words[record] = place.bins;
    words[record + 1] = bins;
    words[record + 2] = parameters.monotone_constraints[index] ?? 0;
  }
  const { codeRows, narrowGroups, placed, rowBytes, wideGroups } = layout;
  const broadFrom = 4 * (narrowGroups + wideGroups);
  for (let group = 0; group < placed.length; group += 4) {
    // a place without a column repeats the first of its group, and nobody reads its sums
    const codes = [0, 1, 2, 3].map((place) => {
      const column = placed[group + place]!;
      return layout.columns[column === -1 ? placed[group]! : column]!.codes;
    });
    const spread = group < broadFrom ? kernels.spreadBytes : kernels.spreadShorts;
    const target = codeRows + group + Math.max(0, group - broadFrom);
    spread(codes[0]!, codes[1]!, codes[2]!, codes[3]!, table.rows, target, rowBytes);
  }
  writeRules(buffer, layout, parameters);
}

/** The parameters are rounded to float32 as XGBoost holds them. */
function writeRules(
  buffer: ArrayBufferLike,
  { rules }: GrowerLayout,
  parameters: TreeParameters,
): void {
  const alpha = fround(parameters.alpha);
  const largestStep = fround(parameters.max_delta_step);
  // a hessian of 0 is too small even where no least one is asked for
  const leastHessian = Math.max(fround(parameters.min_child_weight), Number.MIN_VALUE);
  const isConstrained = parameters.monotone_constraints.some((direction) => direction !== 0);
  new Float64Array(buffer, rules, 4).set([
    fround(parameters.lambda),
    alpha,
    largestStep,
    leastHessian,
  ]);
  new Uint32Array(buffer, rules + 32, 1)[0] =
    alpha !== 0 || largestStep !== 0 || isConstrained ? 1 : 0;
}
