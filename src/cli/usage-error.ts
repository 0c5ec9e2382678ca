/** The command line was not understood; the process ends with code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
