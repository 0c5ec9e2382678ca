import type { AttributionUnits } from '../../model/index.ts';
import type { OutputView } from './global-view.ts';

const scales: Readonly<Record<AttributionUnits, string>> = {
  'log-odds': 'log-odds',
  probability: 'probability',
  target: 'target',
  'log-target': 'log of the target',
  margin: 'margin',
};

/** What the SHAP values of an output add up to: `log-odds of yes`. */
export function scaleInWords(
  units: AttributionUnits,
  { output }: Pick<OutputView, 'output'>,
): string {
  return `${scales[units]}${output === null ? '' : ` of ${output}`}`;
}
