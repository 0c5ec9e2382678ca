// Lesson 02: several versions behind one door. README.md tells the story.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express from 'express';
import { Matrix } from 'ml-matrix';
import { createGateway } from 'spillway';
import { createExpressServer, spillway } from 'spillway/express';
import { createSeededRandom } from 'spillway/testing';
import { makeCustomers } from './customers.js';
import { areaUnderCurve, brierScore } from './scores.js';
import { toInputs, trainForest, trainLogistic } from './train.js';
import { writeVersion } from './write-version.js';

const customers = makeCustomers(1600, 3);
const [training, heldOut] = [customers.slice(0, 600), customers.slice(600)];
const models = await mkdtemp(join(tmpdir(), 'spillway-lesson-'));

try {
  await tour();
} finally {
  await rm(models, { recursive: true });
}

async function tour() {
  console.log('1. Train two models, take a third as it is, and spoil a fourth');
  const forest = trainForest(training);
  const logistic = trainLogistic(training);
  const asForest = { ...forest, format: 'ml-random-forest', weight: 0.3 };
  const asLogistic = { ...logistic, format: 'ml-logistic-regression', weight: 0.1 };
  await writeVersion(join(models, 'v1.0'), asForest);
  await cp(demoVersion('v1.1'), join(models, 'v1.1'), { recursive: true });
  await writeVersion(join(models, 'v2.0'), asLogistic);
  await writeVersion(join(models, 'v3.0'), { ...asLogistic, weight: 1 });
  await appendFile(join(models, 'v3.0', 'model.json'), ' '); // one byte after the card was written
  console.log(`   trained on ${training.length} customers, ${heldOut.length} held out`);

  console.log('2. The registry: every version and its state');
  const gateway = await createGateway({ models, random: createSeededRandom(7) });
  showVersions(gateway);
  const [v10, v11, v20, v30] = gateway.status().versions;
  assert.deepEqual(
    [v10, v11, v20].map(({ state }) => state),
    ['ready', 'ready', 'ready'],
  );
  assert.equal(v30.state, 'failed');

  console.log('3. The served model is the trained model');
  const labels = logistic.model.predict(
    new Matrix(heldOut.map(({ row }) => toInputs(row, logistic.columns))),
  );
  let same = 0;
  for (const [index, { row }] of heldOut.entries()) {
    const { prediction } = await gateway.predict(row, { modelVersion: 'v2.0' });
    if (prediction === labels[index]) same++;
  }
  console.log(`   ml-logistic-regression and v2.0 agree on ${same} of ${heldOut.length} customers`);
  assert.equal(same, heldOut.length);

  console.log('4. The split: 10,000 requests of nobody in particular');
  const answered = { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 };
  for (let request = 0; request < 10_000; request++) {
    const { modelVersion } = await gateway.predict(heldOut[request % heldOut.length].row);
    answered[modelVersion]++;
  }
  console.log(`   ${shares(answered, 10_000)}`);
  assert.ok(Math.abs(answered['v1.1'] / 10_000 - 0.6) < 0.02);

  console.log('5. Sticky units: one customer always meets the same version');
  const met = new Set();
  for (let visit = 0; visit < 100; visit++) met.add(await versionOf(gateway, 'customer-17'));
  console.log(`   customer-17, 100 visits: ${[...met].join(', ')}`);
  assert.equal(met.size, 1);

  console.log('6. POST /compare: all versions on one customer, and all as one');
  const server = createExpressServer(express().use(spillway(gateway)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const row = { age: 35, monthly_charges: 94.9, total_charges: 189.8, contract: 'Month-to-month' };
  const { results, ensemble, agreement } = await post(server, '/compare', row);
  for (const { model_version, error, probability, risk_category } of results)
    console.log(
      `   ${model_version}      ${error ? error.message : `${probability.toFixed(3)}  ${risk_category}`}`,
    );
  console.log(`   ensemble  ${ensemble.probability.toFixed(3)}  (${ensemble.method})`);
  console.log(`   same prediction: ${agreement.same_prediction}`);
  server.close();

  console.log('7. Which version is best? Held-out customers decide');
  const auc = {};
  console.log('   version     AUC  Brier');
  for (const [version, probabilities] of Object.entries(await askAll(gateway))) {
    auc[version] = areaUnderCurve(heldOut, probabilities);
    const brier = brierScore(heldOut, probabilities);
    console.log(`   ${version.padEnd(8)}  ${auc[version].toFixed(3)}  ${brier.toFixed(3)}`);
  }
  assert.ok(Math.min(...Object.values(auc)) > 0.75);

  console.log('8. Give the best one more traffic, without a restart');
  const units = Array.from({ length: 1000 }, (_, index) => `customer-${index}`);
  const before = await Promise.all(units.map((unit) => versionOf(gateway, unit)));
  gateway.setWeights({ 'v1.0': 0.6, 'v1.1': 0.6, 'v2.0': 0.1, 'v3.0': 0 });
  const after = await Promise.all(units.map((unit) => versionOf(gateway, unit)));
  showVersions(gateway);
  const moved = after.filter((version, index) => version !== before[index]);
  console.log(
    `   of 1,000 customers ${moved.length} moved, to ${[...new Set(moved)].join(', ')} alone`,
  );
  assert.deepEqual([...new Set(moved)], ['v1.0']);

  await gateway.close();
  console.log('Done.');
}

function demoVersion(version) {
  return fileURLToPath(new URL(`../../models/churn/${version}`, import.meta.url));
}

function showVersions(gateway) {
  const { status, versions } = gateway.status();
  for (const { modelVersion, state, weight, format, reason } of versions) {
    const what = reason === null ? format : `${reason.slice(0, 52)}...`;
    console.log(`   ${modelVersion}  ${state.padEnd(6)}  ${percent(weight).padStart(4)}  ${what}`);
  }
  console.log(`   the gateway is ${status}`);
}

async function versionOf(gateway, unitId) {
  const { modelVersion } = await gateway.predict(heldOut[0].row, { unitId });
  return modelVersion;
}

async function post(server, path, row) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(row),
  });
  assert.equal(response.status, 200);
  return response.json();
}

/** The probabilities of each version, and of all together, for the held-out customers. */
async function askAll(gateway) {
  const comparisons = await Promise.all(heldOut.map(({ row }) => gateway.compare(row)));
  const versions = comparisons[0].results
    .filter((result) => !('error' in result))
    .map(({ modelVersion }) => modelVersion);
  const columns = versions.map((version, index) => [
    version,
    comparisons.map(({ results }) => results[index].probability),
  ]);
  const ensemble = comparisons.map((comparison) => comparison.ensemble.probability);
  return { ...Object.fromEntries(columns), ensemble };
}

function shares(counts, total) {
  return Object.entries(counts)
    .map(([version, count]) => `${version} ${(100 * (count / total)).toFixed(1)} %`)
    .join(', ');
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
