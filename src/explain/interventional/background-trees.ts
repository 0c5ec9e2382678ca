// What: the attribution of a tree ensemble's score against the rows of a background, in float64 and without recursion.
// Source: the interventional values of Lundberg et al., Nature Machine Intelligence 2 (2020): per tree and background row
//   one walk that takes both children where the two rows part, and the Shapley values of a conjunction at each leaf.
// Complexity: O(groups * nodes) per tree and row, groups = background rows that decide differently somewhere in the tree;
//   O(leaves * U) for the mean by trees of at most 6 players per path (see leaf-tables.ts).
// Invariant: equal to the sum over all coalitions to rounding; a player whose values decide alike everywhere gets exactly 0.
import { SpillwayError } from '../../core/index.ts';
import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import { decideBackground, decideNodes, type TreeDecisions } from './background-decisions.ts';
import type { BackgroundGame, GameSetting } from './background-game.ts';
import { createLeafTables } from './leaf-tables.ts';
import { createLinearLeafGame } from './linear-leaf-game.ts';

/** 64 MB of decisions. */
const mostWords = 2 ** 24;

/**
 * Prepares the attribution of an ensemble's score.
 *
 * A leaf is reached by a mixture of the row and a background row exactly when P, the players that decide otherwise in
 * the background, come from the row, and N, those that decide otherwise in the row, from the background. With p and n of
 * them, each of P gains v * (p - 1)! n! / (p + n)! and each of N loses v * p! (n - 1)! / (p + n)!. Both are 1 / p and 1 / n
 * of the share p! n! / (p + n)!, which starts from 1 and is multiplied by p / (p + n) or n / (p + n) as one is added: it
 * never overflows. What P gains and N loses at the leaves below a parting is summed up on the way back.
 * @throws SpillwayError `NOT_EXPLAINABLE` when the decisions of the background take too much memory.
 */
