// What: the attribution of a leaf that answers a weighted sum of the row, against one row of a background.
// Source: the Shapley values of conjunctions, by the linearity of both (see `createLinearLeafGame`).
// Complexity: O(terms + players on the path) per leaf reached.
// Invariant: equal to the sum over all coalitions to rounding, missing values included.
import type { TreeEnsemble } from '../../model/index.ts';

/** The players that part on the way to a leaf: the first `open` of `player`, `positives` of which come from the row. */
export interface LeafPath {
  readonly player: Int32Array;
  readonly open: number;
  readonly positives: number;
  /** positives! (open - positives)! / open! */
  readonly share: number;
}

/** Attributes one leaf at a time. */
export interface LinearLeafGame {
  /** What the leaf answers a row. */
  answer(leaf: number, x: Float64Array): number;
  /** Adds to output `output` of `into` the attribution of a leaf against background row `b`, times `weight`. */
  attribute(
    leaf: number,
    x: Float64Array,
    rows: Float64Array,
    b: number,
    path: LeafPath,
    weight: number,
    into: Float64Array,
    output: number,
  ): void;
}

/**
 * Prepares the attribution of linear leaves.
 *
 * Let u(P, N) be the game that is worth 1 when all of P come from the row and all of N from the background. A leaf whose
 * `value` is v is the game v u(P, N), where it adds up its terms. Missing values forbid that: a term that the row lacks asks
 * for its player from the background, one that the background lacks asks for it from the row. With these in P' and N', and
 * w c the difference of a term, row less background, the leaf's game is
 *
 *     v u(P, N) + (A - v) u(P', N') + sum over terms of players in neither of w c * u(P' + its player, N')
 *
 * where A is the sum with the values that P' and N' fix and else those of the background. Asking for a player from both,
 * the terms are never added up, and only the first part is left.
 */
export function createLinearLeafGame(
  { linearLeaves, outputs, value }: TreeEnsemble,
  players: Int32Array,
  sideOf: Uint8Array,
): LinearLeafGame {
  const { coefficient, column, constant, count, start } = linearLeaves!;
  const asked = new Int32Array(sideOf.length);

  /** Gives each of the first `many` of `list` what its side gains or loses; `share` is that of all of them. */
  const spread = (
    list: Int32Array,
    many: number,
    gain: number,
    loss: number,
    into: Float64Array,
    output: number,
  ): void => {
    for (let index = 0; index < many; index++) {
      const player = list[index]!;
      into[player * outputs + output]! += sideOf[player] === 1 ? gain : -loss;
    }
  };

  return {
    answer(leaf, x) {
      if (count[leaf] === -1) return value[leaf]!;
      let sum = constant[leaf]!;
      for (let term = start[leaf]!; term < start[leaf]! + count[leaf]!; term++) {
        const given = x[column[term]!]!;
        if (Number.isNaN(given)) return value[leaf]!;
        sum += coefficient[term]! * given;
      }
      return sum;
    },
    attribute(leaf, x, rows, b, { player, open, positives, share }, weight, into, output) {
      const worth = weight * value[leaf]!;
      const negatives = open - positives;
      const gainOf = (s: number, p: number): number => (p === 0 ? 0 : s / p);
      spread(
        player,
        open,
        worth * gainOf(share, positives),
        worth * gainOf(share, negatives),
        into,
        output,
      );
      if (count[leaf] === -1) return;
      const rowAt = b * players.length;
      const end = start[leaf]! + count[leaf]!;
      let p = positives;
      let n = negatives;
      let wider = share;
      let isNeverAdded = false;
      let many = 0;
      for (let term = start[leaf]!; term < end; term++) {
        const c = column[term]!;
        const who = players[c]!;
        for (const side of [1, 2] as const) {
          if (!Number.isNaN(side === 2 ? x[c]! : rows[rowAt + c]!)) continue;
          if (sideOf[who] === 0) {
            sideOf[who] = side;
            asked[many++] = who;
            wider *= (side === 1 ? ++p : ++n) / (p + n);
          } else if (sideOf[who] !== side) isNeverAdded = true;
        }
      }
      if (!isNeverAdded) {
        let sum = constant[leaf]!;
        let free = 0;
        const further = (wider * (p + 1)) / (p + n + 1);
        for (let term = start[leaf]!; term < end; term++) {
          const c = column[term]!;
          const who = players[c]!;
          const theirs = rows[rowAt + c]!;
          sum += coefficient[term]! * (sideOf[who] === 1 ? x[c]! : theirs);
          if (sideOf[who] !== 0 || x[c] === theirs) continue;
          const difference = weight * coefficient[term]! * (x[c]! - theirs);
          free += difference;
          into[who * outputs + output]! += difference * gainOf(further, p + 1);
        }
        const fixed = weight * (sum - value[leaf]!);
        const gain = fixed * gainOf(wider, p) + free * gainOf(further, p + 1);
        const loss = fixed * gainOf(wider, n) + free * gainOf(further, n);
        spread(player, open, gain, loss, into, output);
        spread(asked, many, gain, loss, into, output);
      }
      for (let index = 0; index < many; index++) sideOf[asked[index]!] = 0;
    },
  };
}
