import type { FeatureStep } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';

/** What one step makes of one number: `FeatureStep`, for those that look at one. */
export function takeStep(step: FeatureStep, x: number): number {
  if (step.kind === 'is-missing') return Number.isNaN(x) ? 1 : 0;
  if (Number.isNaN(x)) return step.kind === 'fill' ? step.value : x;
  switch (step.kind) {
    case 'fill':
    case 'first':
      return x;
    case 'forget':
      return Math.abs(x - step.value) <= step.tolerance ? Number.NaN : x;
    case 'add':
      return x + step.operand;
    case 'multiply':
      return x * step.operand;
    case 'divide':
      return x / step.operand;
    case 'clip':
      return Math.min(Math.max(x, step.min), step.max);
    case 'round':
      return Math.fround(x);
    case 'floor':
      return Math.floor(x);
    case 'truncate':
      return Math.trunc(x);
    case 'equals':
      return x === step.operand ? 1 : 0;
    case 'at-least':
      return x >= step.operand ? 1 : 0;
    case 'above':
      return x > step.operand ? 1 : 0;
    case 'recode': {
      const at = step.keys.indexOf(x);
      return at === -1 ? step.other : step.values[at]!;
    }
    case 'normalize':
    case 'recode-together':
      break;
  }
  return refuseUnsupported(`a step of kind ${step.kind}`, 'it looks at several values');
}
