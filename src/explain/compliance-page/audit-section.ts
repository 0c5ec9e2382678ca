import type { ComplianceReport } from '../../model/index.ts';
import { nameMethod } from './method-in-words.ts';
import { showExactly } from './show-number.ts';
import { showText } from './show-text.ts';

/** What a reviewer needs to find the decision again and to check this report. */
export function auditSection(report: ComplianceReport): string {
  const { audit, decision, explanation, fallback, method, model } = report;
  const by = {
    model: 'the assigned version',
    'other-version': 'another version',
    'last-good': 'the version as it was served before',
    rules: 'a rule',
  };
  const pairs: readonly Pair[] = [
    ['Request', audit.requestId],
    ['Decided at', decision.decidedAt],
    ['Report made at', report.generatedAt],
    ['Assigned version', audit.assignedVersion],
    ['Answered by', `${by[fallback.servedBy]} (${audit.modelVersion})`],
    ['Fallback', fallback.reason === null ? 'no' : `yes: ${fallback.reason}`],
    ['Circuit breaker', audit.breakerState],
    ['Model format', model.format],
    ['Card version', model.cardVersion],
    ['Explained by', method === null ? null : nameMethod(method)],
    ...(explanation === null || method === 'rule'
      ? []
      : ([['Residue of the sum', showExactly(explanation.additivityResidual)]] as const)),
    ['Library', `Spillway ${audit.libraryVersion}`],
  ];
  const digests: readonly Pair[] = [
    ['Model SHA-256', model.sha256],
    ['Card SHA-256', model.cardSha256],
    ['Report SHA-256', audit.sha256],
  ];
  return `<section aria-labelledby="audit">
<h2 id="audit">Audit trail</h2>
<dl class="pairs compact">
${showPairs(pairs)}
</dl>
<dl class="pairs digests">
${showPairs(digests)}
</dl>
<p class="small">To recompute the report’s SHA-256: take the JSON form of this report, remove <code>audit.sha256</code>, write what is left as canonical JSON (RFC 8785) and hash its UTF-8 bytes.</p>
</section>`;
}

type Pair = readonly [name: string, text: string | null];

function showPairs(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, text]) => {
      const words = text === null ? '<dd class="absent">none</dd>' : `<dd>${showText(text)}</dd>`;
      return `<div><dt>${name}</dt>${words}</div>`;
    })
    .join('\n');
}
