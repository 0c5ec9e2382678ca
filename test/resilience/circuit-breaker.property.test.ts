/**
 * Random histories against the reference: after every step the state, what each call got, and the events must agree.
 * The calls overlap freely, so answers come late, deadlines pass, callers give up and operators interfere in every state.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allSteps, makeWorlds, settingsOfOne, syncSteps } from './breaker-commands.ts';

const histories = { maxCommands: 100, size: 'max' } as const;

test('without promises it does what the reference does, and all that it can', () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(settingsOfOne, fc.commands(syncSteps, histories), (settings, commands) => {
      const worlds = makeWorlds(settings);
      fc.modelRun(() => worlds, commands);
      for (const [event, from, to, reason] of worlds.model.reference.told) {
        told.add(`${event} ${from} ${to} ${reason}`);
      }
    }),
    { numRuns: 1000 },
  );
  const openings = [
    'closed open consecutive-failures',
    'closed open failure-ratio',
    'closed open slow-call-ratio',
    'half-open open probe-failed',
  ];
  const states = ['closed', 'half-open', 'open'];
  expect([...told].toSorted()).toEqual(
    [
      ...openings.flatMap((how) => [`breaker-opened ${how}`, `breaker-would-open ${how}`]),
      'breaker-half-opened open half-open recovery-timeout',
      'breaker-closed half-open closed probe-succeeded',
      'breaker-kept-closed closed closed failure-ratio',
      'breaker-kept-closed closed closed slow-call-ratio',
      ...states.flatMap((from) => [
        `breaker-opened ${from} open forced`,
        `breaker-closed ${from} closed forced`,
      ]),
      'breaker-closed open closed released',
      'breaker-closed closed closed released',
    ].toSorted(),
  );
});

test('with promises in between it does what the reference does', async () => {
  await fc.assert(
    fc.asyncProperty(settingsOfOne, fc.commands(allSteps, histories), (settings, commands) =>
      fc.asyncModelRun(() => makeWorlds(settings), commands),
    ),
    { numRuns: 300 },
  );
});
