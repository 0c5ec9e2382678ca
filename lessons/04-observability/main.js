// Lesson 04: seeing what the gateway does, and being told when it goes wrong. README.md tells the story.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import express from 'express';
import { Gauge } from 'prom-client';
import { createGateway, loadVersions, withMonitoring } from 'spillway';
import { createExpressServer, spillway } from 'spillway/express';
import { createFakeClock, createFlakyModel, createSeededRandom } from 'spillway/testing';
import { makeCustomers } from '../02-multi-model/customers.js';
import { createFallbackAlert, sumOf } from './alert-rule.js';
import { drawDashboard } from './dashboard.js';

// time moves when we say so, so that every run measures the same; README.md says how to measure your machine instead
const clock = createFakeClock();
const random = createSeededRandom(4);
const versions = (await loadVersions()).map((version) => ({
  ...version,
  model: createFlakyModel(takingTime(version.model)),
}));
const gateway = await createGateway({ versions, clock, random });
const server = createExpressServer(express().use(spillway(gateway)));
await once(server.listen(0, '127.0.0.1'), 'listening');

const customers = new Map(
  makeCustomers(1200, 12).map(({ row }, index) => [`customer-${index}`, row]),
);
const ids = [...customers.keys()];

// a figure that the business watches: who will probably leave, and what they pay
const kpi = { customers: 0, revenue: 0 };
const revenueAtRisk = new Gauge({
  name: 'churn_revenue_at_risk_usd',
  help: 'Monthly charges of the customers whose risk is High.',
  registers: [gateway.metrics],
});
gateway.on('decision-made', ({ decision }) => {
  if (decision.riskCategory !== 'High') return;
  kpi.customers += 1;
  kpi.revenue += customers.get(decision.requestId).monthly_charges;
  revenueAtRisk.set(Math.round(kpi.revenue));
});

const incidents = [];
for (const name of ['breaker-opened', 'breaker-half-opened', 'breaker-closed']) {
  gateway.on(name, ({ modelVersion, at }) =>
    incidents.push(`${new Date(at).toISOString().slice(11, 19)}  ${modelVersion}  ${name}`),
  );
}

// any function of yours, in the same metrics
const findCustomer = withMonitoring(
  async (id) => {
    clock.advance(2);
    return customers.get(id);
  },
  { name: 'find_customer', registry: gateway.metrics, clock },
);

const alertOn = createFallbackAlert({ limit: 0.01 });

console.log('1. A calm minute: 400 customers');
await decideFor(ids.slice(0, 400));
assert.equal((await look()).state, 'ok');

console.log('2. v1.0 breaks: another 400 customers, all of them answered');
versions[0].model.breakWith(() => {
  throw new Error('out of memory');
});
await decideFor(ids.slice(400, 800));
assert.equal((await look()).state, 'FIRING');
const health = await get('/health');
console.log(`   GET /health -> ${health.status} ${JSON.parse(health.text).status}`);
assert.equal(JSON.parse(health.text).status, 'degraded');

console.log('3. v1.0 is repaired, and the breaker finds out by itself');
versions[0].model.heal();
clock.advance(30_000);
await decideFor(ids.slice(800));
assert.equal((await look()).state, 'resolved');

console.log('4. What happened, from the events');
for (const incident of incidents) console.log(`   ${incident}`);
assert.equal(incidents.length, 5); // the probe of 00:01:33 failed

console.log('5. GET /metrics: the same for Prometheus, and for your own alerts');
const { text } = await get('/metrics');
showMetrics(text, 'spillway_decisions_total', 'predict_reliable');
showMetrics(text, 'spillway_fallbacks_total', 'v1.0');
showMetrics(text, 'spillway_breaker_transitions_total', 'v1.0');
showMetrics(text, 'spillway_function_calls_total', 'find_customer');
showMetrics(text, 'churn_revenue_at_risk_usd', '');
assert.equal(sumOf(text, 'spillway_decisions_total'), ids.length);
assert.equal(sumOf(text, 'spillway_function_calls_total'), ids.length);

console.log('6. GET /admin/performance-metrics: figures per version and route');
const { routes } = JSON.parse((await get('/admin/performance-metrics')).text);
for (const { model_version, route, decisions, p50_ms, p95_ms, p99_ms } of routes)
  console.log(
    `   ${model_version} ${route} ${decisions} p50 ${p50_ms} p95 ${p95_ms} p99 ${p99_ms}`,
  );
assert.equal(routes.length, 3);

server.close();
await gateway.close();
console.log('Done.');

/** One decision for each customer, 150 ms apart. The request id says who it is about. */
async function decideFor(some) {
  for (const id of some) {
    clock.advance(150);
    await gateway.predictReliable(await findCustomer(id), { requestId: id });
  }
}

/** Scrapes, evaluates the alert and draws the dashboard. */
async function look() {
  const alert = alertOn((await get('/metrics')).text);
  for (const line of drawDashboard(gateway, { alert, kpi })) console.log(`   | ${line}`);
  return alert;
}

async function get(path) {
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`);
  return { status: response.status, text: await response.text() };
}

/** The lines of one metric that count something and mention a label. */
function showMetrics(metricsText, name, label) {
  const lines = metricsText.split('\n');
  for (const line of lines.filter((each) => each.startsWith(name) && each.includes(label)))
    if (!line.endsWith(' 0')) console.log(`   ${line}`);
}

/** A model that takes between 0.1 and 1 ms on the fake clock, mostly little. */
function takingTime(model) {
  return {
    ...model,
    predictValues(values) {
      clock.advance(0.1 + 0.9 * random() ** 3);
      return model.predictValues(values);
    },
  };
}
