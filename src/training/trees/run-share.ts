import { type ColumnShare, type GrowerLayout, groupBytes, recordBytes } from './grower-layout.ts';
import type { TrainingKernels } from './training-kernels.ts';

/** What threads are told to do. */
export const commands: {
  readonly sum: number;
  readonly part: number;
  readonly answer: number;
} = { sum: 1, part: 2, answer: 3 };

/** The views of a memory through which jobs are read. */
export interface JobViews {
  readonly words: Int32Array;
  readonly singles: Float32Array;
}

/** The views of a memory. */
export function viewJobs(buffer: ArrayBufferLike): JobViews {
  return { words: new Int32Array(buffer), singles: new Float32Array(buffer) };
}

/**
 * Does one thread's part of the jobs that are in memory. Jobs (32 bytes of i32):
 * sum: first row | rows | slot | slot of the whole that it is taken from, -1 for none | thread, -1 for all;
 * part: first row | rows | first other row | other rows | column | thread | rows on the left | others on the left;
 * answer: first row | rows | first other row | other rows | f32 answer | thread.
 * Searches (16 bytes): slot | first of the list of columns | their number | thread, -1 for all; the node and its bests have
 * the same place. What all do they share by columns.
 */
export function runShare(
  kernels: TrainingKernels,
  views: JobViews,
  layout: GrowerLayout,
  thread: number,
  command: number,
  jobs: number,
  searches: number,
): void {
  if (command === commands.sum) {
    for (let job = 0; job < jobs; job++) sumPart(kernels, views, layout, thread, job);
    for (let search = 0; search < searches; search++) {
      searchPart(kernels, views, layout, thread, search);
    }
  } else if (command === commands.part) {
    for (let job = 0; job < jobs; job++) partRows(kernels, views, layout, thread, job);
  } else if (command === commands.answer) {
    for (let job = 0; job < jobs; job++) addAnswers(kernels, views, layout, thread, job);
  }
}

function sumPart(
  kernels: TrainingKernels,
  { words }: JobViews,
  layout: GrowerLayout,
  thread: number,
  job: number,
): void {
  const { codeRows, columns, histograms, narrowGroups, pairs, rowBytes, slotBytes, wideGroups } =
    layout;
  const at = (layout.jobs + job * recordBytes.job) >>> 2;
  const share = shareOf(layout, words[at + 4]!, thread);
  if (share === null) return;
  const { broad, narrow, short, wide } = share;
  const rows = layout.order + 4 * words[at]!;
  const count = words[at + 1]!;
  const slot = histograms + words[at + 2]! * slotBytes;
  const whole = words[at + 3]! < 0 ? -1 : histograms + words[at + 3]! * slotBytes;
  const [narrowSlot, narrowBytes] = placeOf(0, narrow, groupBytes.narrow);
  const wideFrom = narrowGroups * groupBytes.narrow;
  const [wideSlot, wideBytes] = placeOf(wideFrom, wide, groupBytes.wide);
  const broadFrom = wideFrom + wideGroups * groupBytes.wide;
  const [broadSlot, broadBytes] = placeOf(broadFrom, broad, groupBytes.broad);
  if (narrowBytes + wideBytes > 0) {
    kernels.addRows(
      rows,
      count,
      codeRows + 4 * narrow[0],
      rowBytes,
      pairs,
      narrow[1] - narrow[0],
      slot + narrowSlot,
      codeRows + 4 * (narrowGroups + wide[0]),
      wide[1] - wide[0],
      slot + wideSlot,
    );
  }
  if (broadBytes > 0) {
    const codes = codeRows + 4 * (narrowGroups + wideGroups) + 8 * broad[0];
    const groups = broad[1] - broad[0];
    kernels.addBroad(rows, count, codes, rowBytes, pairs, groups, slot + broadSlot);
  }
  for (const column of short) {
    const { binBytes, bins, codes } = columns[column]!;
    kernels.addColumn(rows, count, codes, pairs, slot + bins, binBytes);
    if (whole !== -1) kernels.subtract(whole + bins, slot + bins, binBytes);
  }
  if (whole === -1) return;
  kernels.subtract(whole + narrowSlot, slot + narrowSlot, narrowBytes);
  kernels.subtract(whole + wideSlot, slot + wideSlot, wideBytes);
  kernels.subtract(whole + broadSlot, slot + broadSlot, broadBytes);
}

/** Where the histograms of a range of groups are in a slot, and their bytes. */
function placeOf(
  from: number,
  [first, end]: readonly [number, number],
  bytes: number,
): readonly [start: number, bytes: number] {
  return [from + first * bytes, (end - first) * bytes];
}

/** The columns that a thread works on of a node that is `owner`'s; `null` for none. */
function shareOf(layout: GrowerLayout, owner: number, thread: number): ColumnShare | null {
  if (owner === -1) return layout.shares[thread]!;
  return owner === thread ? layout.whole : null;
}

function searchPart(
  kernels: TrainingKernels,
  { words }: JobViews,
  layout: GrowerLayout,
  thread: number,
  search: number,
): void {
  const at = (layout.searches + search * recordBytes.search) >>> 2;
  const list = (layout.lists >>> 2) + words[at + 1]!;
  const listEnd = list + words[at + 2]!;
  const best = layout.bests + (search * layout.shares.length + thread) * recordBytes.best;
  words.fill(0, best >>> 2, (best >>> 2) + 8);
  const share = shareOf(layout, words[at + 3]!, thread);
  if (share === null) return;
  const { searched } = share;
  // runs of columns that are this thread's
  for (let from = list; from < listEnd; ) {
    if (searched[words[from]!] === 0) {
      from++;
      continue;
    }
    let to = from + 1;
    while (to < listEnd && searched[words[to]!] === 1) to++;
    kernels.searchSplits(
      4 * from,
      4 * to,
      layout.columnRecords,
      layout.histograms + words[at]! * layout.slotBytes,
      layout.rules,
      layout.searchNodes + search * recordBytes.node,
      best,
    );
    from = to;
  }
}

function partRows(
  kernels: TrainingKernels,
  { words }: JobViews,
  layout: GrowerLayout,
  thread: number,
  job: number,
): void {
  const at = (layout.jobs + job * recordBytes.job) >>> 2;
  if (words[at + 5] !== thread) return;
  const { codeBytes, codes } = layout.columns[words[at + 4]!]!;
  const partition = codeBytes === 1 ? kernels.partitionBytes : kernels.partitionShorts;
  const sides = layout.sides + job * layout.sideBytes;
  for (const part of [0, 1]) {
    const first = 4 * words[at + 2 * part]!;
    const count = words[at + 2 * part + 1]!;
    words[at + 6 + part] =
      count === 0
        ? 0
        : partition(layout.order + first, count, codes, sides, layout.scratch + first);
  }
}

function addAnswers(
  kernels: TrainingKernels,
  { singles, words }: JobViews,
  layout: GrowerLayout,
  thread: number,
  job: number,
): void {
  const at = (layout.jobs + job * recordBytes.job) >>> 2;
  if (words[at + 5] !== thread) return;
  const answer = singles[at + 4]!;
  kernels.addLeaf(layout.order + 4 * words[at]!, words[at + 1]!, layout.gradients, answer);
  kernels.addLeaf(layout.order + 4 * words[at + 2]!, words[at + 3]!, layout.gradients, answer);
}
