// What the cards of all three versions share.
import { libraryVersion } from '../../dist/core/index.js';
import { dataSha256 } from './rows.js';
import { features } from './schema.js';

/** A card as `card.json` holds it; `own` is what tells this version from the others. */
export function cardOf({ description, format, artifact, weight, columns, training, ...own }) {
  return {
    name: 'churn',
    version: '2026-11-21',
    description,
    format,
    artifact,
    task: 'binary',
    labels: [0, 1],
    decision_threshold: 0.5,
    risk_thresholds: { high: 0.7, medium: 0.4 },
    weight,
    features: features.map(featureOf),
    columns: columns.map(columnOf),
    ...own,
    training: { ...sharedTraining, ...training },
    created_at: '2026-11-21',
    owner: 'Spillway maintainers',
    intended_use:
      'Demonstration of the gateway: chance that a telephone and internet customer leaves. Trained on a fictional company; not for decisions about real people.',
    compliance,
  };
}

const compliance = {
  controller: 'The operator of this demonstration.',
  purpose: 'Demonstration: to find customers who may leave.',
  legal_basis: 'None needed: the data are made up.',
  consequences: 'None. In use: an offer or a call.',
  human_involvement: 'None. In use: a person decides what follows.',
  contact: 'The operator of this demonstration.',
  right_to_contest:
    'Write to the contact: a person reviews the decision, hears your view and can set it aside.',
};

const sharedTraining = {
  source: 'IBM Telco Customer Churn, IBM/telco-customer-churn-on-icp4d',
  licence: 'Apache-2.0',
  data_sha256: dataSha256,
  split:
    'Row i of the table, counted from 0, is held out when (i * 2654435761 mod 2^32) / 2^32 < 0.25: 1,762 rows, never trained on, and the rows that the metrics are of.',
  copies:
    'Each training row three times: in full; with age, monthly and total charges only; and with fields missing at random.',
  age: 'The table has no age but a flag for 65 and over: models see whether age is 65 or more, and where age is missing the flag senior_citizen.',
  library: { name: 'spillway', version: libraryVersion },
  script: 'scripts/demo-models/train.js',
};

// Undefined is left out of the file.
const featureOf = (feature) => ({ ...feature, sourceColumn: undefined });

function columnOf({ name, from, missing, center, scale }) {
  return { name, from, missing, ...(center === 0 && scale === 1 ? {} : { center, scale }) };
}
