import { expect, test } from 'vitest';
import { deadlineAfter, isExpired } from '../../src/resilience/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

test('a deadline is a time of the monotonic clock and has passed once it is reached', () => {
  const clock = createFakeClock();
  clock.advance(1000);
  const deadline = deadlineAfter(clock, 50);
  expect(deadline).toBe(1050);
  clock.advance(49.5);
  expect(isExpired(deadline, clock)).toBe(false);
  clock.advance(0.5);
  expect(isExpired(deadline, clock)).toBe(true);
});
