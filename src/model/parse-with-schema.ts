import type { z } from 'zod';
import { type ErrorCode, type Fault, faultsInWords, SpillwayError } from '../core/index.ts';

/**
 * Checks untrusted data against a schema. `what` names the data in the error: `the card`.
 * @throws SpillwayError of the given code with every fault and where it is.
 */
export function parseWithSchema<Output>(
  schema: z.ZodType<Output>,
  data: unknown,
  code: ErrorCode,
  what: string,
): Output {
  // jitless: compiling a validator takes longer than using it a few times, and needs eval
  const result = schema.safeParse(data, { jitless: true });
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue): Fault => ({ pointer: `/${issue.path.join('/')}`, message: issue.message }),
  );
  const message = `${what} has ${faults.length} fault(s): ${faultsInWords(faults)}`;
  throw new SpillwayError(code, message, { faults });
}
