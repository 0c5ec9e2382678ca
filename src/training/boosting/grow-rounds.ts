// What: the rounds of gradient boosting: derivatives at the margins, then one or more trees per output.
// Source: Friedman, "Greedy Function Approximation" (2001); dmlc/xgboost 3.4, src/gbm/gbtree.cc, for the order of trees.
// Complexity: rounds * outputs * what a tree takes.
// Invariant: all outputs of a round see the margins of its start; trees are in the order round, output, parallel tree.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BoosterTree } from '../../formats/index.ts';
import { refuseWhenAborted } from '../refuse-when-aborted.ts';
import type { TreeGrower } from '../trees/tree-grower.ts';
import { type CustomObjective, differentiateCustom } from './custom-objective.ts';
import type { Derivatives, LabeledRows, Margins } from './objectives/boosting-objective.ts';
import type { BoostingSettings } from './read-boosting-parameters.ts';
import { createColumnSampler } from './sample-columns.ts';
import { sampleRows } from './sample-rows.ts';

/** Grows the trees of one round after the other. */
export interface Rounds {
  /** Grows the trees of the next round and adds their answers to the margins of the training. */
  next(): Promise<readonly BoosterTree[]>;
  /** The margins of the training rows. */
  readonly margins: Margins;
}

/** What the rounds work on. */
export interface RoundsInput {
  readonly settings: BoostingSettings;
  readonly columns: number;
  readonly data: LabeledRows;
  readonly grower: TreeGrower;
  /** What every row starts from, one per output. */
  readonly startMargins: readonly number[];
  readonly customObjective: CustomObjective | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Sets out from the start margins. */
export function createRounds(input: RoundsInput): Rounds {
  const { columns, customObjective, data, grower, settings, signal } = input;
  const { objective } = settings;
  const rows = data.labels.length;
  const margins = input.startMargins.map((margin) => new Float32Array(rows).fill(margin));
  const derivatives: Derivatives = {
    gradients: margins.map(() => new Float32Array(rows)),
    hessians: margins.map(() => new Float32Array(rows)),
  };
  let grown = 0;

  function growTree(output: number): BoosterTree {
    const tree = grower.grow({
      gradients: derivatives.gradients[output]!,
      hessians: derivatives.hessians[output]!,
      rows: sampleRows(rows, settings.subsample, seedOf(settings.seed, grown, 0)),
      columnsOf: createColumnSampler(
        columns,
        settings.columnRatios,
        seedOf(settings.seed, grown, 1),
      ),
      margins: margins[output]!,
    });
    grown++;
    return tree;
  }

  return {
    margins,
    async next() {
      if (customObjective === undefined) objective.differentiate(margins, data, derivatives);
      else differentiateCustom(customObjective, margins, data, derivatives);
      const trees: BoosterTree[] = [];
      for (let output = 0; output < margins.length; output++) {
        for (let tree = 0; tree < settings.parallelTrees; tree++) {
          trees.push(growTree(output));
          // oxlint-disable-next-line no-await-in-loop -- others have their turn between two trees
          await nextTurn();
          refuseWhenAborted(signal);
        }
      }
      return trees;
    },
  };
}

/** A seed for each tree and purpose, so that none depends on what was drawn before; SplitMix's mixing (Steele, 2014). */
function seedOf(seed: number, tree: number, purpose: number): number {
  let bits = Math.imul(2 * tree + purpose + 1, 0x9e3779b9) ^ Math.floor(seed / 2 ** 32) ^ seed;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
