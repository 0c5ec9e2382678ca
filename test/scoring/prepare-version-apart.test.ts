import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/index.ts';
import { finishVersion, listVersions, prepareVersion } from '../../src/registry/index.ts';
import { prepareVersionApart, readVersion } from '../../src/scoring/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

// Node runs the compiled file; the global setup builds it
const workerFile = new URL('../../dist/scoring/read-version-worker.js', import.meta.url);
const clock = systemClock;

it('a thread reads what this one would', async () => {
  for (const stored of await listVersions('models/churn')) {
    const apart = await prepareVersionApart(stored, { clock, workerFile });
    const here = await prepareVersion(stored, readVersion);
    expect(apart).toEqual(here);
    const [one, other] = [await finishVersion(apart), await finishVersion(here)];
    expect(one.state).toBe('ready');
    const row = { age: 35, monthly_charges: 65.5, total_charges: 1200 };
    expect(one.model!.predict(row)).toEqual(other.model!.predict(row));
  }
});

it('what cannot be read comes with its code, and with the card when that could', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await mkdir(join(directory, 'v1'));
  await copyFile('models/churn/v1.1/card.json', join(directory, 'v1/card.json'));
  await writeFile(join(directory, 'v1/model.json'), '{}');
  const [stored] = await listVersions(directory);
  expect(await prepareVersionApart(stored!, { clock, workerFile })).toMatchObject({
    content: null,
    card: { format: 'xgboost' },
    failure: { code: 'CHECKSUM_MISMATCH', message: expect.stringMatching(/^model\.json has/) },
  });
  await rm(directory, { recursive: true });
});

it('a thread that takes too long is ended', async () => {
  const [stored] = await listVersions('models/churn');
  const fake = createFakeClock();
  const prepared = prepareVersionApart(stored!, { clock: fake, workerFile, timeoutMs: 500 });
  fake.advance(500);
  expect((await prepared).failure).toEqual({
    code: 'INVALID_MODEL',
    message: 'reading it took longer than 500 ms',
  });
  expect(fake.scheduled).toBe(0);
});

it('a thread whose version nobody waits for any more is ended', async () => {
  const [stored] = await listVersions('models/churn');
  const fake = createFakeClock();
  const controller = new AbortController();
  const { signal } = controller;
  const prepared = prepareVersionApart(stored!, { clock: fake, workerFile, signal });
  controller.abort();
  expect((await prepared).failure).toMatchObject({ code: 'SHUTTING_DOWN' });
  expect(
    (await prepareVersionApart(stored!, { clock: fake, workerFile, signal })).failure,
  ).toMatchObject({
    code: 'SHUTTING_DOWN',
  });
  expect(fake.scheduled).toBe(0);
});

it('a thread that takes too much memory ends alone', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await mkdir(join(directory, 'v1'));
  // small objects, more than 16 MiB hold
  await writeFile(
    join(directory, 'v1/model.json'),
    `{"x":[${'{"a":["some","text"]},'.repeat(500_000)}{}]}`,
  );
  const [stored] = await listVersions(directory);
  const { failure } = await prepareVersionApart(stored!, { clock, workerFile, maxMemoryMb: 16 });
  expect(failure).toEqual({
    code: 'INVALID_MODEL',
    message: 'reading it took more than 16 MiB of memory',
  });
  await rm(directory, { recursive: true });
});

it('a file of the thread that is not there is said', async () => {
  const [stored] = await listVersions('models/churn');
  const nowhere = new URL('./nowhere.js', import.meta.url);
  const { failure } = await prepareVersionApart(stored!, { clock, workerFile: nowhere });
  expect(failure).toMatchObject({ code: 'INTERNAL', message: expect.stringMatching(/nowhere/) });
});
