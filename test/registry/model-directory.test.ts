import { appendFile, cp, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  compareLooks,
  isSameContent,
  loadVersion,
  lookAtDirectory,
  prepareVersion,
  watchDirectory,
} from '../../src/registry/index.ts';
import { readVersion } from '../../src/scoring/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spillway-'));
  await cp('models/churn', directory, { recursive: true });
});

afterEach(() => rm(directory, { recursive: true }));

/** What has changed since a look, as names. */
async function changesSince(before: ReadonlyMap<string, string>) {
  const change = compareLooks(await lookAtDirectory(directory), before);
  const names = (seen: typeof change.added) => seen.map(({ stored }) => stored.name);
  return { ...change, added: names(change.added), touched: names(change.touched) };
}

async function stamps(): Promise<ReadonlyMap<string, string>> {
  const look = await lookAtDirectory(directory);
  return new Map([...look].map(([name, { stamp }]) => [name, stamp]));
}

describe('a look at a directory', () => {
  it('sees nothing where nothing was done', async () => {
    expect(await changesSince(await stamps())).toEqual({
      added: [],
      touched: [],
      removed: [],
      untouched: ['v1.0', 'v1.1', 'v2.0'],
    });
  });

  it('sees what came, what was written to, and what went', async () => {
    const before = await stamps();
    await cp(join(directory, 'v1.0'), join(directory, 'v3.0'), { recursive: true });
    await appendFile(join(directory, 'v1.1/model.json'), ' ');
    await rm(join(directory, 'v2.0'), { recursive: true });
    expect(await changesSince(before)).toEqual({
      added: ['v3.0'],
      touched: ['v1.1'],
      removed: ['v2.0'],
      untouched: ['v1.0'],
    });
  });

  it('sees a folder that another one took the place of, its times kept', async () => {
    const before = await stamps();
    await cp(join(directory, 'v1.1'), join(directory, '.next'), {
      recursive: true,
      preserveTimestamps: true,
    });
    await rm(join(directory, 'v1.1'), { recursive: true });
    await rename(join(directory, '.next'), join(directory, 'v1.1'));
    expect((await changesSince(before)).touched).toEqual(['v1.1']);
  });

  it('sees a file of the same size and time that was written in place', async () => {
    const before = await stamps();
    const file = join(directory, 'v2.0/model.json');
    await writeFile(file, ' '.repeat(1352));
    await utimes(file, 1, 1);
    expect((await changesSince(before)).touched).toEqual(['v2.0']);
  });

  it('sees that a link leads elsewhere, as in mounted volumes', async () => {
    await cp(join(directory, 'v1.1'), join(directory, '..one'), { recursive: true });
    await cp(join(directory, 'v1.1'), join(directory, '..two'), { recursive: true });
    const link = join(directory, 'v1.1/model.json');
    await rm(link);
    await symlink('../..one/model.json', link);
    const before = await stamps();
    await rm(link);
    await symlink('../..two/model.json', link);
    expect((await changesSince(before)).touched).toEqual(['v1.1']);
  });

  it('of a directory that is gone is an error', async () => {
    await expect(lookAtDirectory(join(directory, 'nowhere'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
  });
});

describe('files that were touched', () => {
  const storedOf = async (name: string) => (await lookAtDirectory(directory)).get(name)!.stored;

  it('have the same content until card or artifact is another one', async () => {
    const served = await loadVersion(await storedOf('v1.1'), readVersion);
    const prepare = async () => prepareVersion(await storedOf('v1.1'), readVersion);
    await utimes(join(directory, 'v1.1/model.json'), 1, 1);
    expect(isSameContent(await prepare(), served)).toBe(true);
    await appendFile(join(directory, 'v1.1/card.json'), '\n');
    expect(isSameContent(await prepare(), served)).toBe(false);
    await rm(join(directory, 'v1.1/model.json'));
    expect(isSameContent(await prepare(), served)).toBe(false);
  });

  it('without a card are never taken for the same', async () => {
    await rm(join(directory, 'v1.1/card.json'));
    await rm(join(directory, 'v1.1/golden-rows.jsonl'));
    const served = await loadVersion(await storedOf('v1.1'), readVersion);
    expect(served.state).toBe('ready');
    const prepared = await prepareVersion(await storedOf('v1.1'), readVersion);
    expect(isSameContent(prepared, served)).toBe(false);
  });
});

describe('watching', () => {
  const flush = () => new Promise<void>((resolve) => setImmediate(resolve));

  function watch(sights: readonly string[]) {
    const clock = createFakeClock();
    const told: number[] = [];
    let looks = 0;
    const look = () => Promise.resolve(sights[Math.min(looks++, sights.length - 1)]!);
    const stop = watchDirectory('any', () => told.push(clock.now()), {
      clock,
      intervalMs: 2000,
      look,
    });
    const pass = async (count: number) => {
      for (let turn = 0; turn < count; turn++) {
        await flush();
        clock.advance(2000);
      }
      await flush();
    };
    return { clock, told, stop, pass, looks: () => looks };
  }

  it('tells at first, then only what has settled, and once', async () => {
    const { told, pass } = watch(['a', 'a', 'a', 'half', 'more', 'done', 'done', 'done', 'done']);
    await pass(9);
    expect(told).toEqual([2000, 12_000]);
  });

  it('tells nothing of a change that was taken back before it settled', async () => {
    const { told, pass } = watch(['a', 'a', 'b', 'a', 'a', 'a']);
    await pass(6);
    expect(told).toEqual([2000]);
  });

  it('never looks twice at once, and ends when told to', async () => {
    const { clock, stop, pass, looks, told } = watch(['a', 'b', 'b']);
    clock.advance(60_000); // the first look is still under way
    expect([looks(), clock.scheduled]).toEqual([1, 0]);
    await pass(1);
    stop();
    const before = looks();
    await pass(3);
    expect([looks(), clock.scheduled, told]).toEqual([before, 0, []]);
  });

  it('sees a real directory change, and become unreadable', async () => {
    const clock = createFakeClock();
    let told = 0;
    const stop = watchDirectory(directory, () => told++, { clock, intervalMs: 2000 });
    const until = (count: number) =>
      vi.waitFor(() => {
        clock.advance(2000);
        expect(told).toBe(count);
      });
    await until(1);
    await appendFile(join(directory, 'v1.1/card.json'), '\n');
    await until(2);
    await rename(directory, `${directory}-gone`);
    await until(3);
    await rename(`${directory}-gone`, directory);
    await until(4);
    stop();
  });
});
