// Compliance pages of every kind, made by the built library: name -> HTML.

import { compliancePage } from '../../dist/explain/index.js';
import { createGateway, loadVersions } from '../../dist/index.js';

const known = { age: 35, monthly_charges: 89.9, total_charges: 180 };
const whole = {
  ...known,
  tenure: 2,
  gender: 'Female',
  senior_citizen: 0,
  partner: 'No',
  dependents: 'No',
  phone_service: 'Yes',
  multiple_lines: 'Yes',
  internet_service: 'Fiber optic',
  online_security: 'No',
  online_backup: 'No',
  device_protection: 'Yes',
  tech_support: 'No',
  streaming_tv: 'Yes',
  streaming_movies: 'No',
  contract: 'Month-to-month',
  paperless_billing: 'Yes',
  payment_method: 'Electronic check',
};
const statement = {
  controller: 'Example Telecom Ltd, 1 Example Street, Dublin',
  purpose:
    'To find customers who may be about to leave, so that they can be offered a better contract.',
  legalBasis: 'Legitimate interest, GDPR 6(1)(f); the balancing test is on file.',
  consequences:
    'Customers with a high risk are called and may get an offer. Nobody loses anything.',
  humanInvolvement: 'An employee sees the answer and decides whether to call.',
  contact: 'Data protection officer, privacy@example.com',
  rightToContest:
    'You can ask for a person to look at the decision, say how you see it, and contest it: write to privacy@example.com. You can object to this profiling at any time.',
};
const hostile = `<script>alert(1)</script>"'></style></svg>\u202Etxet\u0000${'Wort'.repeat(80)}`;
const search = {
  counterfactuals: [
    {
      changes: [{ feature: 'contract', label: 'Contract', from: 'Month-to-month', to: 'Two year' }],
      prediction: 0,
      probability: 0.31,
      text: 'With Contract Two year instead of Month-to-month the decision would have been 0 (probability 31 %).',
    },
  ],
  text: 'One and two changes of 4 changeable features were tried.',
  evaluations: 412,
  exhaustive: true,
};

/** Every page with its name. */
export async function compliancePages() {
  const versions = await loadVersions();
  const [{ model }] = versions;
  const schemaOf = (name) => versions.find((version) => version.name === name).model.schema;
  const gateway = await createGateway({ versions });
  const broken = await createGateway({
    versions: versions.map((version) => ({
      ...version,
      model: { ...version.model, predictValues: fail },
    })),
  });
  const boosting = await report(gateway, whole, 'v1.1');
  const stated = { ...boosting, statement, counterfactual: search };
  const { features } = model.schema;
  const pages = new Map();
  const add = (name, of, schema = schemaOf('v1.1')) => pages.set(name, compliancePage(of, schema));
  add('boosting', stated);
  add('three-fields', await report(gateway, known, 'v1.1'));
  add('forest', await report(gateway, whole, 'v1.0'), schemaOf('v1.0'));
  add('linear', await report(gateway, whole, 'v2.0'), schemaOf('v2.0'));
  add('rules', { ...(await report(broken, whole, 'v1.1')), statement });
  add('labels', {
    ...stated,
    decision: {
      decidedAt: stated.decision.decidedAt,
      prediction: 'leaves',
      probabilities: [0.2, 0.7, 0.1],
    },
    units: 'margin',
    explanation: {
      ...stated.explanation,
      units: 'margin',
      baseValue: [0.1, -0.2, 0.3],
      attributions: Object.fromEntries(
        Object.entries(stated.explanation.attributions).map(([name, v]) => [name, [-v, v, v / 2]]),
      ),
      outputs: ['stays', 'leaves', 'pauses'],
    },
  });
  add('unexplained', {
    ...stated,
    mainReasons: [],
    method: null,
    units: null,
    explanation: null,
    explanationError: 'NOT_EXPLAINABLE',
  });
  add('lime', {
    ...stated,
    method: 'lime',
    explanation: {
      ...stated.explanation,
      method: 'lime',
      exact: false,
      fit: { r2: 0.8734, localPrediction: 0.71, samples: 5000, seed: 42 },
    },
  });
  add(
    'hostile',
    {
      ...stated,
      model: { ...stated.model, name: hostile, owner: hostile },
      statement: { ...statement, contact: hostile },
      inputs: { ...stated.inputs, contract: hostile },
      mainReasons: [hostile],
      audit: { ...stated.audit, requestId: hostile },
    },
    { features: features.map((feature) => ({ ...feature, label: hostile, unit: hostile })) },
  );
  await gateway.close();
  await broken.close();
  return pages;
}

function fail() {
  throw new Error('broken');
}

async function report(of, row, modelVersion) {
  const options = { explain: true, modelVersion, requestId: `order-42-${modelVersion}` };
  return (await of.predictReliable(row, options)).complianceReport;
}
