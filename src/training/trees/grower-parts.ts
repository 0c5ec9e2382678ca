import type { BinnedTable } from './binned-table.ts';
import type { OpenNode, Split } from './find-split.ts';
import type { GrowerCrew } from './grower-crew.ts';
import type { GrowerLayout } from './grower-layout.ts';
import type { HistogramSlots, SlotHolder } from './histogram-slots.ts';
import type { JobViews } from './run-share.ts';
import type { TrainingMemory } from './training-memory.ts';
import type { TreeParameters } from './tree-grower.ts';

/** A grower: its table, its memory and who works in it. */
export interface GrowerParts {
  readonly table: BinnedTable;
  readonly parameters: TreeParameters;
  readonly layout: GrowerLayout;
  readonly memory: TrainingMemory;
  readonly crew: GrowerCrew;
  readonly slots: HistogramSlots;
  readonly views: GrowerViews;
}

/** The views of the memory. */
export interface GrowerViews extends JobViews {
  readonly doubles: Float64Array;
}

/** A node whose place in the tree is known. */
export interface FastNode extends OpenNode, SlotHolder {
  readonly id: number;
  readonly depth: number;
  /** Its rows, as a range of the order of rows; then those of its rows that are not sampled. */
  readonly first: number;
  readonly count: number;
  readonly firstOther: number;
  readonly others: number;
  /** What it answers if it stays a leaf, before the step size. */
  readonly weight: number;
  /** The best split that it could have. */
  split: Split | null;
  /** Whether there is a split that only `gamma` forbids. */
  isPruned: boolean;
}
