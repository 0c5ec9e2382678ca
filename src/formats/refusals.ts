import { SpillwayError } from '../core/index.ts';

/** Throws `INVALID_MODEL`: the file is of a known format, and broken. `what` says where and what was expected. */
export function refuseBroken(what: string, cause?: unknown): never {
  throw new SpillwayError('INVALID_MODEL', what, cause === undefined ? {} : { cause });
}

/** Throws `UNSUPPORTED_MODEL`: the file may be sound, but uses `feature`, without which its answers would be wrong. */
export function refuseUnsupported(feature: string, advice: string): never {
  throw new SpillwayError('UNSUPPORTED_MODEL', `the model uses ${feature}: ${advice}`, {
    details: { feature },
  });
}
