/** Bugs that opossum had and repaired, by issue number in nodeshift/opossum, as scenarios for our breaker. */
import { expect, test } from 'vitest';
import { boom, defer, double, fail, failTimes, makeBreaker } from './breaker-under-test.ts';

test('#385: simultaneous failures open it once and do not keep it from recovering', async () => {
  const { breaker, clock } = makeBreaker();
  let opened = 0;
  breaker.on('breaker-opened', () => opened++);
  const work = defer<never>();
  const calls = Array.from({ length: 8 }, () => breaker.run(() => work.promise));
  work.reject(boom);
  await Promise.allSettled(calls);
  expect([breaker.state, opened]).toEqual(['open', 1]);
  clock.advance(30_000);
  expect(breaker.state).toBe('half-open');
});

test('#119, #120: half-open does not open the flood gates, and one failed try opens it again', async () => {
  // a ratio that one failure after many successes would never lift
  const { breaker, clock } = makeBreaker({ failureRatio: 1 });
  for (let call = 0; call < 1000; call++) breaker.runSync(double, call);
  failTimes(breaker, 5);
  clock.advance(30_000);
  const work = defer<never>();
  let ran = 0;
  const calls = Array.from({ length: 50 }, () =>
    breaker.run(() => {
      ran++;
      return work.promise;
    }),
  );
  work.reject(boom);
  await Promise.allSettled(calls);
  expect([ran, breaker.state]).toEqual([1, 'open']);
});

test('#276, #277: a failed try far below the minimum of calls does not leave it stuck', () => {
  const { breaker, clock } = makeBreaker({
    minimumCalls: 1000,
    maximumRecoveryTimeoutMs: 30_000,
  });
  failTimes(breaker, 5);
  for (let round = 0; round < 3; round++) {
    clock.advance(30_000);
    expect(breaker.state).toBe('half-open');
    expect(() => breaker.runSync(fail, undefined)).toThrow(boom);
    expect(breaker.state).toBe('open');
  }
  clock.advance(30_000);
  expect(breaker.runSync(double, 1)).toBe(2);
  expect(breaker.state).toBe('closed');
});

test('#484: closed after a good try, it stays closed under load', async () => {
  const { breaker, clock } = makeBreaker();
  failTimes(breaker, 5);
  clock.advance(30_000);
  const work = defer<number>();
  const probe = breaker.run(() => work.promise);
  const refused = Array.from({ length: 20 }, () => breaker.run(() => 1));
  await Promise.allSettled(refused);
  work.resolve(1);
  await probe;
  for (let second = 0; second < 120; second++) {
    expect(await breaker.run(() => second)).toBe(second);
    expect(breaker.state).toBe('closed');
    clock.advance(1000);
  }
});

test('#827, #830: a window of 300,000 calls does not overflow the stack', () => {
  const { breaker } = makeBreaker();
  for (let call = 0; call < 300_000; call++) breaker.runSync(double, call);
  failTimes(breaker, 4);
  expect(breaker.state).toBe('closed');
});
