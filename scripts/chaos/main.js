#!/usr/bin/env node
// Breaks Spillway on purpose and says whether what docs/reliability.md claims still holds. Tests the built `dist`.
//   npm run chaos [-- --long] [--only NAME] [--layer NAME] [--claim N] [--within SECONDS] [--list] [--write]      after `npm run build`
//   --long    larger counts, and a soak of 20 minutes
//   --only    scenarios whose name contains this; may be given again
//   --layer   scenarios of this layer
//   --claim   scenarios that show this claim
//   --within  starts no scenario later than this, and says which it left out
//   --list    names them and does nothing
//   --write   writes the table into docs/reliability.md
// Exit code 1 when a scenario does not hold, 77 when none could be run.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createContext } from './context.js';
import { isInstalled } from './is-installed.js';
import { layers } from './layers.js';
import { writeReport } from './report.js';

const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    layer: { type: 'string' },
    claim: { type: 'string' },
    within: { type: 'string', default: 'Infinity' },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  // what stands at the top of this file
  const [, ...lines] = readFileSync(new URL(import.meta.url), 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  console.log(
    lines
      .slice(0, end)
      .map((line) => line.slice(3))
      .join('\n'),
  );
  process.exit(0);
}
const { long, only, layer, claim, list, write } = values;
const withinMs = 1000 * Number(values.within);
if (Number.isNaN(withinMs)) {
  console.error('--within is a number of seconds');
  process.exit(1);
}
const isPartial = only.length > 0 || layer !== undefined || claim !== undefined;
const chosen = layers.filter(
  (one) =>
    (only.length === 0 || only.some((part) => one.name.includes(part))) &&
    (layer === undefined || one.layer === layer) &&
    (claim === undefined || String(one.claim) === claim) &&
    (long || !one.onlyLong),
);
if (chosen.length === 0) {
  console.error(`no such scenario; --list names them`);
  process.exit(1);
}
if (list) {
  for (const { layer: where, name, claim: shown } of chosen)
    console.log(`${where.padEnd(9)} ${shown ?? ' '}  ${name}`);
  process.exit(0);
}

const mostTries = 3;
const startedAt = performance.now();
const context = await createContext(long);
const results = new Map();
// what compares latencies has the machine to itself, the others mostly wait
const together = chosen.filter(({ alone }) => !alone);
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (let one = together.shift(); one !== undefined; one = together.shift()) await runOne(one);
  }),
);
for (const one of chosen) if (one.alone) await runOne(one);
// a machine that does other things is late by itself; what is wrong or lost is not tried again
for (let tries = 2; tries <= mostTries; tries++) {
  const late = chosen.filter((one) => results.get(one).isNoise && !results.get(one).holds);
  for (const one of late) {
    console.log(`late only, so once more, alone (${tries} of ${mostTries}):`);
    const result = await tryOne(one);
    record(one, { ...result, facts: { ...result.facts, tries } });
  }
}
await context.close();

const ended = chosen.map((one) => ({ ...one, ...results.get(one) }));
if (write) writeReport(ended, { long, isPartial });
const count = (of) => ended.filter(of).length;
const broken = count(({ holds }) => holds === false);
const skipped = count((one) => one.skipped !== undefined);
const whole = count(({ holds }) => holds === true);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`chaos: ${whole} hold, ${broken} do not, ${skipped} skipped, in ${seconds} s`);
process.exitCode = broken > 0 ? 1 : whole > 0 ? 0 : 77;

async function runOne(one) {
  const reason = whyNot(one);
  record(one, reason === null ? await tryOne(one) : { skipped: reason });
}

function record(one, result) {
  results.set(one, result);
  print(one, result);
}

function whyNot({ needs }) {
  const missing = needs.filter((command) => !isInstalled(command));
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  return performance.now() - startedAt > withinMs ? 'no time is left' : null;
}

async function tryOne(one) {
  const own = context.forScenario();
  const started = performance.now();
  try {
    return { ...(await one.run(own)), seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    return failed(`the scenario itself failed: ${error?.stack ?? error}`);
  } finally {
    await own.stop();
  }
}

function failed(why) {
  const none = { injected: 0, requests: 0, answered2xx: 0, degraded: 0, refused: 0, failed: 0 };
  return { ...none, p99Ms: 0, facts: {}, holds: false, why };
}

function print({ layer: where, name }, result) {
  if (result.skipped !== undefined) {
    console.log(`SKIPPED  ${where}: ${name}: ${result.skipped}`);
    return;
  }
  const { injected, requests, answered2xx, degraded, refused, p99Ms, holds, why, facts } = result;
  const more = Object.entries(facts).map(([fact, value]) => `, ${fact} ${value}`);
  console.log(
    `${holds ? 'holds   ' : 'DOES NOT'} ${where}: ${name}: ${injected} injected, ${answered2xx}/${requests} answered, ${degraded} degraded, ${refused} refused, ${result.failed} failed, p99 ${p99Ms.toFixed(1)} ms${more.join('')} (${(result.seconds ?? 0).toFixed(1)} s)`,
  );
  if (!holds) console.log(`         ${why}`);
}
