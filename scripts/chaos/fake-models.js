/**
 * What a model can do wrong, by name: each takes what asks the healthy model and the number of the call, and answers or
 * throws in its stead.
 */
export const faults = {
  'throws an Error': () => {
    throw new Error('broken on purpose');
  },
  'throws null': () => {
    throw null; // oxlint-disable-line typescript/only-throw-error -- that is the fault
  },
  'throws a text': () => {
    throw 'broken'; // oxlint-disable-line typescript/only-throw-error -- that is the fault
  },
  'throws an Error that cannot be looked at': () => {
    const error = new Error('broken on purpose');
    for (const name of ['message', 'stack', 'name', 'code', 'cause']) {
      Object.defineProperty(error, name, { get: throwAgain });
    }
    throw error;
  },
  'overflows the stack': () => overflow(1),
  'answers NaN': (ask) => ({ ...ask(), probability: Number.NaN }),
  'answers Infinity': (ask) => ({ ...ask(), probability: Number.POSITIVE_INFINITY }),
  'answers -Infinity': (ask) => ({ ...ask(), probability: Number.NEGATIVE_INFINITY }),
  'answers 1.7 for a probability': (ask) => ({ ...ask(), probability: 1.7 }),
  'answers an unknown label': (ask) => ({ ...ask(), prediction: 'perhaps' }),
  'answers another shape': () => ({ scores: [0.1, 0.9] }),
  'answers undefined': () => undefined,
  'answers null': () => null,
  'answers a promise': (ask) => Promise.resolve(ask()),
  'answers a promise that is rejected': () => Promise.reject(new Error('broken on purpose')),
  'answers an object whose fields throw': (ask) =>
    Object.defineProperty({ ...ask() }, 'probability', { get: throwAgain }),
  'answers an object that changes its mind': (ask) => {
    const healthy = ask();
    let looks = 0;
    return Object.defineProperty({ ...healthy }, 'probability', {
      get: () => (looks++ === 0 ? healthy.probability : Number.NaN),
    });
  },
  'answers a proxy that throws': (ask) => new Proxy({ ...ask() }, { get: throwAgain }),
  'answers a label of 8 MB': (ask) => ({ ...ask(), prediction: 'x'.repeat(8e6) }),
  'overwrites the row': (ask, _call, values) => {
    values.fill(Number.NaN);
    throw new Error('broken on purpose');
  },
  'takes 50 ms': (ask) => {
    block(50);
    return ask();
  },
  'blocks for 500 ms once': (ask, call) => {
    if (call === 1) block(500);
    return ask();
  },
  'fails 49 of 100': (ask, call) => failing(ask, call, 0.49),
  'fails 51 of 100': (ask, call) => failing(ask, call, 0.51),
  'fails 100 of 100': (ask, call) => failing(ask, call, 1),
  'costs 0.05 ms': (ask) => costing(ask, 0.05),
  'costs 0.5 ms': (ask) => costing(ask, 0.5),
  'costs 2 ms': (ask) => costing(ask, 2),
};

/** A version whose model does what its fault says, as long as one is set, and counts how often. */
export function createFaultyVersion(version, initial) {
  let fault = initial;
  let calls = 0;
  const { model } = version;
  const faulty = {
    ...model,
    // what only costs time can still be explained
    pipeline: initial?.startsWith('costs') ? model.pipeline : null,
    predictValues(values) {
      if (fault === null) return model.predictValues(values);
      const ask = () => model.predictValues(values);
      return faults[fault](ask, ++calls, values);
    },
  };
  // it is only code now: neither its kernels nor the model as data answer for it
  delete faulty.predictBatch;
  return {
    version: { ...version, model: faulty },
    get calls() {
      return calls;
    },
    break(name) {
      if (name !== null && !Object.hasOwn(faults, name)) throw new Error(`no such fault: ${name}`);
      fault = name;
      calls = 0;
    },
  };
}

function failing(ask, call, ratio) {
  if (Math.floor(call * ratio) > Math.floor((call - 1) * ratio)) throw new Error('one of many');
  return ask();
}

function costing(ask, milliseconds) {
  block(milliseconds);
  return ask();
}

function throwAgain() {
  throw new Error('broken on purpose, when looked at');
}

function overflow(depth) {
  return overflow(depth + 1) + 1;
}

function block(milliseconds) {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
