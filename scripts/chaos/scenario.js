/**
 * One fault and what must hold under it.
 * `name`: unique, the same in the table and for `--only`; `layer`: of the matrix; `claim`: which of the seven of
 * docs/reliability.md it shows, or null; `inject`: what is done, in words; `needs`: what must be installed, by command name;
 * `onlyLong`: left out of the short form; `alone`: nothing else runs meanwhile; `run(context)`: does it and gives what `judge` gives.
 */
export function scenario({
  name,
  layer,
  claim = null,
  inject,
  run,
  needs = [],
  onlyLong = false,
  alone = false,
}) {
  return Object.freeze({ name, layer, claim, inject, run, needs, onlyLong, alone });
}

/**
 * What was seen. `injected`: how often the fault really happened; `loads`: counts of the loads that ran meanwhile;
 * `facts`: other figures by name; `conditions`: `[sentence, whether it holds, isTiming]`, of which each must. When nothing but
 * timing does not hold, the machine may have been busy with something else, and `isNoise` says so.
 */
export function judge({ injected, loads = [], facts = {}, conditions }) {
  const sum = (of) => loads.reduce((total, load) => total + load[of], 0);
  const broken = conditions.filter(([, holds]) => !holds);
  const why = broken.map(([sentence]) => sentence);
  // a fault that never happened shows nothing
  if (!(injected > 0)) why.unshift('the fault never happened');
  return {
    injected,
    requests: sum('requests'),
    answered2xx: sum('answered2xx'),
    degraded: sum('degraded'),
    refused: sum('refused'),
    failed: sum('failed'),
    p99Ms: Math.max(0, ...loads.map(({ p99Ms }) => p99Ms)),
    facts,
    holds: why.length === 0,
    isNoise: injected > 0 && broken.every(([, , isTiming]) => isTiming),
    why: why.length === 0 ? '' : `${why.join('; ')}${complaints(loads)}`,
  };
}

/** What every load must show: answers well formed and of the version they name. */
export function isTrue({ wrong, malformed, examples }) {
  return [`no wrong or malformed answer (${examples.join(', ')})`, wrong + malformed === 0];
}

/** Claim 1: of the valid requests 99.99 % get an answer, or an honest refusal, in time. */
export function isAnswered(load) {
  const { requests, failed, late } = load;
  const share = (requests - failed - late) / requests;
  const sentence = `99.99 % answered or refused in time (${(share * 100).toFixed(3)} %)`;
  return [sentence, share >= 0.9999, failed === 0];
}

/** Nothing failed, and hardly anything was refused: on a busy machine a server sheds what it could otherwise answer. */
export function isComplete({ requests, refused, failed }) {
  const sentence = `none of ${requests} failed (${failed}), at most 1 % refused (${refused})`;
  return [sentence, failed === 0 && refused <= requests / 100, failed === 0];
}

/** The process lived through it. */
export function isAlive(server) {
  const { exit } = server;
  return [`the process lives (${exit?.signal ?? exit?.code ?? 'alive'})`, exit === null];
}

function complaints(loads) {
  const seen = loads.map(({ lost, errors, refusals, late }) => ({
    ...lost,
    ...errors,
    ...refusals,
    ...(late > 0 && { late }),
  }));
  const text = seen.flatMap((one) => Object.entries(one).map(([what, n]) => `${n} x ${what}`));
  return text.length === 0 ? '' : ` [${text.join(', ')}]`;
}
