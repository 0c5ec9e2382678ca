export { createFakeClock, type FakeClock } from './fake-clock.ts';
export { createFlakyModel, type FlakyModel } from './flaky-model.ts';
export { createSeededRandom } from './seeded-random.ts';
