import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createEmitter } from '../../src/core/index.ts';

interface Events {
  readonly 'it-happened': { readonly count: number };
}

describe('an emitter', () => {
  it('calls every listener, whatever those before it did, and reports what they threw', () => {
    const errors: unknown[] = [];
    const emitter = createEmitter<Events>((error, name) => errors.push([name, error]));
    const seen: number[] = [];
    emitter.on('it-happened', () => {
      throw new Error('boom');
    });
    const stop = emitter.on('it-happened', ({ count }) => seen.push(count));
    emitter.emit('it-happened', { count: 1 });
    stop();
    emitter.emit('it-happened', { count: 2 });
    expect(seen).toEqual([1]);
    const told = ['it-happened', new Error('boom')];
    expect(errors).toEqual([told, told]);
  });

  it('reports what an asynchronous listener rejects with, which nobody else would catch', async () => {
    const unhandled: unknown[] = [];
    const record = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', record);
    const errors: unknown[] = [];
    const emitter = createEmitter<Events>((error) => errors.push(error));
    // oxlint-disable-next-line typescript/no-misused-promises -- what users do
    emitter.on('it-happened', async () => Promise.reject(new Error('boom')));
    emitter.emit('it-happened', { count: 1 });
    await turn();
    process.off('unhandledRejection', record);
    expect(errors).toEqual([new Error('boom')]);
    expect(unhandled).toEqual([]);
  });
});
