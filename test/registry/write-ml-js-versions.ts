import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMlJs } from '../formats/ml-js-fixtures.ts';

/**
 * Makes a model directory of what ml-random-forest and ml-logistic-regression wrote: `v1`, a forest with a file of covers,
 * and `v2`, a logistic regression with means of its columns. Their rows have four numbers: a, b, c and d.
 */
export async function writeMlJsVersions(directory: string): Promise<void> {
  const forest = loadMlJs('forest-binary');
  await writeVersion(join(directory, 'v1'), 'ml-random-forest', {
    'model.json': forest.bytes,
    'covers.json': Buffer.from(JSON.stringify(forest.covers)),
  });
  const logistic = loadMlJs('logistic-binary');
  await writeVersion(
    join(directory, 'v2'),
    'ml-logistic-regression',
    { 'model.json': logistic.bytes },
    {
      columns: names.map((name) => ({ name, from: [{ feature: name }], missing: 0 })),
      background: { column_means: [0.01, -0.02, 0.03, 0] },
    },
  );
}

const names = ['a', 'b', 'c', 'd'];

async function writeVersion(
  directory: string,
  format: string,
  files: Readonly<Record<string, Uint8Array>>,
  more: object = {},
): Promise<void> {
  const reference = (file: string, bytes: Uint8Array): object => ({
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const { 'model.json': artifact, 'covers.json': covers } = files;
  const card = {
    format,
    artifact: reference('model.json', artifact!),
    ...(covers !== undefined && { covers: reference('covers.json', covers) }),
    task: 'binary',
    labels: [0, 1],
    features: names.map((name) => ({ name, type: 'number' })),
    ...more,
  };
  await mkdir(directory, { recursive: true });
  const all = { ...files, 'card.json': Buffer.from(JSON.stringify(card)) };
  await Promise.all(
    Object.entries(all).map(([file, bytes]) => writeFile(join(directory, file), bytes)),
  );
}
