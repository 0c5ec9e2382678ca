import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a load in a process of its own.
 * `plan`: `{ ports, phases: [{ rate, milliseconds }], targets: [{ path, bodies, headers?, explained? }], connections?,
 * deadlineMs?, giveUpMs?, seed?, spin? }`; targets and their bodies take turns. Gives `done`, a promise of the counts, and `stop`.
 */
export function startLoad(plan) {
  const child = fork(new URL('load.js', import.meta.url), { stdio: 'inherit' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load ended with ${code} before it had counted`);
  });
  ended.catch(() => undefined);
  const done = Promise.race([once(child, 'message').then(([counts]) => counts), ended]);
  return { done, stop: () => child.connected && child.send('stop') };
}

/** The counts of a load of `rate` requests a second for `milliseconds`. */
export function load({ rate, milliseconds, ...plan }) {
  return startLoad({ phases: [{ rate, milliseconds }], ...plan }).done;
}
