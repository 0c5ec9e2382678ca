// Versions exchanged under load: what their folders hold changes, and `POST /admin/models` says so.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, wait } from '../ask.js';
import { createBodies } from '../rows.js';
import { isAlive, isComplete, isTrue, judge, scenario } from '../scenario.js';
import { startLoad } from '../start-load.js';

const adminToken = 'of-the-chaos-alone';
const name = 'v1.1';

/** A server over a copy of the demo models, two contents for one of them, and bodies that know the answers of both. */
async function start(context) {
  const folder = join(context.folder, 'models');
  cpSync('models/churn', folder, { recursive: true });
  const contents = ['now', 'next'].map((content) => join(context.folder, content));
  cpSync(join(folder, name), contents[0], { recursive: true });
  cpSync(join(folder, name), contents[1], { recursive: true });
  edit(contents[1], (text) =>
    // the last leaf of every tree answers otherwise
    text.replaceAll(/("split_conditions": ?\[[^\]]*,)[^,\]]+\]/g, '$10.25]'),
  );
  const other = join(context.folder, 'other');
  cpSync(folder, other, { recursive: true });
  cpSync(contents[1], join(other, name), { recursive: true });
  const after = await createBodies(other);
  const bodies = context.bodies.map((body, index) => ({
    ...body,
    answers: { ...body.answers, [name]: [body.answers[name], after[index].answers[name]] },
  }));
  const server = await context.serve(['--models', folder], {
    env: { SPILLWAY_ADMIN_TOKEN: adminToken },
  });
  return { folder, contents, bodies, server };
}

function edit(folder, change) {
  const text = change(readFileSync(join(folder, 'model.json'), 'utf8'));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const card = JSON.parse(readFileSync(join(folder, 'card.json'), 'utf8'));
  writeFileSync(join(folder, 'model.json'), text);
  writeFileSync(
    join(folder, 'card.json'),
    // its golden rows are those of the other content
    JSON.stringify({ ...card, golden_rows: undefined, artifact: { ...card.artifact, sha256 } }),
  );
}

/** Puts a content in the place of a version, file system and all, as a deployment would: by renaming. */
function deploy(folder, content) {
  const [fresh, old] = [`${folder}/.fresh`, `${folder}/.old`];
  mkdirSync(fresh, { recursive: true });
  cpSync(content, fresh, { recursive: true });
  renameSync(join(folder, name), old);
  renameSync(fresh, join(folder, name));
  rmSync(old, { recursive: true });
}

function send(server, path, body) {
  return ask(server.port, path, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: 20_000,
  });
}

/** What became of the version in a reload. */
async function reload(server) {
  const { body } = await send(server, '/admin/models', { versions: [name] });
  return body.versions?.find((one) => one.model_version === name) ?? { result: body.code };
}

/** Whether the version answers as the content with this number does, and nothing else. */
async function answersAs(server, bodies, content) {
  const [{ text, answers }] = bodies;
  const { body } = await ask(server.port, `/predict?model_version=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: text,
  });
  return body.probability === answers[name][content].probability;
}

function loadOf(server, bodies, rate = 500) {
  return startLoad({
    ports: [server.port],
    phases: [{ rate, milliseconds: 7_200_000 }],
    targets: [{ path: '/predict/reliable', bodies }],
  });
}

const swaps = scenario({
  name: 'hot swaps',
  layer: 'swap',
  claim: 4,
  inject: `the content of ${name} is exchanged for another and back, each time loaded by POST /admin/models, under load`,
  async run(context) {
    const { folder, contents, bodies, server } = await start(context);
    const running = loadOf(server, bodies);
    await running.started;
    const times = context.long ? 200 : 25;
    let amiss = 0;
    for (let time = 1; time <= times; time++) {
      deploy(folder, contents[time % 2]);
      const { result } = await reload(server);
      if (result !== 'swapped' || !(await answersAs(server, bodies, time % 2))) amiss++;
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: times,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        [`each is made, and answers from then on (${amiss} were not)`, amiss === 0],
      ],
    });
  },
});

const storm = scenario({
  name: 'a storm of swaps',
  layer: 'swap',
  claim: 4,
  inject: `POST /admin/models ten at a time while the content of ${name} changes every 50 ms`,
  async run(context) {
    const { folder, contents, bodies, server } = await start(context);
    const running = loadOf(server, bodies);
    await running.started;
    let placed = 0;
    const placing = setInterval(() => deploy(folder, contents[++placed % 2]), 50);
    let asked = 0;
    const results = {};
    const until = performance.now() + (context.long ? 60_000 : 2000);
    while (performance.now() < until) {
      const all = await Promise.all(Array.from({ length: 10 }, () => reload(server)));
      asked += all.length;
      for (const { result } of all) results[result] = (results[result] ?? 0) + 1;
    }
    clearInterval(placing);
    deploy(folder, contents[0]);
    await reload(server);
    const last = await answersAs(server, bodies, 0);
    running.stop();
    const counts = await running.done;
    return judge({
      injected: asked,
      loads: [counts],
      facts: { ...results, 'contents deployed': placed },
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        ['the last one is what answers', last],
      ],
    });
  },
});

const bad = scenario({
  name: 'bad versions pushed',
  layer: 'swap',
  claim: 4,
  inject: `${name} is replaced by a truncated file, by one of another checksum, by no card, and by nothing, under load`,
  async run(context) {
    const { folder, contents, bodies, server } = await start(context);
    const running = loadOf(server, bodies);
    await running.started;
    const broken = {
      truncated: (place) => edit(place, (text) => text.slice(0, text.length / 2)),
      'another checksum': (place) => writeFileSync(join(place, 'model.json'), '{}'),
      'no JSON in the card': (place) => writeFileSync(join(place, 'card.json'), '{'),
      'no model file': (place) => rmSync(join(place, 'model.json')),
    };
    const faults = [];
    for (const [what, make] of Object.entries(broken)) {
      deploy(folder, contents[0]);
      await reload(server);
      make(join(folder, name));
      const { result, reason } = await reload(server);
      if (result !== 'refused' || !reason) faults.push(`${what}: ${result}`);
      if (!(await answersAs(server, bodies, 0))) faults.push(`${what}: answers otherwise`);
      await wait(100);
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: Object.keys(broken).length,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        [
          `each is refused with a reason and changes nothing (${faults.join('; ')})`,
          faults.length === 0,
        ],
      ],
    });
  },
});

const rollback = scenario({
  name: 'rollbacks',
  layer: 'swap',
  claim: 4,
  inject: `${name} is swapped, rolled back and forward again, under load`,
  async run(context) {
    const { folder, contents, bodies, server } = await start(context);
    const running = loadOf(server, bodies);
    await running.started;
    deploy(folder, contents[1]);
    await reload(server);
    const times = context.long ? 200 : 20;
    let amiss = (await answersAs(server, bodies, 1)) ? 0 : 1;
    for (let time = 0; time < times; time++) {
      const { status } = await send(server, `/admin/models/${name}/rollback`, {});
      if (status !== 200 || !(await answersAs(server, bodies, time % 2))) amiss++;
    }
    running.stop();
    const counts = await running.done;
    return judge({
      injected: times,
      loads: [counts],
      conditions: [
        isTrue(counts),
        isComplete(counts),
        isAlive(server),
        [`each brings back what answered before (${amiss} did not)`, amiss === 0],
      ],
    });
  },
});

export const scenarios = [swaps, storm, bad, rollback];
