// Customers who do not exist, the same ones for the same seed: the lesson needs no data set.
import { createSeededRandom } from 'spillway/testing';

/** Makes `count` customers: a row to ask about, and whether they left. */
export function makeCustomers(count, seed) {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => makeCustomer(random));
}

function makeCustomer(random) {
  const age = 18 + Math.floor(random() * 70);
  const months = Math.floor(random() ** 1.6 * 72);
  const bound = random() * 100 + months;
  const contract = bound < 75 ? 'Month-to-month' : bound < 105 ? 'One year' : 'Two year';
  const monthly = round(20 + random() * 95);
  const row = { age, monthly_charges: monthly, total_charges: round(monthly * months), contract };

  // the truth that the models have to find: who is free to leave, pays much and is new leaves most
  const free = contract === 'Month-to-month';
  let score = -2.4 - 0.01 * months;
  if (free) score += 1;
  if (free && monthly > 70) score += 1.3;
  if (free && monthly > 70 && months < 12) score += 1.5;
  if (contract === 'Two year') score -= 1;
  if (age >= 65) score += 0.4;
  return { row, churned: random() < 1 / (1 + Math.exp(-score)) ? 1 : 0 };
}

const round = (value) => Math.round(value * 100) / 100;
