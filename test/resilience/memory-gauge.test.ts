import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createMemoryGauge } from '../../src/resilience/index.ts';

it('shows what a full collection leaves of the heap, and nothing before the first', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const gauge = createMemoryGauge();
  const before = gauge.ratio();
  const end = gauge.watch();
  collect();
  for (let turns = 0; turns < 100 && gauge.ratio() === before; turns++) await turn();
  const live = gauge.ratio();
  end();
  expect(live).not.toBe(before);
  expect(live).toBeLessThan(0.9);
});
