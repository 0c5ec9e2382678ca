// Lesson 01: a model file becomes a web service. README.md tells the story.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { readModel, SpillwayError } from 'spillway';
import { createApp } from './app.js';

const bytes = await readFile(new URL('../../models/churn/v1.1/model.json', import.meta.url));

console.log('1. Load a model file');
const model = readModel(bytes);
const inputs = model.schema.features.map(({ name }) => name);
console.log(
  `   ${bytes.length} bytes, ${inputs.length} inputs: ${inputs.slice(0, 4).join(', ')}, ...`,
);
console.log(`   task ${model.task}, answers ${model.labels.join(' (stays) or ')} (leaves)`);

console.log('2. A file that was cut short is refused');
assert.throws(
  () => readModel(bytes.subarray(0, 5000)),
  (error) => {
    console.log(`   ${error.code}: ${error.message}`);
    return SpillwayError.isInstance(error);
  },
);

const stays = process.argv.includes('--stay');
const server = createApp(model).listen(stays ? 8000 : 0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}/predict`;

console.log('3. Ask over HTTP');
const settled = { senior: 0, monthly_charges: 65.5, total_charges: 1200 };
const restless = { ...settled, monthly_charges: 89.9, total_charges: 180, tenure: 2 };
assert.equal((await ask(settled)).status, 200);
assert.equal((await ask(restless)).status, 200);

console.log('4. A bad row: 422, with everything that is wrong with it');
const bad = await ask({ monthly_charges: '65.5', total_charges: 'a lot', age: 35 });
assert.equal(bad.status, 422);
assert.equal(bad.answer.errors.length, 3);

console.log('5. Not even JSON: 400');
assert.equal((await ask('{"senior": 0,')).status, 400);

if (stays) {
  console.log(`Listening on ${url} until Ctrl-C`);
} else {
  server.close();
  console.log('Done.');
}

/** Sends a row, or a text as it is, and shows what comes back. */
async function ask(row) {
  const body = typeof row === 'string' ? row : JSON.stringify(row);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = await response.json();
  console.log(`   POST ${body}`);
  console.log(`   -> ${response.status} ${inShort(answer)}`);
  return { status: response.status, answer };
}

/** An answer on few lines. */
function inShort({ errors, ...rest }) {
  const faults = (errors ?? []).map(
    ({ pointer, message }) =>
      `\n      ${pointer}: ${message.replace(/(known are .{40}).*/, '$1...')}`,
  );
  return JSON.stringify(rest) + faults.join('');
}
