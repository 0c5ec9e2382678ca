// What is measured: each subject has one call to make, which must never throw.
import * as cockatiel from 'cockatiel';
import OpossumBreaker from 'opossum';
import {
  createBulkhead,
  createCircuitBreaker,
  createFixedLimit,
} from '../../dist/resilience/index.js';

/** Fails of calls so rarely that no breaker opens. */
const rarely = { failureThreshold: 1000, failureRatio: 0.5 };
const boom = new Error('a failed call');

/** The work: next to nothing, so that what guards it shows. `failEvery` 20 is 5 %, Infinity is never. */
function createWork(failEvery) {
  let calls = 0;
  return (input) => {
    calls++;
    if (calls >= failEvery) {
      calls = 0;
      throw boom;
    }
    return input * 2;
  };
}

/** Calls that answer at once: name and a function that makes one. */
export function syncSubjects(failEvery) {
  const breaker = createCircuitBreaker({ name: 'plain', ...rarely });
  const timed = createCircuitBreaker({ name: 'timed', slowCallMs: 1000, ...rarely });
  const entries = {
    bare: (work) => work,
    'breaker runSync': (work) => (input) => breaker.runSync(work, input),
    'breaker runSync, slowCallMs': (work) => (input) => timed.runSync(work, input),
  };
  return Object.entries(entries).map(([name, guard]) => {
    const guarded = guard(createWork(failEvery));
    const call = (input) => {
      try {
        return guarded(input);
      } catch {
        return 0;
      }
    };
    return { name, call, close: () => undefined };
  });
}

/** Calls that answer later: name and a function that makes one and waits for it. */
export function asyncSubjects(failEvery) {
  return [
    bare(failEvery),
    acquire(failEvery),
    acquireBoth(failEvery),
    run(failEvery),
    opossum('opossum fire, default', failEvery, {}),
    opossum('opossum fire, lean', failEvery, {
      timeout: false,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    }),
    cockatielBreaker(failEvery),
    cockatielPolicy(failEvery),
  ];
}

function settling(name, guarded, close = () => undefined) {
  const call = async (input) => {
    try {
      return await guarded(input);
    } catch {
      return 0;
    }
  };
  return { name, call, close };
}

function asyncWork(failEvery) {
  const work = createWork(failEvery);
  return async (input) => work(input);
}

function bare(failEvery) {
  return settling('bare', asyncWork(failEvery));
}

function acquire(failEvery) {
  const work = asyncWork(failEvery);
  const breaker = createCircuitBreaker({ name: 'acquire', ...rarely });
  return settling('breaker acquire', async (input) => {
    const permit = breaker.acquire();
    try {
      const output = await work(input);
      permit.succeeded();
      return output;
    } catch (error) {
      permit.failed();
      throw error;
    }
  });
}

function acquireBoth(failEvery) {
  const work = asyncWork(failEvery);
  const breaker = createCircuitBreaker({ name: 'guard', ...rarely });
  const bulkhead = createBulkhead({ name: 'guard', limit: createFixedLimit(16), queue: 16 });
  const request = { priority: 'critical', deadline: Number.POSITIVE_INFINITY };
  return settling('breaker + bulkhead', async (input) => {
    const given = bulkhead.acquire(request);
    const place = given instanceof Promise ? await given : given;
    try {
      const permit = breaker.acquire();
      try {
        const output = await work(input);
        permit.succeeded();
        return output;
      } catch (error) {
        permit.failed();
        throw error;
      }
    } finally {
      place.release('ok');
    }
  });
}

function run(failEvery) {
  const work = asyncWork(failEvery);
  const breaker = createCircuitBreaker({ name: 'run', ...rarely });
  return settling('breaker run, with deadline', (input) => breaker.run(() => work(input)));
}

function opossum(name, failEvery, options) {
  const breaker = new OpossumBreaker(asyncWork(failEvery), options);
  return settling(
    name,
    (input) => breaker.fire(input),
    () => breaker.shutdown(),
  );
}

function cockatielOptions() {
  const breaker = new cockatiel.SamplingBreaker({ threshold: 0.5, duration: 10_000 });
  return { halfOpenAfter: 30_000, breaker };
}

function cockatielBreaker(failEvery) {
  const work = asyncWork(failEvery);
  const policy = cockatiel.circuitBreaker(cockatiel.handleAll, cockatielOptions());
  return settling('cockatiel breaker', (input) => policy.execute(() => work(input)));
}

function cockatielPolicy(failEvery) {
  const work = asyncWork(failEvery);
  const policy = cockatiel.wrap(
    cockatiel.circuitBreaker(cockatiel.handleAll, cockatielOptions()),
    cockatiel.timeout(10_000, cockatiel.TimeoutStrategy.Aggressive),
    cockatiel.bulkhead(16, 16),
  );
  return settling('cockatiel breaker + timeout + bulkhead', (input) =>
    policy.execute(() => work(input)),
  );
}
