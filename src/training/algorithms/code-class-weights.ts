import { SpillwayError } from '../../core/index.ts';
import type { Label } from '../../model/index.ts';
import type { Parameters } from './algorithm.ts';

/** `class_weight` by labels, as people state it, becomes one by their codes. Throws `INVALID_CONFIG` for what is no label. */
export function codeClassWeights(parameters: Parameters, labels: readonly Label[]): Parameters {
  const { class_weight: weights } = parameters;
  if (typeof weights !== 'object' || weights === null) return parameters;
  const names = labels.map(String);
  const strangers = Object.keys(weights).filter((label) => !names.includes(label));
  if (strangers.length > 0) {
    const message = `class_weight names ${strangers.join(', ')}; the labels are ${names.join(', ')}`;
    throw new SpillwayError('INVALID_CONFIG', message, {
      faults: [{ pointer: '/class_weight', message }],
    });
  }
  const coded = Object.entries(weights).map(([label, weight]: [string, unknown]) => [
    names.indexOf(label),
    weight,
  ]);
  return { ...parameters, class_weight: Object.fromEntries(coded) };
}
