// Configurations that must be refused at start, with every fault named.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge, scenario } from '../scenario.js';

const bad = [
  [{ gateway: { weights: { 'v1.0': 1, v7: 1 } } }, ['v7', 'v1.1', 'v2.0']],
  [{ gateway: { weights: { 'v1.0': -1, 'v1.1': 'half', 'v2.0': 1 } } }, ['v1.0', 'v1.1']],
  [{ gateway: { weights: { 'v1.0': 0, 'v1.1': 0, 'v2.0': 0 } } }, ['weight']],
  [{ gateway: { timeoutMs: 40_000, breaker: { recoveryTimeoutMs: 30_000 } } }, ['timeoutMs']],
  [
    {
      maxBodyBytes: -1,
      maxRows: 0,
      gateway: { breaker: { failureRatio: 2, failureThreshold: 0 } },
    },
    ['maxBodyBytes', 'maxRows', 'failureRatio', 'failureThreshold'],
  ],
  [{ gatewy: {}, gateway: { timeout: 5 } }, ['gatewy', 'timeout']],
  [{ gateway: { models: 'nowhere/at/all' } }, ['nowhere/at/all']],
  ['{"port": 80', ['not JSON']],
];

const refused = scenario({
  name: 'bad configurations',
  layer: 'config',
  inject:
    'files with unknown names, values out of range, weights that cannot be, a deadline beyond the reset of the breaker',
  async run(context) {
    const faults = [];
    const ends = bad.map(async ([settings, named], index) => {
      const file = join(context.folder, `bad-${index}.json`);
      writeFileSync(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
      const server = await context.serve(['--config', file], { listens: false });
      const { code } = await server.ended;
      if (!(code > 0)) faults.push(`number ${index} ended with ${code}`);
      const unnamed = named.filter((name) => !server.output.includes(name));
      if (unnamed.length > 0) faults.push(`number ${index} does not name ${unnamed.join(', ')}`);
      if (/\n\s+at /.test(server.output)) faults.push(`number ${index} shows a stack`);
    });
    await Promise.all(ends);
    return judge({
      injected: bad.length,
      conditions: [
        [
          `each is refused, with all of its faults named (${faults.join('; ')})`,
          faults.length === 0,
        ],
      ],
    });
  },
});

export const scenarios = [refused];
