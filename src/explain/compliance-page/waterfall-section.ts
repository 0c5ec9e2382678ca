import type { ComplianceReport, FeatureSchema } from '../../model/index.ts';
import { drawWaterfall, type Waterfall, type WaterfallStep } from './draw-waterfall.ts';
import { inputInWords } from './input-in-words.ts';
import { nameUnits } from './method-in-words.ts';
import { type AmountFormat, showPercent } from './show-number.ts';
import { showText } from './show-text.ts';
import type { SpokenOutput } from './spoken-output.ts';

/** So many features have bars of their own; the others share one. */
const mostBars = 8;

/** From the base value to the score, feature by feature, largest first. */
export function waterfallSection(
  report: ComplianceReport,
  { features }: FeatureSchema,
  spoken: SpokenOutput,
  format: AmountFormat,
): string {
  const ranked = spoken.attributions
    .map((amount, index) => ({ amount, index }))
    .filter(({ amount }) => amount !== 0)
    .toSorted((one, other) => Math.abs(other.amount) - Math.abs(one.amount));
  // a bar for one other feature would say less than its own
  const own = ranked.length === mostBars + 1 ? ranked : ranked.slice(0, mostBars);
  const rest = ranked.slice(own.length);
  const steps: WaterfallStep[] = own.map(({ amount, index }) => {
    const feature = features[index]!;
    const { label, name } = feature;
    return { name: label ?? name, detail: inputInWords(feature, report.inputs[name]), amount };
  });
  if (rest.length > 0) {
    steps.push({
      name: `${rest.length} other features`,
      detail: 'each smaller, see the table',
      amount: rest.reduce((sum, { amount }) => sum + amount, 0),
    });
  }
  const units = report.units ?? 'margin';
  const unmoved = spoken.attributions.length - ranked.length;
  const about = spoken.label === null ? '' : ` for “${showText(String(spoken.label))}”`;
  const waterfall: Waterfall = {
    base: spoken.baseValue,
    score: spoken.score,
    asPercent: units === 'log-odds' ? asPercent : null,
    scoreName: report.explanation?.exact === false ? 'Score of the stand-in' : 'Score',
    steps,
    units: nameUnits(units),
    format,
  };
  return `<section aria-labelledby="effects">
<h2 id="effects">How the inputs led to the score${about}</h2>
<p>Each bar is what one input added to the score or took from it, in ${nameUnits(units)}. The bars begin at the base value, ${baseInWords(report.method)}, and end at ${report.explanation?.exact === false ? 'the score of the stand-in' : 'the score of this decision'}. ${unmoved === 0 ? '' : unmoved === 1 ? 'One input had no effect at all. ' : `${unmoved} inputs had no effect at all. `}</p>
<p class="legend" aria-hidden="true"><span>${key('raises')} raises the score, points right</span> <span>${key('lowers')} lowers the score, points left</span></p>
<svg class="defs" width="0" height="0" aria-hidden="true" focusable="false"><defs><pattern id="hatch" patternUnits="userSpaceOnUse" width="5" height="5" patternTransform="rotate(45)"><rect width="5" height="5" class="paper"/><rect width="2" height="5" class="ink"/></pattern></defs></svg>
${drawWaterfall(waterfall, 'wide')}
${drawWaterfall(waterfall, 'narrow')}
</section>`;
}

function baseInWords(method: ComplianceReport['method']): string {
  if (method === 'lime') return 'the score of a row that is unlike this one in every input';
  if (method === 'interventional-shap')
    return 'the mean score of the rows that this one is compared with';
  return 'which is expected when no input is known';
}

function asPercent(logOdds: number): string {
  return showPercent(1 / (1 + Math.exp(-logOdds)));
}

function key(kind: 'raises' | 'lowers'): string {
  return `<svg class="key" width="28" height="12" focusable="false"><rect width="28" height="12" class="${kind}"/></svg>`;
}
