import { limits } from './limits.ts';
import { refuseBroken, refuseUnsupported } from './refusals.ts';

/**
 * The names of a model's columns: those of the file, else those given, else `f0`, `f1`, ...
 * Refuses names that are not one per column, that repeat, or that differ between the file and what is given.
 */
export function chooseColumns(
  count: number,
  named: readonly string[] | undefined,
  given: readonly string[] | undefined,
): readonly string[] {
  if (count > limits.columns) {
    refuseUnsupported(`${count} columns`, `at most ${limits.columns} can be read`);
  }
  const inFile = named === undefined || named.length === 0 ? undefined : named;
  const names = inFile ?? given ?? Array.from({ length: count }, (_, index) => `f${index}`);
  for (const list of [inFile, given]) {
    if (list !== undefined && list.length !== count) {
      refuseBroken(`the model has ${count} columns; ${list.length} names were given for them`);
    }
  }
  if (new Set(names).size !== count) refuseBroken('two columns share a name');
  const other = given?.findIndex((name, index) => name !== names[index]) ?? -1;
  if (other !== -1) {
    refuseBroken(
      `column ${other} is "${names[other]}" in the file and "${given?.[other]}" for the caller`,
    );
  }
  return names;
}
