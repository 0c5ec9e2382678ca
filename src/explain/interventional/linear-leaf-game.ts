// What: the attribution of a leaf that answers a weighted sum of the row, against one row of a background.
// Source: the Shapley values of conjunctions, by the linearity of both (see `createLinearLeafGame`).
// Complexity: O(terms + players on the path) per leaf reached.
// Invariant: equal to the sum over all coalitions to rounding, missing values included.
import type { TreeEnsemble } from '../../model/index.ts';

/** What a walk of the trees lends. */
export interface LinearLeafSetting {
  /** The background, rounded as the ensemble's inputs are. */
  readonly rows: Float64Array;
  readonly players: Int32Array;
  /** Of each player: 1 while it comes from the row, 2 while from the background, 0 while undecided. */
  readonly sideOf: Uint8Array;
  /** The first `open` of `player` are decided, `positives` from the row; `share` is positives! (open - positives)! / open!. */
  readonly path: {
    readonly player: Int32Array;
    readonly open: number;
    readonly positives: number;
    readonly share: number;
  };
}

/** Attributes one leaf at a time. */
export interface LinearLeafGame {
  /** What the leaf answers a row. */
  answer(leaf: number, x: Float64Array): number;
  /** Adds to output `output` of `into` the attribution of a leaf against background row `b`, times `weight`. */
  attribute(
    leaf: number,
    x: Float64Array,
    b: number,
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
  { path, players, rows, sideOf }: LinearLeafSetting,
): LinearLeafGame {
  const { coefficient, column, constant, count, start } = linearLeaves!;
  const asked = new Int32Array(sideOf.length);

  /** Lets each of the first `many` of `list` gain or lose by its side. */
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
    attribute(leaf, x, b, weight, into, output) {
      const { open, player, positives, share } = path;
      const worth = weight * value[leaf]!;
      const negatives = open - positives;
      spread(
        player,
        open,
        worth * part(share, positives),
        worth * part(share, negatives),
        into,
        output,
      );
      if (count[leaf] === -1) return;
      const rowAt = b * players.length;
      const end = start[leaf]! + count[leaf]!;
      // P' and N', their numbers, and who is asked for beside P and N
      let p = positives;
      let n = negatives;
      let wider = share;
      let many = 0;
      let isAskedFromBoth = false;
      for (let term = start[leaf]!; term < end; term++) {
        const c = column[term]!;
        const who = players[c]!;
        const mineIsMissing = Number.isNaN(x[c]!);
        const theirsIsMissing = Number.isNaN(rows[rowAt + c]!);
        if (!mineIsMissing && !theirsIsMissing) continue;
        const side = mineIsMissing ? 2 : 1;
        if ((mineIsMissing && theirsIsMissing) || sideOf[who] === 3 - side) isAskedFromBoth = true;
        else if (sideOf[who] === 0) {
          sideOf[who] = side;
          asked[many++] = who;
          wider *= (side === 1 ? ++p : ++n) / (p + n);
        }
      }
      if (!isAskedFromBoth) {
        let sum = constant[leaf]!;
        let free = 0;
        const further = (wider * (p + 1)) / (p + n + 1);
        for (let term = start[leaf]!; term < end; term++) {
          const c = column[term]!;
          const who = players[c]!;
          const theirs = rows[rowAt + c]!;
          sum += coefficient[term]! * (sideOf[who] === 1 ? x[c]! : theirs);
          // equal values move nothing, be they infinite
          if (sideOf[who] !== 0 || x[c] === theirs) continue;
          const difference = weight * coefficient[term]! * (x[c]! - theirs);
          free += difference;
          into[who * outputs + output]! += difference * part(further, p + 1);
        }
        const fixed = weight * (sum - value[leaf]!);
        const gain = fixed * part(wider, p) + free * part(further, p + 1);
        const loss = fixed * part(wider, n) + free * part(further, n);
        spread(player, open, gain, loss, into, output);
        spread(asked, many, gain, loss, into, output);
      }
      for (let index = 0; index < many; index++) sideOf[asked[index]!] = 0;
    },
  };
}

/** What each of `many` has of a share. */
function part(share: number, many: number): number {
  return many === 0 ? 0 : share / many;
}
