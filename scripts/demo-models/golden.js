// The rows of golden-rows.jsonl: made up, seeded, nobody's.
import { createSeededRandom } from 'spillway/testing';
import { rowWithGaps, threeFieldRow } from './rows.js';
import { features } from './schema.js';

/** Six rows in full, six with gaps, four of three fields; a field that is not known is left out. */
export function makeGoldenRows(seed) {
  const random = createSeededRandom(seed);
  const full = Array.from({ length: 16 }, () => makeRow(random));
  return full.map((row, index) => {
    if (index < 6) return row;
    return withRequired(index < 12 ? rowWithGaps(row, random) : threeFieldRow(row));
  });
}

/** Required features must be in the row, be it as `null`: here they are given. */
function withRequired(row) {
  const required = { age: 40, monthly_charges: 65.5, total_charges: 1200 };
  return Object.fromEntries(
    Object.entries(row)
      .map(([name, value]) => [name, value ?? required[name] ?? null])
      .filter(([, value]) => value !== null),
  );
}

function makeRow(random) {
  const between = (low, high) => low + random() * (high - low);
  const monthly = Number(between(18, 118).toFixed(2));
  const tenure = Math.floor(between(0, 73));
  const age = Math.floor(between(18, 90));
  const numbers = {
    age,
    tenure,
    monthly_charges: monthly,
    total_charges: Number((monthly * tenure).toFixed(2)),
    senior_citizen: age >= 65 ? 1 : 0,
  };
  return Object.fromEntries(
    features.map(({ name, categories }) => [
      name,
      categories === undefined
        ? numbers[name]
        : categories[Math.floor(random() * categories.length)],
    ]),
  );
}
