// Claim 3: more is asked for than can be answered.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { measurePeak } from '../measure-peak.js';
import { createBatch } from '../rows.js';
import { isAlive, isTrue, judge, scenario } from '../scenario.js';
import { load, startLoad } from '../start-load.js';

const deadlineMs = 1000;
const versions = ['v1.0', 'v1.1', 'v2.0'];

/** What is asked for, by whom it is answered, and the least share of the peak at each multiple of it. */
const cases = {
  'a model of 0.5 ms': {
    path: '/predict/reliable',
    cost: 'costs 0.5 ms',
    least: { 2: 0.9, 5: 0.75, 10: 0.75 },
  },
  'explained answers of a model of 2 ms': {
    path: '/predict/reliable?require_explanation=true',
    cost: 'costs 2 ms',
    least: { 2: 0.9, 5: 0.75, 10: 0.9 },
    explained: true,
  },
  'batches of 100 rows, of a model of 0.05 ms': {
    path: '/predict/reliable',
    cost: 'costs 0.05 ms',
    least: { 2: 0.9, 5: 0.75, 10: 0.9 },
    rows: 100,
  },
};

export const scenarios = Object.entries(cases).map(
  ([name, { path, cost, least, explained, rows }]) =>
    scenario({
      name: `overload: ${name}`,
      layer: 'load',
      claim: 3,
      alone: true,
      inject: '2, 5 and 10 times what it can answer, open loop, then half of it',
      async run(context) {
        const broken = Object.fromEntries(versions.map((version) => [version, cost]));
        const server = await context.serveFakes({ broken });
        const bodies = rows === undefined ? context.bodies : [createBatch(context.bodies, rows)];
        pin(server.pid, 0);
        const closed = { port: server.port, path, text: bodies[0].text };
        await measurePeak({ ...closed, milliseconds: 500 }); // warms up
        const peak = await measurePeak({ ...closed, milliseconds: context.long ? 5000 : 1000 });
        const plan = {
          ports: [server.port],
          targets: [{ path, bodies, explained }],
          connections: 2000,
          opens: 1500,
          giveUpMs: 3000,
          deadlineMs,
          spin: true,
        };
        const milliseconds = context.long ? 10_000 : 1000;
        const loads = [];
        const conditions = [];
        const facts = { 'peak per s': Math.round(peak) };
        for (const [times, share] of Object.entries(least)) {
          const running = startLoad({ ...plan, phases: [{ rate: peak * times, milliseconds }] });
          pin(running.pid, 1);
          const counts = await running.done;
          loads.push(counts);
          const good = counts.timeline.reduce((sum, bucket) => sum + bucket.good, 0);
          const reached = (good * 1000) / milliseconds / peak;
          facts[`${times}x`] =
            `${Math.round(reached * 100)} %, p99 ${Math.round(counts.okP99Ms)} ms, refused ${Math.round(counts.refusedP99Ms)} ms`;
          conditions.push(
            isTrue(counts),
            [`none failed at ${times}x (${counts.failed})`, counts.failed === 0, true],
            [
              `goodput at ${times}x at least ${share * 100} % of the peak (${Math.round(reached * 100)} %)`,
              reached >= share,
              true,
            ],
            [
              `p99 of what is let in at ${times}x within ${deadlineMs} ms (${Math.round(counts.okP99Ms)} ms)`,
              counts.okP99Ms <= deadlineMs,
              true,
            ],
            [
              `p99 of what is refused at ${times}x below 50 ms (${Math.round(counts.refusedP99Ms)} ms)`,
              counts.refusedP99Ms < 50,
              true,
            ],
          );
        }
        const after = await load({
          ...plan,
          rate: peak / 2,
          milliseconds: context.long ? 5000 : 2500,
        });
        loads.push(after);
        const lastBad = after.timeline.findLastIndex(
          ({ refused, failed, slowestMs }) => refused + failed > 0 || slowestMs > 200,
        );
        facts['normal again after ms'] = (lastBad + 1) * 100;
        conditions.push(isTrue(after), isAlive(server), [
          `back to normal within 5 s (${(lastBad + 1) * 100} ms)`,
          lastBad + 1 < after.timeline.length,
          true,
        ]);
        return judge({
          injected: loads.slice(0, 3).reduce((sum, { requests }) => sum + requests, 0),
          loads,
          facts,
          conditions,
        });
      },
    }),
);

/** Gives a process a core of its own where the system can; elsewhere the scheduler decides. */
function pin(pid, core) {
  if (availableParallelism() > 1) spawnSync('taskset', ['-acp', String(core), String(pid)]);
}
