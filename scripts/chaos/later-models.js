import { setTimeout as sleep } from 'node:timers/promises';

/** What code that answers later can do wrong, by name: takes a healthy answer and the number of the call. */
export const laterFaults = {
  'rejects with an Error': async () => {
    await sleep(1);
    throw new Error('broken on purpose');
  },
  'rejects with nothing': () => Promise.reject(), // oxlint-disable-line unicorn/prefer-promise-reject-errors -- that is the fault
  'throws before it promises': () => {
    throw new Error('broken on purpose');
  },
  'answers NaN later': async (answer) => ({ ...answer, probability: Number.NaN }),
  'never answers': () => new Promise(() => undefined),
  'answers long after its deadline': async (answer) => {
    await sleep(600);
    return answer;
  },
  'rejects long after its deadline': async () => {
    await sleep(600);
    throw new Error('late, and broken on purpose');
  },
  'answers twice': (answer) => ({
    // oxlint-disable-next-line unicorn/no-thenable -- that is the fault
    then(resolve, reject) {
      resolve(answer);
      resolve({ ...answer, probability: 0.123 });
      reject(new Error('and then rejects'));
      throw new Error('and then throws');
    },
  }),
  'is a promise that throws when it is waited for': () => ({
    // oxlint-disable-next-line unicorn/no-thenable -- that is the fault
    get then() {
      throw new Error('broken on purpose, when looked at');
    },
  }),
  'answers after 100 ms, one in three': async (answer, call) => {
    if (call % 3 === 0) await sleep(100);
    return answer;
  },
};

/** A version whose code answers later, and amiss as long as a fault is set. */
export function createLaterVersion({ name, card, model, weight }, initial) {
  let fault = initial;
  let calls = 0;
  return {
    version: {
      name,
      card,
      weight,
      serving: { timeoutMs: 200, maxConcurrent: 50 },
      predict(row) {
        const { probability, prediction } = model.predict(row);
        if (fault === null) return sleep(1).then(() => ({ probability, prediction }));
        return laterFaults[fault]({ probability, prediction }, ++calls);
      },
    },
    get calls() {
      return calls;
    },
    break(next) {
      if (next !== null && !Object.hasOwn(laterFaults, next)) throw new Error(`no fault ${next}`);
      fault = next;
      calls = 0;
    },
  };
}

/** A version that asks a server elsewhere, as its users would write it. */
export function createRemoteVersion({ name, card, weight }, url) {
  let calls = 0;
  return {
    version: {
      name,
      card,
      weight,
      serving: { timeoutMs: 200, maxConcurrent: 50 },
      async predict(row, { signal }) {
        calls++;
        const response = await fetch(url, { method: 'POST', body: JSON.stringify(row), signal });
        if (!response.ok) throw new Error(`status ${response.status}`);
        return response.json();
      },
    },
    get calls() {
      return calls;
    },
    break() {
      calls = 0;
    },
  };
}

/** A version in threads of its own, in which every other call goes wrong. */
export function createIsolatedVersion({ name, card, weight }, { fault, memory }) {
  const module = new URL(`isolated-model.js?fault=${encodeURIComponent(fault)}`, import.meta.url);
  const serving = { timeoutMs: 200, threads: 2, ...(memory && { maxMemoryMb: memory }) };
  return {
    version: { name, card, weight, module, serving },
    calls: 0,
    break: () => undefined,
  };
}
