import type { ComplianceReport, Explanation } from '../../model/index.ts';
import { errorInWords } from './error-in-words.ts';
import { showText } from './show-text.ts';

/** The main reasons in words; of a rule its conditions; or why there are none. */
export function reasonsSection({
  explanation,
  explanationError,
  mainReasons,
}: ComplianceReport): string {
  return `<section aria-labelledby="reasons">
<h2 id="reasons">Main reasons</h2>
${explanation === null ? unexplained(explanationError) : reasons(explanation, mainReasons)}
</section>`;
}

function unexplained(error: ComplianceReport['explanationError']): string {
  const why =
    error === null ? '' : ` The decision was made, but ${errorInWords(error)} (${error}).`;
  return `<p class="notice"><strong>There is no explanation of this decision.</strong>${why}</p>`;
}

function reasons(explanation: Explanation, mainReasons: readonly string[]): string {
  const { method, reasonCodes, rule } = explanation;
  const parts = [
    ...(method === 'lime'
      ? [
          '<p class="notice"><strong>Approximation:</strong> these reasons come from a stand-in for the model, not from the model itself; see the limits at the end.</p>',
        ]
      : []),
    mainReasons.length === 0 ? noReason(explanation) : list('ol', mainReasons),
  ];
  if (rule !== undefined) parts.push(conditions(rule.conditions));
  if (reasonCodes.length > 0) {
    const codes = reasonCodes.map(({ code }) => `<b>${showText(code)}</b>`).join(', ');
    parts.push(
      `<p>Reason codes, for what counted in the adverse direction, largest first: ${codes}.</p>`,
    );
  }
  return parts.join('\n');
}

function noReason({ fit }: Explanation): string {
  return fit === undefined
    ? '<p>No input moved the answer away from what is expected without any of them.</p>'
    : '<p>None are named: the stand-in explains too little of how the model answers rows like this one.</p>';
}

function conditions(of: readonly string[]): string {
  if (of.length === 0)
    return '<p>This rule has no conditions: it decides when no other rule does.</p>';
  return `<p>The rule decides when all of this holds, as it did here:</p>\n${list('ul', of)}`;
}

function list(tag: 'ol' | 'ul', items: readonly string[]): string {
  return `<${tag}>\n${items.map((item) => `<li>${showText(item)}</li>`).join('\n')}\n</${tag}>`;
}
