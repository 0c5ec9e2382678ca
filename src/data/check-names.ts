import { dataFault, showAll } from './data-fault.ts';

/** Refuses names that cannot be those of features, and a name that stands twice, said where they stand. Throws `INVALID_DATA`. */
export function checkNames(names: readonly string[], line: number): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const nameless = names.flatMap((name, index) => (name === '' ? [String(index + 1)] : []));
  const odd = names.filter((name) => name.length > 200 || name in Object.prototype);
  const faults = [
    ...(twice.length > 0 ? [`names twice ${showAll([...new Set(twice)])}`] : []),
    ...(nameless.length > 0 ? [`has no name for the columns ${nameless.join(', ')}`] : []),
    ...(odd.length > 0 ? [`has names that no feature may have: ${showAll(odd)}`] : []),
    ...(names.length === 1 && /[;\t]/.test(names[0] ?? '') ? ['has no commas'] : []),
  ];
  if (faults.length === 0) return;
  throw dataFault('INVALID_DATA', { line }, `the header ${faults.join(', ')}`);
}
