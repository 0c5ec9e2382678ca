import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openInput, openOutput } from '../../src/data/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const unavailable = (reason: string) =>
  expect.objectContaining({ code: 'FILE_UNAVAILABLE', details: { reason } });

describe('an output file', () => {
  test('appears under its name when it is finished, not before', async () => {
    const path = join(folder, 'out.csv');
    const output = await openOutput(path);
    await output.write(Buffer.from('a\n'));
    await output.write(Buffer.from('b\n'));
    expect(readdirSync(folder)).toEqual(['out.csv.partial']);
    await output.finish();
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
  });

  test('that is discarded leaves what was there before', async () => {
    const path = join(folder, 'out.csv');
    writeFileSync(path, 'before');
    const output = await openOutput(path);
    await output.write(Buffer.from('after'));
    await output.discard();
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(readFileSync(path, 'utf8')).toBe('before');
  });

  test('keeps the permissions of the file that it replaces, and the link that leads to it', async () => {
    const path = join(folder, 'out.csv');
    writeFileSync(path, 'before');
    chmodSync(path, 0o600);
    symlinkSync(path, join(folder, 'link.csv'));
    const output = await openOutput(join(folder, 'link.csv'));
    await output.write(Buffer.from('after'));
    await output.finish();
    expect(readFileSync(path, 'utf8')).toBe('after');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['link.csv', 'out.csv']);
  });

  test.each([0o600, 0o666, 0o640])(
    'keeps the permissions %o, whatever a new file gets',
    async (mode) => {
      const path = join(folder, 'out.csv');
      writeFileSync(path, 'before');
      chmodSync(path, mode);
      writeFileSync(`${path}.partial`, 'of a process that was killed');
      const output = await openOutput(path);
      await output.write(Buffer.from('after'));
      await output.finish();
      expect(readFileSync(path, 'utf8')).toBe('after');
      expect(statSync(path).mode & 0o777).toBe(mode);
    },
  );

  test('may be a device, which is written as it stands', async () => {
    const output = await openOutput('/dev/null');
    await output.write(Buffer.from('a'));
    await output.finish();
    expect(existsSync('/dev/null.partial')).toBe(false);
  });

  test('that cannot be opened is an error with the reason', async () => {
    await expect(openOutput(join(folder, 'no', 'out.csv'))).rejects.toEqual(unavailable('ENOENT'));
    await expect(openOutput(folder)).rejects.toEqual(unavailable('EISDIR'));
  });
});

describe('the standard output', () => {
  test('takes the bytes in order and is not closed', async () => {
    const taken: Buffer[] = [];
    const stream = new Writable({
      write(chunk, _, done) {
        taken.push(chunk);
        setImmediate(done);
      },
    });
    const output = await openOutput('-', stream);
    await output.write(Buffer.from('a'));
    await output.write(Buffer.from('b'));
    await output.finish();
    expect(Buffer.concat(taken).toString()).toBe('ab');
    expect(stream.writableEnded).toBe(false);
  });

  test('whose reader has left is an error', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(gone) });
    const output = await openOutput('-', stream);
    await expect(output.write(Buffer.from('a'))).rejects.toEqual(unavailable('EPIPE'));
  });
});

describe('an input', () => {
  test('is the bytes of a file, or of the standard input', async () => {
    const path = join(folder, 'in.csv');
    writeFileSync(path, 'x'.repeat(300_000));
    const chunks: Uint8Array[] = [];
    for await (const chunk of openInput(path)) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toHaveLength(300_000);
    async function* standardInput() {
      yield Buffer.from('a');
    }
    for await (const chunk of openInput('-', standardInput()))
      expect(chunk).toEqual(Buffer.from('a'));
  });

  test('that is not there is an error with the reason', async () => {
    await expect(openInput(join(folder, 'no.csv')).next()).rejects.toEqual(unavailable('ENOENT'));
    await expect(openInput(folder).next()).rejects.toEqual(unavailable('EISDIR'));
  });
});
