import { type Fault, faultsInWords, SpillwayError } from '../core/index.ts';

/** What a parameter may be, and the same in words. */
export interface ParameterRule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** Rules that several parameters have. */
export const isPositive: ParameterRule = {
  expected: 'a finite number above 0',
  accepts: (value) => Number.isFinite(value) && Number(value) > 0,
};
export const isShare: ParameterRule = {
  expected: 'a number from 0 to 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};
export const isFlag: ParameterRule = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};
export const isCount: ParameterRule = {
  expected: 'an integer above 0',
  accepts: (value) => Number.isSafeInteger(value) && Number(value) > 0,
};

/**
 * Refuses unknown names and values that are none, together with faults found by the caller.
 * @throws SpillwayError `INVALID_CONFIG` with all faults.
 */
export function checkParameters(
  owner: string,
  given: Readonly<Record<string, unknown>>,
  rules: Readonly<Record<string, ParameterRule>>,
  findOthers: () => readonly Fault[],
): void {
  const faults: Fault[] = [];
  for (const [name, value] of Object.entries(given)) {
    const pointer = `/parameters/${name}`;
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      const message = `an unknown name; the parameters are ${Object.keys(rules).join(', ')}`;
      faults.push({ pointer, message });
    } else if (value !== undefined && !rule.accepts(value)) {
      faults.push({ pointer, message: `expected ${rule.expected}, got ${describe(value)}` });
    }
  }
  if (faults.length === 0) faults.push(...findOthers());
  if (faults.length === 0) return;
  const message = `${owner}: ${faults.length} fault(s) in the parameters: ${faultsInWords(faults)}`;
  throw new SpillwayError('INVALID_CONFIG', message, { faults });
}

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 50));
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
