import { refuseUnsupported } from '../refusals.ts';
import { GlobalName } from './inert.ts';

/** Names that are not in the caller's list: those of numpy, Python and joblib that hold data. Pairs, never modules. */
const plainNames: ReadonlySet<string> = new Set([
  ...['object', 'bool', 'int', 'float', 'str', 'list', 'dict', 'tuple'].map(
    (name) => `builtins ${name}`,
  ),
  ...['bytes', 'bytearray', 'slice', 'set', 'frozenset'].map((name) => `builtins ${name}`),
  'collections OrderedDict',
  'collections defaultdict',
  '_codecs encode',
  'joblib.numpy_pickle NumpyArrayWrapper',
  'numpy dtype',
  'numpy ndarray',
  ...['bool', 'bool_', 'str_', 'object_'].map((name) => `numpy ${name}`),
  ...['int8', 'int16', 'int32', 'int64', 'float16'].map((name) => `numpy ${name}`),
  ...['uint8', 'uint16', 'uint32', 'uint64', 'float32', 'float64'].map((name) => `numpy ${name}`),
  'numpy.core.multiarray _reconstruct',
  'numpy.core.multiarray scalar',
  'numpy.core.numeric _frombuffer',
]);

/** What may be an object, though nothing is read of it: random states, and the tables of a grid search. */
const unreadNames: ReadonlySet<string> = new Set([
  'numpy.random._pickle __randomstate_ctor',
  'numpy.random._pickle __generator_ctor',
  'numpy.random._pickle __bit_generator_ctor',
  'numpy.random._mt19937 MT19937',
  'numpy.random._pcg64 PCG64',
  'numpy.random.bit_generator SeedSequence',
  'numpy.random.bit_generator __pyx_unpickle_SeedSequence',
  'numpy.ma.core _mareconstruct',
  'numpy.ma.core MaskedArray',
  'numpy.ma MaskedArray',
]);

const onlyLetters = /^\w+$/;
const dotted = /^\w+(?:\.\w+)*$/;
const longestName = 200;

/**
 * The class or function that a pickle names, if it is in one of the lists. Old spellings of modules become one: numpy 2
 * says `numpy._core` for `numpy.core`, and Python 2 `__builtin__`.
 * @param allowed `module name` pairs
 * @throws SpillwayError `UNSUPPORTED_MODEL` naming what was found
 */
export function readClassName(
  module: string,
  name: string,
  allowed: ReadonlySet<string>,
): GlobalName {
  // dots in the name would make another pair of the same words
  if (!dotted.test(module) || !onlyLetters.test(name) || module.length > longestName) {
    return refuse(module, name);
  }
  const usual = usualModule(module);
  const pair = `${usual} ${name}`;
  if (plainNames.has(pair) || unreadNames.has(pair) || allowed.has(pair)) {
    return new GlobalName(usual, name);
  }
  if (allowed.has(`${module} ${name}`)) return new GlobalName(module, name);
  return refuse(module, name);
}

/** Whether objects of it may be made: it is no mere type, and nothing that becomes data. */
export function mayHaveObjects({ module, name }: GlobalName): boolean {
  const pair = `${module} ${name}`;
  return !plainNames.has(pair) || pair === 'joblib.numpy_pickle NumpyArrayWrapper';
}

/** Throws `UNSUPPORTED_MODEL` naming the class, and what can be done about it. */
export function refuseClass(module: string, name: string): never {
  refuse(module, name);
}

function refuse(module: string, name: string): never {
  const advice = advices.find(({ modules }) => modules.test(module))?.advice;
  const found = shown(`${module}.${name}`);
  return refuseUnsupported(
    `class ${found}`,
    advice ?? 'it is not one of those that are read, and nothing of the file was run',
  );
}

const advices: readonly { readonly modules: RegExp; readonly advice: string }[] = [
  {
    modules: /^(?:cloudpickle|dill)(?:\.|$)/,
    advice:
      'functions and classes that cloudpickle or dill wrote into the file are not run; save the model with pickle or joblib and without own functions',
  },
  {
    modules: /^(?:__main__|__mp_main__)$/,
    advice:
      'the model contains your own function or class, which is not in the file; only classes of the library are read',
  },
  {
    modules: /^copy_?reg$/,
    advice: 're-save the model with pickle protocol 2 or later',
  },
  { modules: /^torch(?:\.|$)/, advice: 'models of PyTorch are not read' },
  {
    modules: /^(?:pandas|scipy\.sparse)(?:\.|$)/,
    advice: 'only numpy arrays are read; convert the attribute before saving',
  },
];

function usualModule(module: string): string {
  if (module === '__builtin__') return 'builtins';
  return module.replace(/^numpy\._core(?=\.)/, 'numpy.core');
}

/** Cut short, and with characters that merely look like letters, or that a log would obey, spelt out. */
function shown(name: string): string {
  const cut = name.length > longestName ? `${name.slice(0, longestName)}...` : name;
  return cut.replaceAll(/[^\x21-\x7e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
