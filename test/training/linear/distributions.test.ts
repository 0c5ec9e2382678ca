import { expect, test } from 'vitest';
import {
  normalBound,
  normalTail,
  studentBound,
  studentTail,
} from '../../../src/training/linear/distributions.ts';

// what scipy.stats 1.17.1 gives for 2 * norm.sf(z), 2 * t.sf(t, df) and t.ppf(0.975, df)
test.each([
  [0, 1],
  [0.3, 0.7641771556220948],
  [1.5, 0.13361440253771614],
  [2.1213, 0.03389656438201896],
  [-2.2, 0.02780689502699719],
  [4, 6.334248366623973e-5],
  [9, 2.2571768119076647e-19],
  [30, 9.813427854295816e-198],
])('a normal number is at least %d from 0 with probability %d', (distance, probability) => {
  expectRelative(normalTail(distance), probability, 1e-12);
});

test.each([
  [0, 5, 1],
  [0.2, 3, 0.854270329246279],
  [1.7, 1, 0.3385060546606654],
  [2.5, 7.5, 0.03882025827362553],
  [-4, 12, 0.0017616962443950267],
  [12, 40, 7.82417130425598e-15],
  [2, 1e6, 0.04550053385131924],
  [0.001, 200, 0.9992031123011389],
  [30, 100, 8.380332558688329e-52],
])(
  'a t value of %d at %d degrees of freedom has a p value of %d',
  (distance, freedom, probability) => {
    expectRelative(studentTail(distance, freedom), probability, 1e-10);
  },
);

test.each([
  [1, 12.706204736174694],
  [2.5, 3.5746548420036817],
  [10, 2.228138851986274],
  [97, 1.9847231860139845],
  [5000, 1.9604385517065073],
])('95 % of the distribution with %d degrees of freedom lie within %d', (freedom, bound) => {
  expectRelative(studentBound(freedom), bound, 1e-10);
});

test('what is not a number has no probability, what is infinite none at all', () => {
  expect([normalTail(NaN), studentTail(NaN, 3)]).toEqual([NaN, NaN]);
  expect([normalTail(Infinity), studentTail(-Infinity, 3)]).toEqual([0, 0]);
  expectRelative(normalTail(normalBound), 0.05, 1e-13);
});

function expectRelative(value: number, expected: number, tolerance: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThanOrEqual(tolerance);
}
