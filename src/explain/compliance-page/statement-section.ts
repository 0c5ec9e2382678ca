import type { ComplianceReport } from '../../model/index.ts';
import { showText } from './show-text.ts';

/** What the owners of the model state; and plainly so where they state nothing. */
export function statementSection({ model, statement }: ComplianceReport): string {
  const stated: readonly (readonly [string, string | null])[] = [
    ['Responsible (controller)', statement.controller],
    ['Purpose', statement.purpose],
    ['Legal basis', statement.legalBasis],
    ['Consequences', statement.consequences],
    ['Part that people have in it', statement.humanInvolvement],
    ['Contact', statement.contact],
    ['Right to contest', statement.rightToContest],
    ['Intended use of the model', model.intendedUse],
    ['Owner of the model', model.owner],
  ];
  const rows = stated.map(([name, text]) => {
    const words =
      text === null || text.trim() === ''
        ? '<dd class="absent">not stated in the model’s card</dd>'
        : `<dd>${showText(text)}</dd>`;
    return `<div><dt>${name}</dt>${words}</div>`;
  });
  return `<section aria-labelledby="statement">
<h2 id="statement">Statement of those responsible</h2>
<dl class="pairs">
${rows.join('\n')}
</dl>
</section>`;
}
