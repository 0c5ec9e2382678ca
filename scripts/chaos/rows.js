import { createGateway, loadVersions } from 'spillway';
import { rows as examples } from '../../bench/http/rows.js';

/** Bodies with what every version, and the rules of every card, must answer to them. */
export async function createBodies(models, count = 48) {
  const rows = Array.from({ length: count }, (_, index) => rowOf(index));
  const versions = await loadVersions(models);
  const ready = versions.filter(({ model }) => model !== null);
  const answers = rows.map(() => ({}));
  const gateway = await createGateway({ versions: ready });
  for (const version of ready) {
    const broken = { ...version, model: { ...version.model, predictValues: fail } };
    const rules = await createGateway({ versions: [broken] });
    for (const [index, row] of rows.entries()) {
      const modelVersion = version.name;
      answers[index][modelVersion] = answerOf(await gateway.predict(row, { modelVersion }));
      const ruled = await rules.predictReliable(row);
      answers[index][`rules of ${ruled.modelVersion}`] = answerOf(ruled);
    }
    await rules.close();
  }
  await gateway.close();
  return rows.map((row, index) => ({ text: JSON.stringify(row), row, answers: answers[index] }));
}

/** One body of many rows out of bodies of one. */
export function createBatch(bodies, count) {
  const chosen = Array.from({ length: count }, (_, index) => bodies[index % bodies.length]);
  return {
    text: JSON.stringify(chosen.map(({ row }) => row)),
    answers: chosen.map(({ answers }) => answers),
  };
}

/** Every other one has three fields, as what the demo's first users send. */
function rowOf(index) {
  const { age, monthly_charges, total_charges, ...others } = examples['full row'];
  const three = {
    age: age + (index % 40),
    monthly_charges: monthly_charges + index,
    total_charges: total_charges + 17 * index,
  };
  const contract = ['Month-to-month', 'One year', 'Two year'][index % 3];
  return index % 2 === 0 ? three : { ...three, ...others, tenure: index, contract };
}

function answerOf({ prediction, probability, riskCategory }) {
  return { prediction, probability, risk_category: riskCategory };
}

function fail() {
  throw new Error('broken on purpose');
}
