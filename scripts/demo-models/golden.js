// Writes golden-rows.jsonl beside each demo model that is there, as the library that trained it answers, and names it in
// the card. Rows are made up, seeded: in full, with three fields and with gaps.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readableJson, reference, write } from './files.js';
import { forestProbability } from './forest.js';
import { logisticProbability } from './logistic.js';
import { createRandom } from './random.js';
import { rowWithGaps, threeFieldRow, toColumns } from './rows.js';
import { features } from './schema.js';

const file = 'golden-rows.jsonl';
const seed = 20261121;
const script = fileURLToPath(new URL('predict_xgboost.py', import.meta.url));

/** Writes the golden rows of all three versions in `directory` and puts them into their cards. */
export function writeGoldenRows(directory, python) {
  const rows = makeRows();
  const answers = {
    'v1.0': ({ model, inputs }) => ({
      probabilities: inputs.map((input) => forestProbability(model, input)),
    }),
    'v1.1': ({ path, inputs }) => {
      const request = { model: path, inputs: inputs.map((input) => input.map(numberOrNull)) };
      const output = execFileSync(python, [script], { input: JSON.stringify(request) });
      return JSON.parse(output.toString('utf8'));
    },
    'v2.0': ({ model, inputs }) => ({
      probabilities: inputs.map((input) => logisticProbability(model, input)),
    }),
  };
  for (const [version, answer] of Object.entries(answers)) {
    const cardPath = join(directory, version, 'card.json');
    const card = JSON.parse(readFileSync(cardPath, 'utf8'));
    const path = join(directory, version, card.artifact.file);
    const columns = card.columns.map((column) => ({ center: 0, scale: 1, ...column }));
    const { probabilities, margins } = answer({
      path,
      model: JSON.parse(readFileSync(path, 'utf8')),
      inputs: rows.map((row) => toColumns(row, columns)),
    });
    const lines = rows.map((row, index) =>
      JSON.stringify({
        row: Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
        ...(margins !== undefined && { margin: margins[index] }),
        probability: probabilities[index],
        prediction: card.labels[probabilities[index] >= card.decision_threshold ? 1 : 0],
      }),
    );
    write(join(directory, version, file), `${lines.join('\n')}\n`);
    const { name, version: ownVersion, description, format, artifact, covers, ...rest } = card;
    const golden_rows = reference(join(directory, version), file);
    const head = { name, version: ownVersion, description, format, artifact, covers, golden_rows };
    write(cardPath, `${readableJson({ ...head, ...rest, golden_rows })}\n`);
    process.stdout.write(`${version}: ${lines.length} golden rows\n`);
  }
}

const numberOrNull = (number) => (Number.isNaN(number) ? null : number);

/** Six rows in full, six with gaps, four of three fields. */
function makeRows() {
  const random = createRandom(seed);
  const full = Array.from({ length: 16 }, () => makeRow(random));
  return full.map((row, index) => {
    if (index < 6) return row;
    return withRequired(index < 12 ? rowWithGaps(row, random) : threeFieldRow(row));
  });
}

/** Required features must be in the row, be it as `null`: here they are given. */
function withRequired(row) {
  const required = { age: 40, monthly_charges: 65.5, total_charges: 1200 };
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return { ...row, ...required, ...Object.fromEntries(known) };
}

function makeRow(random) {
  const between = (low, high) => low + random() * (high - low);
  const monthly = Number(between(18, 118).toFixed(2));
  const tenure = Math.floor(between(0, 73));
  const age = Math.floor(between(18, 90));
  const numbers = {
    age,
    tenure,
    monthly_charges: monthly,
    total_charges: Number((monthly * tenure).toFixed(2)),
    senior_citizen: age >= 65 ? 1 : 0,
  };
  return Object.fromEntries(
    features.map(({ name, categories }) => [
      name,
      categories === undefined
        ? numbers[name]
        : categories[Math.floor(random() * categories.length)],
    ]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      python: { type: 'string', default: 'python3' },
      output: {
        type: 'string',
        default: fileURLToPath(new URL('../../models/churn', import.meta.url)),
      },
    },
  });
  writeGoldenRows(values.output, values.python);
}
