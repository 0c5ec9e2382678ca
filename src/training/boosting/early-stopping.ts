/** Watches one number and says when it has not got better for long enough. */
export interface EarlyStopping {
  /** Takes the number of the next round; `true` when training should stop. */
  observe(score: number): boolean;
  /** The round of the best number so far, from 0; the first one of equals. */
  readonly bestIteration: number;
  readonly bestScore: number;
}

/** Starts watching; a number is better only when it is strictly so. */
export function createEarlyStopping(rounds: number, isMaximized: boolean): EarlyStopping {
  let round = -1;
  let bestIteration = 0;
  let bestScore = Number.NaN;
  return {
    observe(score) {
      round++;
      if (round === 0 || (isMaximized ? score > bestScore : score < bestScore)) {
        bestIteration = round;
        bestScore = score;
      }
      return round - bestIteration >= rounds;
    },
    get bestIteration() {
      return bestIteration;
    },
    get bestScore() {
      return bestScore;
    },
  };
}
