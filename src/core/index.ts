export { canonicalJson } from './canonical-json.ts';
export { type Clock, systemClock } from './clock.ts';
export { type ErrorCode, errorCodeNames } from './error-codes.ts';
export { type Fault, SpillwayError, type SpillwayErrorOptions } from './errors.ts';
export { createEmitter, type Emitter } from './events.ts';
export { faultsInWords } from './faults-in-words.ts';
export { libraryVersion } from './library-version.ts';
export { type Random, systemRandom } from './random.ts';
export { createIdSource } from './request-ids.ts';
