// What: the mean attribution against a background for trees of few columns per path, out of tables made beforehand.
// Source: the leaf tables of WOODELF (arXiv 2512.11582), averaged over the background.
// Complexity: O(leaves * U) time per row, U = most players on a path, whatever the background; 2^U * U numbers per leaf.
// Invariant: equal to the walk of background-trees.ts to rounding.
import { sendsLeft } from '../../inference/index.ts';
import type { TreeEnsemble } from '../../model/index.ts';
import type { GameSetting } from './background-game.ts';

/** Trees with more players on a path are walked: the tables double with each. */
const mostPlayers = 6;
const everyPlayer = 2 ** mostPlayers - 1;
/** 64 MB of numbers; trees beyond them are walked. */
const mostNumbers = 2 ** 23;

/** The tables of those trees of an ensemble that have some. */
export interface LeafTables {
  /** Of each tree whether it has tables. */
  readonly has: Uint8Array;
  /** Adds the attributions of a row of rounded columns by one of these trees, before the ensemble's division. */
  attribute(tree: number, row: Float64Array, into: Float64Array): void;
}

/**
 * Makes the tables. On a leaf's path, let s be the set of players whose tests the row passes and z those whose tests a
 * background row passes: the leaf is reached by some mixture of both only when s and z are all players together, and then
 * counts for those in s only and against those in z only. Row s of the leaf's table is that, averaged over the background.
 */
export function createLeafTables(ensemble: TreeEnsemble, setting: GameSetting): LeafTables {
  const { column, left, leafSize, outputs, right, roots, treeOutput, value } = ensemble;
  const { count, players, rows } = setting;
  const width = ensemble.columns.length;
  const size = left.length;
  const has = new Uint8Array(roots.length);
  // of an inner node its player's bit; of a leaf where its table and its list of players begin, and how many they are
  const bit = new Uint8Array(size);
  const tableAt = new Int32Array(size);
  const playersAt = new Int32Array(size);
  const playerCount = new Uint8Array(size);
  const passes = new Uint8Array(size);
  const leafPlayers: number[] = [];
  const endOf = (tree: number): number => roots[tree + 1] ?? size;
  let numbers = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    const paths = pathsOf(ensemble, players, roots[tree]!, endOf(tree));
    if (paths === null || numbers + paths.numbers > mostNumbers) continue;
    has[tree] = 1;
    for (const [index, path] of paths.ofNodes.entries()) {
      const node = roots[tree]! + index;
      if (left[node] !== -1) bit[node] = 1 << path.indexOf(players[column[node]!]!);
      else {
        tableAt[node] = numbers;
        numbers += 2 ** path.length * path.length;
        playersAt[node] = leafPlayers.length;
        playerCount[node] = path.length;
        leafPlayers.push(...path);
      }
    }
  }
  const playerOf = Int32Array.from(leafPlayers);
  const tables = new Float64Array(numbers);

  /** Gives the children of a node the players whose tests the row passes on the way to each. */
  const passOn = (node: number, row: Float64Array): void => {
    const here = passes[node]!;
    const without = here & ~bit[node]!;
    const goesLeft = sendsLeft(ensemble, node, row[column[node]!]!);
    passes[node + 1] = goesLeft ? here : without;
    passes[right[node]!] = goesLeft ? without : here;
  };

  const setAt = (leaf: number): number => passes[leaf]! & ((1 << playerCount[leaf]!) - 1);

  const shares = sharesUpTo(mostPlayers);
  const frequencies = new Float64Array(2 ** mostPlayers);
  for (let tree = 0; tree < roots.length; tree++) {
    if (has[tree] === 0) continue;
    const start = roots[tree]!;
    const end = endOf(tree);
    // how often each set is passed is counted where the leaf's table will stand, which is at least as long
    for (let b = 0; b < count; b++) {
      const row = rows.subarray(b * width, (b + 1) * width);
      passes[start] = everyPlayer;
      for (let node = start; node < end; node++) {
        if (left[node] !== -1) passOn(node, row);
        else if (playerCount[node]! > 0) tables[tableAt[node]! + setAt(node)]!++;
      }
    }
    for (let node = start; node < end; node++) {
      const at = tableAt[node]!;
      const sets = 2 ** playerCount[node]!;
      if (left[node] !== -1 || sets === 1) continue;
      for (let set = 0; set < sets; set++) frequencies[set] = tables[at + set]! / count;
      tables.fill(0, at, at + sets);
      fillTable(tables, at, playerCount[node]!, shares, frequencies);
    }
  }

  return {
    has,
    attribute(tree, row, into) {
      const output = leafSize === 1 ? treeOutput[tree]! : 0;
      const end = endOf(tree);
      passes[roots[tree]!] = everyPlayer;
      for (let node = roots[tree]!; node < end; node++) {
        if (left[node] !== -1) {
          passOn(node, row);
          continue;
        }
        const many = playerCount[node]!;
        const from = tableAt[node]! + setAt(node) * many;
        const who = playersAt[node]!;
        for (let j = 0; j < many; j++) {
          const share = tables[from + j]!;
          const to = playerOf[who + j]! * outputs + output;
          if (leafSize === 1) into[to]! += share * value[node]!;
          else
            for (let k = 0; k < leafSize; k++) into[to + k]! += share * value[node * leafSize + k]!;
        }
      }
    },
  };
}

