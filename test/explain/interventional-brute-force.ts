/**
 * Interventional Shapley values by their definition: the sum over all coalitions of the columns, each worth what
 * `score` answers, on average over the background, to the row's values in the coalition and the background's elsewhere.
 * Output k of column c is at `c * outputs + k`.
 */
export function bruteForceInterventional(
  score: (mixture: Float64Array) => Float64Array,
  row: Float64Array,
  background: readonly Float64Array[],
): Float64Array {
  const columns = row.length;
  const worths = Array.from({ length: 2 ** columns }, (_, coalition) => {
    const answers = background.map((other) =>
      score(other.map((value, c) => ((coalition >> c) & 1 ? row[c]! : value))),
    );
    return answers[0]!.map(
      (_score, k) => answers.reduce((sum, answer) => sum + answer[k]!, 0) / background.length,
    );
  });
  const outputs = worths[0]!.length;
  const shap = new Float64Array(columns * outputs);
  for (let c = 0; c < columns; c++) {
    for (const [coalition, worth] of worths.entries()) {
      if ((coalition >> c) & 1) continue;
      const weight = weightOf(sizeOf(coalition), columns);
      const joined = worths[coalition | (1 << c)]!;
      for (let k = 0; k < outputs; k++) shap[c * outputs + k]! += weight * (joined[k]! - worth[k]!);
    }
  }
  return shap;
}

function weightOf(size: number, players: number): number {
  return (factorial(size) * factorial(players - size - 1)) / factorial(players);
}

function sizeOf(set: number): number {
  return set === 0 ? 0 : (set & 1) + sizeOf(set >> 1);
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
