import type { Explanation } from '../model/index.ts';

/** The JSON text of an explanation in an output; `null` when there is none. */
export function explanationText(explanation: Explanation | null): string {
  if (explanation === null) return 'null';
  const { baseValue, attributions, units, method } = explanation;
  return JSON.stringify({ base_value: baseValue, attributions, units, method });
}
