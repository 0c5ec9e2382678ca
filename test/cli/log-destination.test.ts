import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFileDestination, createStreamDestination } from '../../src/cli/log-destination.ts';
import { createFakeClock } from '../../src/testing/index.ts';

const clock = createFakeClock();

/** A disk that takes so many bytes, and then throws until it is emptied. */
function createDisk(room: number) {
  let text = '';
  let left = room;
  return {
    text: () => text,
    makeRoom: (bytes: number) => {
      left = bytes;
    },
    write(bytes: Uint8Array): number {
      if (left === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
      const taken = Math.min(left, bytes.length);
      left -= taken;
      text += Buffer.from(bytes.subarray(0, taken)).toString();
      return taken;
    },
  };
}

describe('a log in a file', () => {
  it('goes on after the disk was full, in whole lines, and says how many were lost', () => {
    const disk = createDisk(7);
    const log = createFileDestination((bytes) => disk.write(bytes), clock);
    for (const line of ['one\n', 'two\n', 'three\n']) log.write(line);
    disk.makeRoom(1000);
    log.write('four\n');
    log.write('five\n');
    const [first, torn, lost, ...rest] = disk.text().split('\n');
    expect([first, torn]).toEqual(['one', 'two']);
    expect(JSON.parse(lost ?? '')).toMatchObject({ level: 40, lines: 2, msg: 'log lines lost' });
    expect(rest).toEqual(['four', 'five', '']);
  });

  it('is written in pieces where it is not taken whole', () => {
    let text = '';
    const log = createFileDestination((bytes) => {
      text += String.fromCharCode(bytes[0] ?? 0);
      return 1;
    }, clock);
    log.write('line\n');
    expect(text).toBe('line\n');
  });
});

describe('a log in a pipe', () => {
  it('never holds more than a mebibyte for a slow reader, and says how many lines were lost', async () => {
    const pipe = new PassThrough({ highWaterMark: 1 });
    const log = createStreamDestination(pipe, clock);
    const line = `${'x'.repeat(1023)}\n`;
    for (let count = 0; count < 3000; count++) log.write(line);
    expect(pipe.writableLength + pipe.readableLength).toBeLessThan(2 ** 20 + 4096);
    let text = '';
    pipe.setEncoding('utf8').on('data', (data: string) => (text += data));
    await new Promise((resolve) => setImmediate(resolve));
    log.write('last\n');
    await new Promise<void>((resolve) => pipe.end(() => resolve()));
    const lines = text.trimEnd().split('\n');
    const kept = lines.filter((each) => each.startsWith('x')).length;
    expect(lines.at(-1)).toBe('last');
    expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ lines: 3000 - kept });
  });

  it('is silent once its reader has gone', async () => {
    const pipe = new PassThrough();
    const log = createStreamDestination(pipe, clock);
    pipe.destroy(Object.assign(new Error('nobody reads'), { code: 'EPIPE' }));
    await new Promise<void>((resolve) => pipe.once('close', resolve));
    expect(() => log.write('line\n')).not.toThrow();
  });
});
