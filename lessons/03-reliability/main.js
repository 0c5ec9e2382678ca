// Lesson 03: what happens when a model breaks, and how to account for every answer. README.md tells the story.
import assert from 'node:assert/strict';
import {
  createGateway,
  loadVersions,
  SpillwayError,
  withCircuitBreaker,
  withCompliance,
} from 'spillway';
import { createFakeClock, createFlakyModel } from 'spillway/testing';

// half a minute must not take half a minute: in this lesson time moves when we say so
const clock = createFakeClock();

// the demo versions, each wrapped so that we can break it
const versions = (await loadVersions()).map((version) => ({
  ...version,
  model: createFlakyModel(version.model),
}));
const [forest, boosting, logistic] = versions.map(({ model }) => model);
const gateway = await createGateway({
  versions,
  clock,
  weights: { 'v1.0': 0, 'v1.1': 1, 'v2.0': 0 }, // all traffic to v1.1, the others in reserve
  breaker: { failureThreshold: 5, recoveryTimeoutMs: 30_000 },
});
for (const name of ['breaker-opened', 'breaker-half-opened', 'breaker-closed']) {
  gateway.on(name, ({ modelVersion, at }) =>
    console.log(`   event  ${name} of ${modelVersion} at ${timeOfDay(at)}`),
  );
}

const customer = { age: 35, monthly_charges: 89.9, total_charges: 180 };

console.log('1. All is well: v1.1 answers');
assert.equal((await show(customer)).servedBy, 'model');

console.log('2. v1.1 breaks: callers do not notice, after five failures it is left alone');
boosting.breakWith(() => {
  throw new Error('out of memory');
});
const callsBefore = boosting.calls;
for (let request = 0; request < 7; request++) await show(customer);
await eventsDelivered();
console.log(`   7 requests, v1.1 was asked ${boosting.calls - callsBefore} times`);
assert.equal(boosting.calls - callsBefore, 5);

console.log('3. The caller who wants v1.1 or nothing gets an honest error');
try {
  await gateway.predict(customer);
  assert.fail('the breaker is open');
} catch (error) {
  if (!SpillwayError.isInstance(error)) throw error;
  const { code, retryable, details } = error;
  const seconds = Number(details.retryAfterMs) / 1000;
  console.log(`   ${code}, retryable: ${retryable}, try again in ${seconds} s`);
}

console.log('4. Thirty seconds later v1.1 is well again: one call tries, and the breaker closes');
boosting.heal();
clock.advance(30_000);
assert.equal((await show(customer)).servedBy, 'model');
await eventsDelivered();

console.log('5. A model can fail in more ways than one');
boosting.breakWith(() => ({ margin: 0, probability: Number.NaN, prediction: 0 }));
assert.equal((await show(customer)).reason, 'INVALID_OUTPUT');
boosting.breakWith(() => {
  clock.advance(51); // an answer that comes after the 50 ms the caller grants
  return { margin: 0, probability: 0.5, prediction: 1 };
});
assert.equal((await show(customer, { timeoutMs: 50 })).reason, 'DEADLINE_EXCEEDED');
boosting.heal();

console.log('6. An exact explanation: what is known about the customer, added up, is the score');
const explained = await gateway.predictReliable(customer, { explain: true, requestId: 'call-41' });
const { baseValue, attributions, reasonCodes } = explained.explanation;
const score = Object.values(attributions).reduce((total, value) => total + value, baseValue);
const linked = 1 / (1 + Math.exp(-score));
console.log(`   base ${baseValue.toFixed(3)} + attributions = ${score.toFixed(3)} log-odds`);
console.log(
  `   as a probability ${linked.toFixed(5)}, answered ${explained.probability.toFixed(5)}`,
);
for (const { text } of reasonCodes) console.log(`   ${text}`);
assert.ok(Math.abs(linked - explained.probability) < 1e-6); // XGBoost adds in float32

console.log('7. Every model is down: the rules of the model card answer, and say why');
for (const model of [forest, boosting, logistic]) {
  model.breakWith(() => {
    throw new Error('the disk is gone');
  });
}
const last = await show(customer, { explain: true, requestId: 'call-42' });
assert.equal(last.servedBy, 'rules');
console.log(`   ${last.explanation.rule.because}`);

console.log('8. The compliance report of that answer: keep it, and you can account for it');
// the explanation was shown above, and most features are not known
const { inputs, explanation: _, ...report } = last.complianceReport;
const known = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
console.log(indent(JSON.stringify({ ...report, inputs: known }, null, 2)));
assert.equal(report.audit.requestId, 'call-42');
await gateway.close();

console.log('9. The same breaker around any function of yours');
const balances = new Map([['customer-17', '12.50 USD']]);
let billingIsUp = false;
const balanceOf = withCircuitBreaker(
  async (customerId) => {
    if (!billingIsUp) throw new Error('the billing system does not answer');
    return balances.get(customerId);
  },
  { name: 'billing', failureThreshold: 5, clock, fallback: () => 'balance not known' },
);
for (let call = 0; call < 5; call++) await balanceOf('customer-17');
console.log(`   5 failures: ${await balanceOf('customer-17')}, breaker ${balanceOf.breaker.state}`);
assert.equal(balanceOf.breaker.state, 'open');
billingIsUp = true;
clock.advance(30_000);
console.log(`   30 s later: ${await balanceOf('customer-17')}, breaker ${balanceOf.breaker.state}`);
assert.equal(balanceOf.breaker.state, 'closed');

console.log('10. No explanation, no decision: a function of yours that has to account for itself');
const limitOf = withCompliance(({ income }) => Math.round(income / 10), {
  name: 'credit limit',
  // nobody wrote down what holds without an income
  explain: (limit, { income }) =>
    income > 0 ? { because: `a tenth of ${income} is ${limit}` } : null,
  statement: { contact: 'credit@example.com' },
  clock,
});
const { answer, explanation, report: kept } = await limitOf({ income: 2150 });
console.log(`   ${answer}: ${explanation.because}`);
console.log(`   sealed with ${kept.audit.sha256.length} digits, ask ${kept.statement.contact}`);
await assert.rejects(limitOf({ income: 0 }), (error) => {
  console.log(`   ${error.code}: ${error.message}`);
  return error.code === 'NOT_EXPLAINABLE';
});
console.log('Done.');

/** Asks reliably and shows who answered. */
async function show(row, options) {
  const decision = await gateway.predictReliable(row, options);
  const { probability, riskCategory, modelVersion, servedBy, reason } = decision;
  const who = `${modelVersion}, served_by ${servedBy}`.padEnd(29);
  console.log(`   ${probability.toFixed(3)} ${riskCategory.padEnd(6)}  ${who}  reason ${reason}`);
  return decision;
}

/** Events are delivered after the answer, so that a listener cannot make it wait. */
function eventsDelivered() {
  return new Promise(setImmediate);
}

function timeOfDay(at) {
  return new Date(at).toISOString().slice(11, 19);
}

function indent(text) {
  return text.replaceAll(/^/gm, '   ');
}
