// npm run models: makes models/churn from the IBM Telco table; README.md beside this file says what comes of it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSeededRandom } from 'spillway/testing';
import { evaluateBinary } from 'spillway/training';
import { createAnswers } from './answers.js';
import { cardOf } from './card.js';
import { readableJson, writeBeside } from './files.js';
import { makeGoldenRows } from './golden.js';
import { readTelco, threeFieldRow, withBlankedCopies } from './rows.js';
import { rulesFrom } from './rules.js';
import { trainings } from './trainings.js';

const seed = 20261120;
const goldenSeed = 20261121;
const modelsDirectory = fileURLToPath(new URL('../../models/churn', import.meta.url));

const { values: options } = parseArgs({
  options: {
    data: { type: 'string' },
    output: { type: 'string', default: modelsDirectory },
  },
});
if (options.data === undefined) {
  process.stderr.write('usage: npm run models -- --data CSV [--output DIR]\n');
  process.exit(2);
}

const { training, holdOut } = readTelco(options.data);
const samples = withBlankedCopies(training, createSeededRandom(seed));
const rules = rulesFrom(training);
const goldenRows = makeGoldenRows(goldenSeed);

for (const [version, train] of Object.entries(trainings)) {
  // one after the other: they share the cores
  // oxlint-disable-next-line no-await-in-loop
  finish(version, await train({ training, samples, seed }));
}

/** Writes the files of a version and says how good it is. */
function finish(version, { artifact, ...made }) {
  const directory = join(options.output, version);
  const card = cardOf({
    ...made,
    artifact: writeBeside(directory, 'model.json', artifact),
    rules,
    training: { ...made.training, rows: training.length, rows_with_copies: samples.length, seed },
  });
  const answer = createAnswers(card, artifact);
  const lines = goldenRows.map((row) => {
    const { margin, ...prediction } = answer(row);
    return JSON.stringify({ row, ...(margin !== null && { margin }), ...prediction });
  });
  const golden = writeBeside(directory, 'golden-rows.jsonl', `${lines.join('\n')}\n`);
  const metrics = {
    full_rows: measure(answer, (row) => row),
    three_field_rows: measure(answer, threeFieldRow),
  };
  const { name, version: cardVersion, description, format, artifact: file, ...rest } = card;
  const head = { name, version: cardVersion, description, format, artifact: file };
  const whole = { ...head, golden_rows: golden, ...rest, metrics };
  writeBeside(directory, 'card.json', `${readableJson(whole)}\n`);
  const report = Object.entries(metrics).map(
    ([rows, { auc, log_loss, brier }]) =>
      `${rows}: AUC ${auc}, log-loss ${log_loss}, Brier ${brier}`,
  );
  process.stdout.write(`${version} ${format}\n  ${report.join('\n  ')}\n`);
}

/** How good the answers are on the rows that were kept from training, to four digits. */
function measure(answer, shown) {
  const { rows, metrics } = evaluateBinary({
    labels: holdOut.map(({ churned }) => churned),
    probabilities: holdOut.map(({ row }) => answer(shown(row)).probability),
    bootstrap: { draws: 0 },
  });
  const { auc, brier, logLoss } = metrics;
  return { rows, auc: rounded(auc), log_loss: rounded(logLoss), brier: rounded(brier) };
}

function rounded({ value }) {
  return Number(value.toFixed(4));
}
