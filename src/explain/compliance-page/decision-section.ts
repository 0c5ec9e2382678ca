import type { ComplianceReport } from '../../model/index.ts';
import { errorInWords } from './error-in-words.ts';
import { showExactly, showPercent } from './show-number.ts';
import { showText } from './show-text.ts';
import { showTime } from './show-time.ts';

/** What was decided, and by what. */
export function decisionSection(report: ComplianceReport): string {
  const facts = [...answerFacts(report), ['Decided', showTime(report.decision.decidedAt)] as const];
  return `<section class="decision" aria-labelledby="decision">
<h2 id="decision">What was decided</h2>
<p class="answer">${answer(report.decision)}</p>
<dl class="facts">
${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`).join('\n')}
</dl>
<p>${thresholdInWords(report.decision)}${deciderInWords(report)}</p>
</section>`;
}

function answer({ prediction }: ComplianceReport['decision']): string {
  if (typeof prediction !== 'object') return showText(String(prediction));
  return prediction.map((value, index) => `${index + 1}: ${showExactly(value)}`).join('<br>');
}

function answerFacts({ decision, explanation }: ComplianceReport): (readonly [string, string])[] {
  const { prediction, probability, probabilities, riskCategory, threshold } = decision;
  const facts: (readonly [string, string])[] = [];
  if (probability !== undefined) {
    facts.push([`Probability ${ofWhat(decision)}`, percentExactly(probability)]);
  }
  if (typeof threshold === 'number') facts.push(['Threshold', showPercent(threshold)]);
  if (riskCategory !== undefined) facts.push(['Risk category', showText(riskCategory)]);
  if (probabilities !== undefined) {
    const labels = explanation?.outputs;
    const shown = probabilities
      .map((value, index) => ({ label: labels?.[index], value, index }))
      .toSorted((one, other) => other.value - one.value)
      .slice(0, mostLabels)
      .map(({ label, value, index }) => {
        const name = label === undefined ? `class ${index + 1}` : showText(String(label));
        return `${name}${label === prediction ? ' (decided for)' : ''}: ${percentExactly(value)}`;
      });
    const rest = probabilities.length - shown.length;
    if (rest > 0) shown.push(`${rest} less likely ones`);
    facts.push(['Probabilities', shown.join('<br>')]);
  }
  return facts;
}

const mostLabels = 5;

/** The report has the label that was decided for and the probability of the positive one. */
function ofWhat({ prediction, probability = 0, threshold }: ComplianceReport['decision']): string {
  if (typeof threshold !== 'number') return 'of the positive answer';
  return probability >= threshold ? `of ${showText(String(prediction))}` : 'of the other answer';
}

function percentExactly(probability: number): string {
  return `${showPercent(probability)} <span class="exactly">${showExactly(probability)}</span>`;
}

function thresholdInWords({
  prediction,
  probability,
  threshold,
}: ComplianceReport['decision']): string {
  if (probability === undefined || typeof threshold !== 'number') return '';
  const from = `From a probability of ${showPercent(threshold)} on, the answer`;
  return probability >= threshold
    ? `${from} is ${showText(String(prediction))}; ${showPercent(probability)} reaches that threshold. `
    : `${from} would have been another; ${showPercent(probability)} does not reach that threshold. `;
}

function deciderInWords({ audit, explanation, fallback, model }: ComplianceReport): string {
  const { reason, servedBy } = fallback;
  const name = model.name === null ? '' : ` of the model <b>${showText(model.name)}</b>`;
  const decider = `version <b>${showText(model.version)}</b>${name}`;
  const assigned = `version ${showText(audit.assignedVersion)}`;
  const why =
    reason === null
      ? ''
      : ` ${assigned} should have answered, but ${errorInWords(reason)} (${reason}).`;
  if (servedBy === 'model')
    return `Version <b>${showText(model.version)}</b>${name} decided; there was no fallback.`;
  if (servedBy === 'other-version')
    return `This was a fallback:${why} In its place ${decider} decided.`;
  if (servedBy === 'last-good')
    return `This was a fallback:${why} In its place ${decider} decided as it was served before its last change.`;
  const rule = explanation?.rule === undefined ? '' : ', shown below';
  return `This was a fallback:${why} No model answered; <b>a rule decided</b>, which people wrote into the card of ${decider}${rule}.`;
}
