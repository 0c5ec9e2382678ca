import { scaleInWords } from '../find-reasons.ts';
import { escapeHtml } from '../html/escape-html.ts';
import { formatNumber } from '../html/format-number.ts';
import { htmlPage } from '../html/html-page.ts';
import { pageStyle } from '../html/page-style.ts';
import type { GlobalView, OutputView } from './global-view.ts';
import { outputSection } from './output-section.ts';
import { reportStyle } from './report-style.ts';
import type { ModelFacts } from './summary-to-wire.ts';

const mostOutputs = 4;

/**
 * Writes the global view of a model as one self-contained page: what moves its answers, how, and the numbers. Of several
 * outputs the four that are moved most. The same view gives the same bytes.
 */
export function globalReport(view: GlobalView, facts: ModelFacts): string {
  const name = facts.name === null ? facts.version : `${facts.name} ${facts.version}`;
  const title = `What moves the answers of ${name}`;
  const shown = chooseOutputs(view.outputs);
  const sections = shown.map((k) => outputSection(view, facts, k));
  return htmlPage({
    title,
    style: `${pageStyle}${reportStyle}`,
    body: `<main>
<h1>${escapeHtml(title)}</h1>
${lead(view, facts, shown)}
${sections.join('\n')}
${modelSection(view, facts)}
${readingSection(view, facts)}
</main>`,
  });
}

/** The places of the outputs that are shown: those with the largest attributions, in the order of the model. */
function chooseOutputs(outputs: readonly OutputView[]): number[] {
  const moved = outputs.map(({ features }) =>
    features.reduce((sum, { meanAbsolute }) => sum + meanAbsolute, 0),
  );
  return [...moved.keys()]
    .toSorted((a, b) => moved[b]! - moved[a]!)
    .slice(0, mostOutputs)
    .toSorted((a, b) => a - b);
}

function lead(view: GlobalView, facts: ModelFacts, shown: readonly number[]): string {
  const rows = count(view.rows, 'row');
  const first = facts.maxRows === null ? '' : 'the first ';
  if (view.outputs.length === 1) {
    const scale = scaleInWords(view.units, view.outputs[0]!.output);
    return `<p class="lead">Over ${first}${rows}, ${strongest(view.outputs[0]!, scale, facts)}</p>`;
  }
  const items = shown.map((k) => {
    const output = view.outputs[k]!;
    const scale = scaleInWords(view.units, output.output);
    return `<li><a href="#output-${k + 1}">${bdi(String(output.output))}</a>: ${strongest(output, scale, facts)}</li>`;
  });
  const left =
    shown.length === view.outputs.length
      ? `The model has ${view.outputs.length} outputs.`
      : `Of the ${view.outputs.length} outputs of the model this page shows the ${shown.length} whose scores are moved most; the JSON summary has all.`;
  return `<p class="lead">Over ${first}${rows}, feature by feature. ${left}</p>
<nav aria-label="Outputs"><ul>
${items.join('\n')}
</ul></nav>`;
}

/** The one or two features that matter most, in a sentence. */
function strongest({ features }: OutputView, scale: string, { schema }: ModelFacts): string {
  const [first, second] = features.filter(({ meanAbsolute }) => meanAbsolute > 0);
  const label = (index: number): string => {
    const { label: stated, name } = schema.features[index]!;
    return `<strong>${bdi(stated ?? name)}</strong>`;
  };
  if (first === undefined)
    return `no feature moves the ${bdi(scale)}: the answer is always the same.`;
  const begun = `${label(first.index)} moves the ${bdi(scale)} most, by ${formatNumber(first.meanAbsolute)} on average`;
  return second === undefined
    ? `${begun}; nothing else moves it.`
    : `${begun}, followed by ${label(second.index)} with ${formatNumber(second.meanAbsolute)}.`;
}

function modelSection(view: GlobalView, facts: ModelFacts): string {
  const { format, libraryVersion, maxRows, name, sha256, version } = facts;
  const stated: [string, string][] = [
    ['Model', name === null ? 'no name stated' : bdi(name)],
    ['Version', bdi(version)],
    ['Format', escapeHtml(libraryVersion === null ? format : `${format} ${libraryVersion}`)],
    ['SHA-256 of the file', `<span class="code">${escapeHtml(sha256)}</span>`],
    ['Rows', `${count(view.rows, 'row')}${maxRows === null ? '' : ', the first of the input'}`],
    ['Dots', dots(view)],
    ['Method', `${methods[view.method]} (<span class="code">${view.method}</span>)`],
    ['Units', `<span class="code">${view.units}</span>`],
    ...view.outputs
      .slice(0, 20)
      .map((output): [string, string] => [
        output.output === null || view.outputs.length === 1
          ? 'Base value'
          : `Base value of ${bdi(String(output.output))}`,
        formatNumber(output.baseValue, 4),
      ]),
    [
      'Check',
      `In every row the base value and all SHAP values add up to the score of the model; the largest difference is ${formatNumber(view.largestResidual, 2)}.`,
    ],
  ];
  return `<section aria-labelledby="model">
<h2 id="model">The model and the rows</h2>
<dl>
${stated.map(([term, fact]) => `<dt>${term}</dt><dd>${fact}</dd>`).join('\n')}
</dl>
</section>`;
}

const methods: Readonly<Record<GlobalView['method'], string>> = {
  'tree-shap-path-dependent':
    'exact SHAP values of trees, against the rows that they were trained on',
  'linear-shap': 'exact SHAP values of a weighted sum, against the mean of each column',
  'interventional-shap': 'exact SHAP values against the rows of a background',
  lime: 'a linear model fitted around each row: an approximation',
  rule: 'the rule that decided',
};

function dots({ rows, sample }: GlobalView): string {
  return rows === sample.count
    ? 'Every row is a dot in the figures.'
    : `Dots and the tables below them are of ${count(sample.count, 'row')} drawn at random, always the same of the same input; bars and their tables are of all rows.`;
}

function readingSection({ units }: GlobalView, { slope }: ModelFacts): string {
  const odds =
    units === 'log-odds'
      ? ` On the scale of log-odds ${formatNumber(Math.LN2 / slope)} more doubles the odds, and as much less halves them.`
      : '';
  return `<section aria-labelledby="reading">
<h2 id="reading">How to read this page</h2>
<p>A SHAP value is the part of one answer that one feature is given: the base value, which is the score when nothing is known of a row, and the SHAP values of all its features add up to the score of that row, before it becomes a probability or another answer.${odds}</p>
<p>The mean of their sizes, written mean |SHAP|, says how much a feature moves answers, whichever way. Values above 0 raise the score, values below 0 lower it.</p>
<p>This is what the model does with these rows. It is not what would happen if a value were changed in the world, and features that go together share what they explain.</p>
<p>Dots are single rows of the input: who may not see the rows may not see this page.</p>
</section>`;
}

function bdi(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

function count(number: number, one: string): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : `${one}s`}`;
}
