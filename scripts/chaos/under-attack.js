import { isComplete, isTrue } from './scenario.js';
import { load, startLoad } from './start-load.js';

/** Beside a p99 of a millisecond or two, twice as much is what the scheduler of a busy machine does by itself. */
const noiseMs = 25;

/**
 * A load without, then one with `attack()` again and again beside it. Gives both counts, how often it attacked, and the
 * conditions that others must not notice.
 */
export async function underAttack(context, server, attack, { rate = 400 } = {}) {
  const plan = {
    ports: [server.port],
    targets: [{ path: '/predict/reliable', bodies: context.bodies }],
  };
  // the same for all that attack one server at this rate
  const before = await context.once(`${server.pid} at ${rate}`, () =>
    load({ ...plan, rate, milliseconds: context.long ? 5000 : 1000 }),
  );
  const phases = [{ rate, milliseconds: context.long ? 20_000 : 700 }];
  const running = startLoad({ ...plan, phases, seed: 2 });
  const over = running.done.then(() => true);
  let attacks = 0;
  try {
    do await attack(attacks++);
    while (!(await Promise.race([over, Promise.resolve(false)])));
  } catch (error) {
    running.stop();
    throw error;
  }
  const during = await running.done;
  const most = 2 * before.p99Ms + noiseMs;
  return {
    loads: [during],
    attacks,
    facts: { 'p99 ms without': round(before.p99Ms), 'p99 ms with': round(during.p99Ms) },
    conditions: [
      isTrue(during),
      isComplete(during),
      [
        `p99 of the others at most twice that without, + ${noiseMs} ms (${round(during.p99Ms)} of ${round(most)} ms)`,
        during.p99Ms <= most,
        true,
      ],
    ],
  };
}

function round(value) {
  return Math.round(value * 10) / 10;
}
