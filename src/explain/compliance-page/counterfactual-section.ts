import type { ComplianceReport } from '../../model/index.ts';
import { showText } from './show-text.ts';

/** What would have changed the decision, as far as it was looked for. */
export function counterfactualSection({ counterfactual }: ComplianceReport): string {
  return `<section aria-labelledby="counterfactual">
<h2 id="counterfactual">What would have changed the decision</h2>
${counterfactual === null ? '<p>No counterfactual was asked for with this decision.</p>' : found(counterfactual)}
</section>`;
}

function found({
  counterfactuals,
  exhaustive,
  text,
}: NonNullable<ComplianceReport['counterfactual']>): string {
  const items = counterfactuals.map(({ text: sentence }) => `<li>${showText(sentence)}</li>`);
  const list = items.length === 0 ? '' : `<ul>\n${items.join('\n')}\n</ul>\n`;
  const claim = exhaustive
    ? 'The search was complete within these bounds'
    : 'The search was not complete';
  return `${list}<p>${showText(text)} ${claim}. This describes the model’s answer to other inputs; it is no advice and no promise.</p>`;
}
