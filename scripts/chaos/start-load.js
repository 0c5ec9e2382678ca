import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Starts a load in a process of its own.
 * `plan`: `{ ports, phases: [{ rate, milliseconds }], targets: [{ path, bodies, headers?, explained? }], connections?, opens?,
 * deadlineMs?, giveUpMs?, seed?, spin? }`; targets and their bodies take turns. Gives `started` and
 * `done`, promises of the first request being due and of the counts, and `stop`.
 */
export function startLoad(plan) {
  const child = fork(new URL('load.js', import.meta.url), { stdio: 'inherit' });
  child.send(plan);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load ended with ${code} before it had counted`);
  });
  ended.catch(() => undefined);
  const started = new Promise((resolve) => {
    child.on('message', (message) => message === 'started' && resolve());
  });
  const counted = new Promise((resolve) => {
    child.on('message', (message) => message !== 'started' && resolve(message));
  });
  const done = Promise.race([counted, ended]);
  return { pid: child.pid, done, started, stop: () => child.connected && child.send('stop') };
}

/** The counts of a load of `rate` requests a second for `milliseconds`. */
export function load({ rate, milliseconds, ...plan }) {
  return startLoad({ phases: [{ rate, milliseconds }], ...plan }).done;
}