/** Fills one leaf's table, `[set that the row passes][player]`, out of how often the background passes each set. */
function fillTable(
  tables: Float64Array,
  at: number,
  players: number,
  shares: readonly Float64Array[],
  frequencies: Float64Array,
): void {
  const all = (1 << players) - 1;
  for (let theirs = 0; theirs <= all; theirs++) {
    const frequency = frequencies[theirs]!;
    if (frequency === 0) continue;
    const mine = all & ~theirs;
    const positives = sizeOf(mine);
    // the row passes what the background does not, and any of what it does
    for (let both = theirs; both >= 0; both = both === 0 ? -1 : (both - 1) & theirs) {
      const negatives = sizeOf(theirs & ~both);
      const gain = frequency * shares[positives]![negatives]!;
      const loss = frequency * shares[negatives]![positives]!;
      const to = at + (mine | both) * players;
      for (let j = 0; j < players; j++) {
        if ((mine >> j) & 1) tables[to + j]! += gain;
        else if (((both >> j) & 1) === 0) tables[to + j]! -= loss;
      }
    }
  }
}

/** `[p][n]`: (p - 1)! n! / (p + n)!, what each of p players that must come gains when n others must not; 0 for none. */
function sharesUpTo(most: number): Float64Array[] {
  return Array.from({ length: most + 1 }, (_, p) => {
    let share = 1 / p;
    return Float64Array.from({ length: most + 1 }, (__, n) => {
      if (p === 0) return 0;
      if (n > 0) share *= n / (p + n);
      return share;
    });
  });
}

function sizeOf(set: number): number {
  let size = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) size++;
  return size;
}

/** The distinct players above each node of a tree, at an inner node with its own, in the order of the path; `null` for too many. */
function pathsOf(
  { column, left, right }: TreeEnsemble,
  players: Int32Array,
  root: number,
  end: number,
): { ofNodes: (readonly number[])[]; numbers: number } | null {
  const ofNodes: (readonly number[])[] = Array.from({ length: end - root }, () => []);
  let numbers = 0;
  for (let node = root; node < end; node++) {
    const above = ofNodes[node - root]!;
    if (left[node] === -1) {
      numbers += 2 ** above.length * above.length;
      continue;
    }
    const player = players[column[node]!]!;
    const path = above.includes(player) ? above : [...above, player];
    if (path.length > mostPlayers) return null;
    ofNodes[node - root] = path;
    ofNodes[left[node]! - root] = path;
    ofNodes[right[node]! - root] = path;
  }
  return { ofNodes, numbers };
}
