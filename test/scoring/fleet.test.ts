import { expect, it } from 'vitest';
import { loadVersions } from '../../src/index.ts';
import {
  createFallbackLimit,
  createFleet,
  createGeneration,
  createServingVersion,
  decide,
  type FleetMember,
} from '../../src/scoring/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
const clock = createFakeClock();
const random = () => 0.5;
const [version] = (await loadVersions()).filter(({ name }) => name === 'v1.1');

function generation(count: number) {
  const settings = {
    breaker: { recoveryTimeoutMs: 30_000 },
    timeoutMs: 1000,
    clock,
    random,
    onFailure: () => undefined,
    onUnexplained: () => undefined,
    mayEject: () => true,
  };
  return createGeneration(version!, createServingVersion(version!, settings, count), count);
}

function fleetOf(members: readonly FleetMember[], failClosed = false) {
  const limitFallback = createFallbackLimit(1);
  return createFleet(members, null, { salt: 'any', random, failClosed, limitFallback });
}

const ask = (fleet: ReturnType<typeof fleetOf>) =>
  decide(
    fleet.snapshot,
    {
      requestId: 'any',
      row,
      reliable: true,
      explain: false,
      counterfactual: false,
      priority: 'critical',
      signal: undefined,
      startedAt: clock.now(),
      deadline: clock.now() + 1000,
    },
    clock,
  );

it('asks what was served before a version in its stead, before the rules', () => {
  const [before, now] = [generation(1), generation(2)];
  const fleet = fleetOf([{ ...now, previous: before, isRolledBack: false }]);
  expect(ask(fleet)).toMatchObject({ servedBy: 'model', generation: 2 });
  now.serving!.breaker.force('open');
  expect(ask(fleet)).toMatchObject({
    servedBy: 'last-good',
    generation: 1,
    modelVersion: 'v1.1',
    reason: 'BREAKER_OPEN',
  });
  before.serving!.breaker.force('open');
  expect(ask(fleet)).toMatchObject({ servedBy: 'rules', generation: 2 });
});

it('has one reader per schema, and rules to read with when no version is ready', () => {
  const [one, other] = [generation(1), generation(2)];
  const member = { ...one, previous: null, isRolledBack: false };
  expect(fleetOf([member, { ...other, ...member }]).readers).toEqual([one.serving]);
  expect(fleetOf([{ ...member, serving: null }]).readers).toEqual([one.rules]);
});
