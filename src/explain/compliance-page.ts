import type { ComplianceReport, FeatureSchema } from '../model/index.ts';
import { auditSection } from './compliance-page/audit-section.ts';
import { counterfactualSection } from './compliance-page/counterfactual-section.ts';
import { decisionSection } from './compliance-page/decision-section.ts';
import { inputsSection } from './compliance-page/inputs-section.ts';
import { limitsOf } from './compliance-page/method-in-words.ts';
import { pageStyle } from './compliance-page/page-style.ts';
import { reasonsSection } from './compliance-page/reasons-section.ts';
import { createAmountFormat } from './compliance-page/show-number.ts';
import { showText } from './compliance-page/show-text.ts';
import { showTime } from './compliance-page/show-time.ts';
import { spokenOutput } from './compliance-page/spoken-output.ts';
import { statementSection } from './compliance-page/statement-section.ts';
import { waterfallSection } from './compliance-page/waterfall-section.ts';
import { htmlPage } from './html/html-page.ts';

/**
 * A compliance report as one HTML page for people: what was decided and why, on which inputs, whom to ask, how to check it.
 * It loads nothing, runs no script, and prints on two A4 pages when there are about twenty features. Labels and units are
 * those of the schema; every text of a card, a row or a request is escaped.
 */
export function compliancePage(report: ComplianceReport, schema: FeatureSchema): string {
  const spoken = spokenOutput(report, schema);
  const format = createAmountFormat(
    spoken === null ? [] : [spoken.baseValue, spoken.score, ...spoken.attributions],
  );
  const { audit, explanation, model } = report;
  const limits = limitsOf(explanation).map((limit) => `<li>${limit}</li>`);
  const name = model.name ?? `version ${model.version}`;
  const body = `<header>
<h1>Explanation of an automated decision</h1>
<p>Model <b>${showText(name)}</b> · request <b>${showText(audit.requestId)}</b> · ${showTime(report.generatedAt)}</p>
</header>
<main>
${[
  decisionSection(report),
  reasonsSection(report),
  ...(spoken === null ? [] : [waterfallSection(report, schema, spoken, format)]),
  inputsSection(report, schema, spoken, format),
  counterfactualSection(report),
  statementSection(report),
  auditSection(report),
].join('\n')}
<section aria-labelledby="limits">
<h2 id="limits">What this report cannot say</h2>
<ul class="small">
${limits.join('\n')}
</ul>
</section>
</main>`;
  return htmlPage({
    title: `Decision ${audit.requestId}: explanation`,
    body,
    style: pageStyle,
  });
}