export function createBackgroundTrees(
  ensemble: TreeEnsemble,
  setting: GameSetting,
): BackgroundGame {
  const {
    column,
    divisor,
    leafSize,
    left,
    linearLeaves,
    outputs,
    right,
    roots,
    treeOutput,
    value,
  } = ensemble;
  const { count, isWeighed, players } = setting;
  const width = ensemble.columns.length;
  const rows = ensemble.inputs === 'float32' ? setting.rows.map(Math.fround) : setting.rows;
  const endOf = (tree: number): number => roots[tree + 1] ?? left.length;
  const isLinear = linearLeaves !== null;
  const tables = isWeighed || isLinear ? null : createLeafTables(ensemble, { ...setting, rows });
  const decisions = decideTrees();
  const even = new Float64Array(count * outputs).fill(1 / count);
  const x = new Float64Array(width);
  const xBits = new Int32Array(
    decisions.reduce((most, tree) => Math.max(most, tree?.words ?? 0), 0),
  );

  // of each player: 1 while it comes from the row, 2 while from the background, 0 while undecided
  const sideOf = new Uint8Array(width === 0 ? 0 : 1 + players.reduce((a, b) => Math.max(a, b)));
  // of each open parting: its player, the share above, and the child that the background takes, -1 once it is taken
  const parting = new Int32Array(sideOf.length);
  const shareAbove = new Float64Array(sideOf.length + 1);
  const otherChild = new Int32Array(sideOf.length);
  // of each number of open partings: what P gains and N loses at the leaves met below the last one
  const gains = new Float64Array((sideOf.length + 1) * leafSize);
  const losses = new Float64Array((sideOf.length + 1) * leafSize);
  const weighs = new Float64Array(count * leafSize);
  const playerOf = column.map((c) => players[c]!);
  // 0 for 0: where nobody is on a side, nobody gains or loses
  const reciprocals = Float64Array.from({ length: sideOf.length + 1 }, (_, n) =>
    n === 0 ? 0 : 1 / n,
  );
  const path = { player: parting, open: 0, positives: 0, share: 1 };
  const linearLeaf = isLinear
    ? createLinearLeafGame(ensemble, { rows, players, sideOf, path })
    : null;

  function decideTrees(): (TreeDecisions | null)[] {
    let words = 0;
    return Array.from(roots, (root, tree) => {
      if (tables !== null && tables.has[tree] === 1) return null;
      words += count * Math.ceil((endOf(tree) - root) / 32);
      if (words > mostWords) refuse(count, ensemble);
      const background = { rows, count, mayMerge: !isLinear };
      return decideBackground(ensemble, root, endOf(tree), background);
    });
  }

  /** What each group of background rows weighs together, `[group][value of a leaf]`. */
  const weighGroups = (
    { groupOf, groups }: TreeDecisions,
    output: number,
    weights: Float64Array,
  ) => {
    weighs.fill(0, 0, groups * leafSize);
    for (let b = 0; b < count; b++) {
      const to = groupOf[b]! * leafSize;
      for (let k = 0; k < leafSize; k++) weighs[to + k]! += weights[b * outputs + output + k]!;
    }
  };

  const take = (row: Float64Array): void => {
    const round = ensemble.inputs === 'float32';
    for (let c = 0; c < width; c++) x[c] = round ? Math.fround(row[c]!) : row[c]!;
  };

  const walk = (tree: number, decided: TreeDecisions, group: number, into: Float64Array): void => {
    const root = roots[tree]!;
    const { bits, words } = decided;
    const bitsAt = group * words;
    const weighAt = group * leafSize;
    const output = leafSize === 1 ? treeOutput[tree]! : 0;
    let node = root;
    // how many partings are open, and how many of their players come from the row
    let open = 0;
    let positives = 0;
    let share = 1;
    for (;;) {
      for (let next = right[node]!; next !== -1; next = right[node]!) {
        const index = node - root;
        const word = index >>> 5;
        const mine = xBits[word]! >>> index;
        const differs = mine ^ (bits[bitsAt + word]! >>> index);
        let goesLeft = mine & 1;
        if ((differs & 1) === 1) {
          const player = playerOf[node]!;
          const side = sideOf[player]!;
          if (side === 0) {
            sideOf[player] = 1;
            parting[open] = player;
            otherChild[open] = goesLeft === 1 ? next : node + 1;
            shareAbove[open++] = share;
            share *= ++positives * reciprocals[open]!;
          } else goesLeft ^= side >> 1;
        }
        node = goesLeft === 1 ? node + 1 : next;
      }
      if (linearLeaf !== null) {
        path.open = open;
        path.positives = positives;
        path.share = share;
        linearLeaf.attribute(node, x, group, weighs[weighAt]!, into, output);
      } else if (open > 0) {
        const gain = share * reciprocals[positives]!;
        const loss = share * reciprocals[open - positives]!;
        for (let k = 0; k < leafSize; k++) {
          const answer = value[node * leafSize + k]!;
          gains[open * leafSize + k]! += gain * answer;
          losses[open * leafSize + k]! += loss * answer;
        }
      }
      // back to the last parting whose other child is still to be taken
      for (; open > 0; open--) {
        const player = parting[open - 1]!;
        const isFirst = otherChild[open - 1] !== -1;
        for (let k = 0; k < leafSize; k++) {
          const at = open * leafSize + k;
          const gain = gains[at]!;
          const loss = losses[at]!;
          into[player * outputs + output + k]! += weighs[weighAt + k]! * (isFirst ? gain : -loss);
          gains[at - leafSize]! += gain;
          losses[at - leafSize]! += loss;
          gains[at] = 0;
          losses[at] = 0;
        }
        if (isFirst) {
          positives--;
          break;
        }
        sideOf[player] = 0;
      }
      if (open === 0) break;
      sideOf[parting[open - 1]!] = 2;
      share = shareAbove[open - 1]! * (open - positives) * reciprocals[open]!;
      node = otherChild[open - 1]!;
      otherChild[open - 1] = -1;
    }
    for (let k = 0; k < leafSize; k++) {
      gains[k] = 0;
      losses[k] = 0;
    }
  };

  const score = (row: Float64Array, scores: Float64Array): void => {
    take(row);
    scores.set(ensemble.base);
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree]!;
      while (left[node] !== -1) {
        node = sendsLeft(ensemble, node, x[column[node]!]!) ? node + 1 : right[node]!;
      }
      const output = leafSize === 1 ? treeOutput[tree]! : 0;
      for (let k = 0; k < leafSize; k++) {
        scores[output + k]! += linearLeaf?.answer(node, x) ?? value[node * leafSize + k]!;
      }
    }
    for (let k = 0; k < outputs; k++) scores[k] = scores[k]! / divisor + ensemble.offset[k]!;
  };

  const backgroundScores = new Float64Array(count * outputs);
  for (let b = 0; b < count; b++) {
    score(
      rows.subarray(b * width, (b + 1) * width),
      backgroundScores.subarray(b * outputs, (b + 1) * outputs),
    );
  }
  const added = new Float64Array(sideOf.length * outputs);

  return {
    outputs,
    backgroundScores,
    score,
    attribute(row, weights, into) {
      take(row);
      added.fill(0);
      for (let tree = 0; tree < roots.length; tree++) {
        const decided = decisions[tree] ?? null;
        if (decided === null) {
          tables?.attribute(tree, x, added);
          continue;
        }
        decideNodes(ensemble, roots[tree]!, endOf(tree), x, xBits);
        weighGroups(decided, leafSize === 1 ? treeOutput[tree]! : 0, weights ?? even);
        for (let group = 0; group < decided.groups; group++) walk(tree, decided, group, added);
      }
      for (let index = 0; index < added.length; index++) into[index]! += added[index]! / divisor;
    },
  };
}

function refuse(count: number, { left }: TreeEnsemble): never {
  throw new SpillwayError(
    'NOT_EXPLAINABLE',
    `the decisions of ${count} background rows at ${left.length} nodes take more than ${mostWords / 2 ** 18} MB; give fewer background rows`,
    { details: { count, nodes: left.length } },
  );
}
