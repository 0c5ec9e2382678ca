import type { PickleValue } from '../pickle/pickle-value.ts';

/**
 * The name of an object's class without its module, empty for what is no object. Unambiguous, since only classes of the
 * list in allowed-classes.ts come so far.
 */
export function shortName(value: PickleValue): string {
  return value.className?.split('.').at(-1) ?? '';
}
