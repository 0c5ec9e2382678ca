import { type ErrorCode, errorCodes } from './error-codes.ts';

const marker = Symbol.for('spillway.error');

/** One thing wrong with an input, and where: `pointer` is a JSON pointer (RFC 6901), empty for the whole. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

/** What an error may carry beside its code and message. */
export interface SpillwayErrorOptions {
  /** What was thrown underneath, if anything. Never shown to a client. */
  readonly cause?: unknown;
  /** All faults of the input at once, for `INVALID_ROW`, `INVALID_CARD` and `INVALID_CONFIG`. */
  readonly faults?: readonly Fault[];
  /** Machine-readable facts about the error; never personal data, never input values. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The only error that Spillway throws on purpose. Its message names what came, what was expected and what exists. */
export class SpillwayError extends Error {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without being changed. */
  readonly retryable: boolean;
  readonly faults: readonly Fault[];
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: SpillwayErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'SpillwayError';
    this.code = code;
    this.retryable = errorCodes[code].retryable;
    this.faults = options.faults ?? [];
    this.details = options.details ?? {};
    Object.defineProperty(this, marker, { value: true });
  }

  /** True for a `SpillwayError` of any copy of this package in the process. */
  static isInstance(value: unknown): value is SpillwayError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}
