// Lesson 05: from a table to a version that serves, without leaving Node. README.md tells the story.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGateway, readModel } from 'spillway';
import {
  chooseThreshold,
  evaluateBinary,
  readTrainingTable,
  splitRows,
  trainBoosting,
  trainForest,
  trainLogistic,
  writeLinearModel,
} from 'spillway/training';
import { writeBooster } from 'spillway/xgboost';
import { makeCustomers } from './customers.js';

console.log('1. A table: what is known of customers, and who left');
const data = makeCustomers(3000, 5);
const { classes, labels, table, task } = await readTrainingTable({ data, target: 'left' });
const share = labels.reduce((sum, label) => sum + label, 0) / table.rows;
console.log(`   ${table.rows} rows, ${table.columns.map(({ name }) => name).join(', ')}`);
console.log(`   ${task}: ${classes.join(' or ')}, ${percent(share)} left`);

console.log('2. A third is held out');
const strategy = { kind: 'stratified', labels };
const rows = splitRows({ rows: table.rows, strategy, validationShare: 1 / 3, seed: 1 });
const learning = partOf(rows.training);
const held = partOf(rows.validation);
console.log(`   ${rows.training.length} to learn from, ${rows.validation.length} to be judged by`);

console.log('3. Three algorithms');
const boosting = await trainBoosting({
  ...learning,
  parameters: { objective: 'binary:logistic', num_boost_round: 60, max_depth: 3, eta: 0.1 },
});
const forest = await trainForest({
  ...learning,
  task,
  parameters: { n_estimators: 100, min_samples_leaf: 10 },
});
const logistic = await trainLogistic({ ...learning, parameters: { penalty: null } });
const files = {
  boosting: writeBooster(boosting.booster),
  forest: writeBooster(forest.booster),
  logistic: writeLinearModel(logistic),
};
for (const [name, file] of Object.entries(files)) {
  console.log(`   ${name.padEnd(10)}${file.length} bytes`);
}

console.log('4. The judges: 95 % intervals tell luck from skill');
const guesses = {};
const flattery = {};
for (const [name, file] of Object.entries(files)) {
  guesses[name] = probabilitiesOf(readModel(file), held.table);
  const { metrics } = evaluateBinary({ labels: held.labels, probabilities: guesses[name] });
  const learned = evaluateBinary({
    labels: learning.labels,
    probabilities: probabilitiesOf(readModel(file), learning.table),
    bootstrap: { draws: 0 },
  });
  const { high, low, value } = metrics.auc;
  const known = learned.metrics.auc.value;
  flattery[name] = known - value;
  const range = `${low.toFixed(3)} to ${high.toFixed(3)}`;
  console.log(
    `   ${name.padEnd(10)}AUC ${value.toFixed(3)} (${range}), on the rows it knows ${known.toFixed(3)}`,
  );
}
assert.ok(flattery.forest > 0.05 && Math.abs(flattery.logistic) < 0.02);

console.log('5. What the coefficients say, and how sure they are');
for (const [at, name] of logistic.columns.entries()) {
  const { lower, upper } = logistic.tests;
  const range = `${lower.coefficients[at].toFixed(3)} to ${upper.coefficients[at].toFixed(3)}`;
  console.log(
    `   ${name.padEnd(10)}${logistic.coefficients[at].toFixed(3).padStart(6)} (${range})`,
  );
}

console.log('6. A threshold for a purpose: an offer costs 10, a customer who leaves 60');
const choice = chooseThreshold({
  labels: held.labels,
  probabilities: guesses.boosting,
  aim: { kind: 'cost', falsePositive: 10, falseNegative: 60 },
});
console.log(
  `   offer from a probability of ${choice.threshold.toFixed(2)} on (${choice.low.toFixed(2)} to ${choice.high.toFixed(2)})`,
);
assert.ok(choice.low < choice.exact && choice.exact < choice.high);

console.log('7. The same by one command, written as a version');
const folder = await mkdtemp(join(tmpdir(), 'spillway-lesson-'));
const config = {
  target: 'left',
  boosting: { num_boost_round: 60, max_depth: 3, eta: 0.1 },
  threshold: { by: 'cost', false_positive: 10, false_negative: 60 },
  schema: [{ name: 'tenure', label: 'Months as a customer', monotonic: 'decreasing' }],
  card: { name: 'leaving', owner: 'Lesson 05' },
};
await writeFile(join(folder, 'train.json'), JSON.stringify(config));
await writeFile(join(folder, 'customers.jsonl'), data.map((row) => JSON.stringify(row)).join('\n'));
const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const flags = ['--data', 'customers.jsonl', '--config', 'train.json', '--algorithm', 'boosting'];
const { stdout } = await promisify(execFile)(
  process.execPath,
  [command, 'train', ...flags, '--out', 'models/v1'],
  { cwd: folder },
);
for (const line of stdout.split('\n')) {
  if (/^(target|measured|threshold|warning)|^ {2}(auc|recall) /.test(line)) {
    console.log(`   ${line}`);
  }
}
console.log(`   ${(await readdir(join(folder, 'models/v1'))).toSorted().join(', ')}`);

console.log('8. Serve it');
const gateway = await createGateway({ models: join(folder, 'models') });
const restless = { tenure: 2, calls: 5, charges: 90, yearly: 0 };
const { explanation, prediction, probability } = await gateway.predict(restless, { explain: true });
console.log(`   ${JSON.stringify(restless)} -> ${String(prediction)}, ${probability.toFixed(3)}`);
for (const { text } of explanation.reasonCodes) console.log(`   ${text}`);
assert.equal(prediction, 'yes');
await gateway.close();
await rm(folder, { recursive: true });
console.log('Done.');

/** Some rows of the table, with their labels. */
function partOf(places) {
  const take = (values) => Float64Array.from(places, (place) => values[place]);
  const columns = table.columns.map((column) => ({ ...column, values: take(column.values) }));
  return { table: { rows: places.length, columns }, labels: take(labels) };
}

/** What a model says of the rows of a table. */
function probabilitiesOf(model, { columns, rows: count }) {
  const values = Float64Array.from({ length: count * columns.length }, (_, at) => {
    return columns[at % columns.length].values[Math.floor(at / columns.length)];
  });
  return model.predictBatch(values, count).map(({ probability: guess }) => guess);
}

function percent(part) {
  return `${(100 * part).toFixed(0)} %`;
}
