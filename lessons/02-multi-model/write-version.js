import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The row that people send. */
const features = [
  { name: 'age', type: 'number', unit: 'years', min: 18, max: 120, required: true },
  { name: 'monthly_charges', type: 'number', unit: 'USD per month', min: 0, required: true },
  { name: 'total_charges', type: 'number', unit: 'USD', min: 0, required: true },
  { name: 'contract', type: 'category', categories: ['Month-to-month', 'One year', 'Two year'] },
];

/** Writes one version: the model as its library serialises it, and the card that says what it is. */
export async function writeVersion(directory, { format, model, columns, weight }) {
  const bytes = JSON.stringify(model);
  const card = {
    format,
    artifact: { file: 'model.json', sha256: createHash('sha256').update(bytes).digest('hex') },
    task: 'binary',
    labels: [0, 1],
    features,
    columns,
    weight,
    intended_use: 'A lesson. The customers are made up.',
  };
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'model.json'), bytes);
  await writeFile(join(directory, 'card.json'), JSON.stringify(card, null, 2));
}
