import { expect, test } from 'vitest';
import { RestartPause } from '../../src/resilience/restart-pause.ts';

test('the wait doubles from 100 ms to 10 s while threads die before they answer', () => {
  const pause = new RestartPause();
  const waits = Array.from({ length: 9 }, () => {
    const now = Math.max(0, pause.until);
    pause.died(now);
    return pause.until - now;
  });
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
});

test('threads that die in the wait after another count as one', () => {
  const pause = new RestartPause();
  for (const now of [0, 1, 99]) pause.died(now);
  expect(pause.until).toBe(100);
});

test('the next wait is the first again after a thread served', () => {
  const pause = new RestartPause();
  pause.died(0);
  pause.died(100);
  expect(pause.isCareful).toBe(true);
  pause.served();
  expect(pause.isCareful).toBe(false);
  pause.died(1000);
  expect(pause.until).toBe(1100);
});
