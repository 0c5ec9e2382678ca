import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPlace, writeVersion } from '../../../src/training/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-write-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const files = (text: string) => new Map([['card.json', Buffer.from(text)]]);
const accept = { force: true, check: () => Promise.resolve() };
const refusal = (message: RegExp) =>
  expect.objectContaining({
    code: 'FILE_UNAVAILABLE',
    message: expect.stringMatching(message) as string,
  });

describe('a place for a version', () => {
  test('by force is one where a version is, and no folder of other things', async () => {
    const place = join(folder, 'mine');
    mkdirSync(join(place, 'v1'), { recursive: true });
    writeFileSync(join(place, 'v1', 'card.json'), '{}');
    for (const act of [checkPlace(place, true), writeVersion(place, files('new'), accept)]) {
      await expect(act).rejects.toEqual(refusal(/it has no card\.json/));
    }
    expect(readdirSync(join(place, 'v1'))).toEqual(['card.json']);
    await writeVersion(join(place, 'v1'), files('new'), accept);
    expect(readFileSync(join(place, 'v1', 'card.json'), 'utf8')).toBe('new');
    mkdirSync(join(place, 'empty'));
    await writeVersion(join(place, 'empty'), files('new'), accept);
    expect(readdirSync(place).toSorted()).toEqual(['empty', 'v1']);
  });

  test('is no place below a file, which is said before anything is trained', async () => {
    writeFileSync(join(folder, 'file'), '');
    const place = join(folder, 'file', 'models', 'v1');
    await expect(checkPlace(place, false)).rejects.toEqual(refusal(/cannot write .*: ENOTDIR at/));
  });

  test('is made with the folders that it is in', async () => {
    const place = join(folder, 'models', 'churn', 'v1');
    await writeVersion(place, files('new'), { ...accept, force: false });
    expect(readFileSync(join(place, 'card.json'), 'utf8')).toBe('new');
  });

  test.runIf(existsSync('/proc/self'))('is refused where a system makes no folders', async () => {
    const write = writeVersion('/proc/spillway/v1', files('new'), accept);
    await expect(write).rejects.toEqual(refusal(/cannot write .*: ENOENT/));
  });

  test('keeps what it had when the version that was to replace it is refused', async () => {
    const place = join(folder, 'kept');
    await writeVersion(place, files('old'), accept);
    const check = () => Promise.reject(new Error('would not serve'));
    await expect(writeVersion(place, files('new'), { force: true, check })).rejects.toThrow(
      'cannot write',
    );
    expect(readFileSync(join(place, 'card.json'), 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});
