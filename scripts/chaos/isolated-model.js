// A model in a thread of its own. Every other call of a thread does what the address it was loaded by says.
import { loadVersions } from 'spillway';

const fault = new URL(import.meta.url).searchParams.get('fault');
const versions = await loadVersions();
const { model } = versions.find(({ name }) => name === 'v1.1');
const kept = [];
let calls = 0;

const faults = {
  'spins for ever': () => {
    for (;;);
  },
  'takes all memory': () => {
    for (;;) kept.push(Array.from({ length: 10_000 }, Math.random));
  },
  'ends its thread': () => process.exit(3),
  'throws in its thread': () => {
    throw new Error('broken on purpose');
  },
  'rejects behind its own back': () => {
    void Promise.reject(new Error('broken on purpose'));
    return new Promise(() => undefined);
  },
  'answers what cannot be sent': () => ({ probability: 0.5, prediction: () => 1 }),
  'never answers in its thread': () => new Promise(() => undefined),
};

// oxlint-disable-next-line import/no-default-export -- that is what a version's module must have
export { predict as default };

function predict(row) {
  if (++calls % 2 === 0) return faults[fault]();
  const { probability, prediction } = model.predict(row);
  return { probability, prediction };
}
