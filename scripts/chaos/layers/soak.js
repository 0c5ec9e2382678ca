// Claim 6: faults that come and go for a long time leave nothing behind.
import { wait } from '../ask.js';
import { faults } from '../fake-models.js';
import { isAlive, isAnswered, isTrue, judge, scenario } from '../scenario.js';
import { createRandom } from '../schedule.js';
import { startLoad } from '../start-load.js';

/** What the heap may grow by in a run, in bytes, as long as that is told from nothing: a tenth of what it holds. */
const noiseBytes = 2 * 2 ** 20;

const soak = scenario({
  name: 'soak',
  layer: 'soak',
  alone: true,
  claim: 6,
  inject: 'every second another fault of another version, then none, under load',
  async run(context) {
    const seconds = context.long ? 1200 : 12;
    const server = await context.serveFakes({
      gateway: {
        timeoutMs: 100,
        breaker: { recoveryTimeoutMs: 200, maximumRecoveryTimeoutMs: 200 },
      },
    });
    const single = Object.keys(faults).filter((name) => /^(throws|answers|fails)/.test(name));
    const running = startLoad({
      ports: [server.port],
      phases: [{ rate: 400, milliseconds: (seconds + 3) * 1000 }],
      targets: [
        { path: '/predict/reliable', bodies: context.bodies },
        { path: '/predict/reliable', bodies: context.bodies },
        {
          path: '/predict/reliable?require_explanation=true',
          bodies: context.bodies,
          explained: true,
        },
      ],
    });
    const random = createRandom(7);
    const pick = (list) => list[Math.floor(random() * list.length)];
    // until caches and compiled code are there
    await wait(2000);
    const samples = [];
    let injected = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < seconds * 1000) {
      const fault = injected % 2 === 0 ? pick(single) : null;
      const version = fault === null ? '*' : pick(['v1.0', 'v1.1', 'v2.0']);
      await server.ask('break', { version, fault });
      injected++;
      await wait(context.long ? 1000 : 500);
      const { heapBytes, handles } = await server.ask('facts');
      samples.push({ hours: (performance.now() - startedAt) / 3_600_000, heapBytes, handles });
    }
    await server.ask('break', { version: '*', fault: null });
    const counts = await running.done;
    const { uncaught } = await server.ask('facts');
    const settled = samples.slice(Math.floor(samples.length / 5));
    const { slope, error } = regress(settled.map(({ hours, heapBytes }) => [hours, heapBytes]));
    // four standard errors; of samples that follow each other, so a generous number
    const most = noiseBytes / (seconds / 3600) + 4 * error;
    const handles = samples.map((sample) => sample.handles);
    const [least, highest] = [Math.min(...handles), Math.max(...handles)];
    const warned = server.output.includes('MaxListenersExceededWarning');
    return judge({
      injected,
      loads: [counts],
      facts: {
        seconds,
        'heap MiB': (samples.at(-1).heapBytes / 2 ** 20).toFixed(1),
        'slope MiB an hour': `${(slope / 2 ** 20).toFixed(1)} +- ${(error / 2 ** 20).toFixed(1)}`,
        handles: least === highest ? least : `${least} to ${highest}`,
      },
      conditions: [
        isTrue(counts),
        isAnswered(counts),
        isAlive(server),
        [
          `the heap grows by less than noise (${Math.round(slope)} of ${Math.round(most)} bytes an hour)`,
          slope < most,
          true,
        ],
        [`handles stay constant (${least} to ${highest})`, highest - least <= 2],
        ['no listener warning on stderr', !warned],
        ['no unhandled rejection', uncaught === 0],
      ],
    });
  },
});

/** Slope and its standard error by least squares. */
function regress(points) {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / sxx;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(residual / (n - 2) / sxx) };
}

export const scenarios = [soak];
