import { createSeededRandom } from 'spillway/testing';

/** Makes customers up, the same ones for the same seed. What they do next is in `left`: `yes` or `no`. */
export function makeCustomers(count, seed) {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => {
    const yearly = random() < 0.45 ? 1 : 0;
    const tenure = Math.floor(72 * random() ** 1.5);
    const calls = Math.floor(6 * random() ** 2);
    const charges = Math.round(2000 + 9000 * random()) / 100;
    // who calls often and may leave any month is gone soon; a year's contract keeps the others
    const anger = yearly === 1 ? 0 : 0.7 * calls;
    const score = -1.2 + anger - 0.04 * tenure + 0.012 * charges - 1.2 * yearly;
    const left = random() < 1 / (1 + Math.exp(-score)) ? 'yes' : 'no';
    return { tenure, calls, charges, yearly, left };
  });
}
