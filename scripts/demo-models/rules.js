// The rules that answer when no model can. Their probabilities are the shares of churners among the training rows that
// reach each rule, every customer counted twice: as the table shows them, and with the three required fields only.
import { threeFieldRow } from './rows.js';

const rules = [
  {
    when: [{ feature: 'contract', is: 'Two year' }],
    sentence: (left) => `Customers bound for two years rarely leave: ${left} did.`,
  },
  {
    when: [{ feature: 'contract', is: 'One year' }],
    sentence: (left) => `Customers bound for one year seldom leave: ${left} did.`,
  },
  {
    when: [
      { feature: 'monthly_charges', at_least: 70 },
      { feature: 'total_charges', below: 1_000 },
    ],
    sentence: (left) =>
      `The bill is high (70 USD a month or more) and the customer is new (less than 1,000 USD paid in all): ${left} like this left.`,
  },
  {
    when: [
      { feature: 'contract', is: 'Month-to-month' },
      { feature: 'tenure', below: 12 },
    ],
    sentence: (left) =>
      `The customer can leave any month and is in the first year: ${left} like this left.`,
  },
  {
    when: [{ feature: 'contract', is: 'Month-to-month' }],
    sentence: (left) =>
      `The customer can leave any month, but the bill is moderate or they have stayed for a while: ${left} like this left.`,
  },
  {
    when: [{ feature: 'monthly_charges', below: 30 }],
    sentence: (left) =>
      `The bill is low (less than 30 USD a month), so there is little to save by leaving: ${left} like this left.`,
  },
  {
    when: [{ feature: 'age', at_least: 65 }],
    sentence: (left) => `Customers of 65 and over leave more often than others: ${left} did.`,
  },
  {
    when: [],
    sentence: (left) => `Nothing about the customer stands out: ${left} like this left.`,
  },
];

function holds(condition, row) {
  const value = row[condition.feature];
  if (value === null) return false;
  if (condition.is !== undefined) return value === condition.is;
  return condition.below === undefined ? value >= condition.at_least : value < condition.below;
}

/** Index of the first rule whose conditions all hold. */
export const ruleOf = (row) =>
  rules.findIndex(({ when }) => when.every((condition) => holds(condition, row)));

/** The rules as a card lists them. */
export function rulesFrom(training) {
  const reached = rules.map(() => ({ rows: 0, churned: 0 }));
  for (const { row, churned } of training) {
    const short = threeFieldRow(row);
    for (const shown of [{ ...row, age: short.age }, short]) {
      const at = reached[ruleOf(shown)];
      at.rows += 1;
      at.churned += churned;
    }
  }
  return rules.map(({ when, sentence }, index) => {
    const probability = Number((reached[index].churned / reached[index].rows).toFixed(2));
    return { when, probability, because: sentence(`${Math.round(probability * 100)} in 100`) };
  });
}
