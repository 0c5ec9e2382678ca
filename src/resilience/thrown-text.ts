import { inspect } from 'node:util';

/** What code in a thread threw, as text: what it threw itself need not survive the way to another thread. */
export interface ThrownText {
  readonly name: string;
  readonly message: string;
  readonly stack: string | null;
}

const longestText = 10_000;

/** Puts anything that can be thrown into words: also `null`, proxies, and errors whose fields throw. Never throws. */
export function describeThrown(thrown: unknown): ThrownText {
  const isObject = typeof thrown === 'object' && thrown !== null;
  const message = isObject ? textOf(thrown, 'message') : null;
  if (!isObject || message === null) {
    return { name: 'Error', message: inWords(thrown), stack: null };
  }
  return { name: textOf(thrown, 'name') ?? 'Error', message, stack: textOf(thrown, 'stack') };
}

/** An error that says the same, with the stack of where it was thrown. */
export function restoreThrown({ name, message, stack }: ThrownText): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = stack ?? `${name}: ${message}`;
  return error;
}

function textOf(thrown: object, field: string): string | null {
  try {
    const value: unknown = Reflect.get(thrown, field);
    return typeof value === 'string' ? value.slice(0, longestText) : null;
  } catch {
    return null;
  }
}

function inWords(thrown: unknown): string {
  try {
    if (typeof thrown === 'string') return thrown.slice(0, longestText);
    return inspect(thrown, { customInspect: false, depth: 1 }).slice(0, longestText);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}
