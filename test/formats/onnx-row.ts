/** A row as a graph takes it: a missing word is the empty one, a missing number NaN. */
export function onnxRowOf(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...row, plan: row['plan'] ?? '' };
}
