import type { ComplianceReport, FeatureSchema } from '../../model/index.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { inputInWords } from './input-in-words.ts';
import { nameUnits } from './method-in-words.ts';
import { type AmountFormat, showExactly } from './show-number.ts';
import { showText } from './show-text.ts';
import type { SpokenOutput } from './spoken-output.ts';

/** Every input with what it did; without effects when `spoken` is `null`. */
export function inputsSection(
  report: ComplianceReport,
  { features }: FeatureSchema,
  spoken: SpokenOutput | null,
  format: AmountFormat,
): string {
  const rows = features.map((feature, index) => {
    const { label, missing, name } = feature;
    const value = report.inputs[name];
    const given = value !== null && value !== undefined;
    const title = given || missing === undefined ? '' : ` title="${escapeHtml(missing)}"`;
    const input = `<th scope="row">${showText(label ?? name)}</th><td${given ? '' : ' class="absent"'}${title}>${showText(inputInWords(feature, value))}</td>`;
    if (spoken === null) return `<tr>${input}</tr>`;
    const effect = spoken.attributions[index]!;
    return `<tr>${input}${numbers(format.signed(effect), effect)}</tr>`;
  });
  const effects =
    spoken === null
      ? { head: '', foot: '' }
      : {
          head: '<th scope="col" class="number">Effect</th><th scope="col" class="number exactly">Exactly</th>',
          foot: `<tfoot>
<tr><th scope="row" colspan="2">Base value</th>${numbers(format.plain(spoken.baseValue), spoken.baseValue)}</tr>
<tr class="total"><th scope="row" colspan="2">Base value and all effects: the score</th>${numbers(format.plain(spoken.score), spoken.score)}</tr>
</tfoot>`,
        };
  return `<section class="long" aria-labelledby="inputs">
<h2 id="inputs">All inputs</h2>
<table>
<caption>${caption(report, spoken)}</caption>
<thead><tr><th scope="col">Input</th><th scope="col">Value used</th>${effects.head}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
${effects.foot}
</table>
</section>`;
}

function numbers(rounded: string, exact: number): string {
  const exactly = showExactly(exact);
  return `<td class="number" title="${exactly}">${rounded}</td><td class="number exactly">${exactly}</td>`;
}

function caption({ explanation }: ComplianceReport, spoken: SpokenOutput | null): string {
  const all = 'Everything that was known when the decision was made.';
  if (explanation === null) return all;
  if (spoken === null) return `${all} The rule looked at nothing but what its conditions name.`;
  return `${all} Effects in ${nameUnits(explanation.units)}${ofWhich(spoken)}.`;
}

/** Which of several outputs the numbers are about, as the end of a sentence; empty when there is one only. */
function ofWhich({ label, outputs }: SpokenOutput): string {
  if (outputs === 1) return '';
  const which = label === null ? `number 1 of ${outputs}` : `“${showText(String(label))}”`;
  return `, for ${which}; those of the other ${outputs - 1} are in the JSON form of this report`;
}
