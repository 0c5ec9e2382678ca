export { createSeededRandom } from '../core/index.ts';
export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { createFlakyModel, type FlakyModel } from './flaky-model.ts';
