/** Workers without processes: who takes whose place, and when. */
import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ManagedWorker, type ServerCalls } from '../../src/cli/cluster/managed-worker.ts';
import { Slot } from '../../src/cli/cluster/slot.ts';
import { readServerConfig } from '../../src/config.ts';
import { createFakeClock } from '../../src/testing/index.ts';

const config = readServerConfig({ flags: { workers: 2 } });
const logger = pino({ level: 'silent' });
const server: ServerCalls = {
  change: () => Promise.reject(new Error('nobody changes anything here')),
  overview: () => Promise.reject(new Error('nor asks')),
  metrics: () => Promise.reject(new Error('nor asks')),
};

interface Told {
  readonly name: string;
}

let clock: ReturnType<typeof createFakeClock>;
let processes: FakeProcess[];

beforeEach(() => {
  clock = createFakeClock();
  processes = [];
});

/** A process that does what the test says. */
class FakeProcess {
  readonly pid: number = processes.length + 1;
  readonly told: string[] = [];
  #heard: ((message: unknown) => void) | undefined;
  #exited: ((code: number | null, signal: NodeJS.Signals | null) => void) | undefined;
  readonly port: {
    send(message: object): void;
    onMessage(listener: (message: unknown) => void): void;
  } = {
    send: (message) => {
      const { name, id } = message as Told & { id: number };
      this.told.push(name);
      if (name === 'start' && this.starts) {
        const value = { url: 'http://localhost', adminUrl: null, status: 'healthy' };
        this.#heard?.({ spillway: 'answer', id, value });
      }
    },
    onMessage: (listener) => {
      this.#heard = listener;
    },
  };
  readonly starts: boolean;
  constructor(starts: boolean) {
    this.starts = starts;
  }
  kill(signal: NodeJS.Signals): void {
    this.exit(null, signal);
  }
  onExit(listener: (code: number | null, signal: NodeJS.Signals | null) => void): void {
    this.#exited = listener;
  }
  exit(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.#exited?.(code, signal);
  }
  says(name: string): void {
    this.#heard?.({ spillway: 'question', id: 0, name, argument: null });
  }
}

function fork(starts = true) {
  const process = new FakeProcess(starts);
  processes.push(process);
  const worker = new ManagedWorker(process, config, server, clock);
  return { worker, started: worker.start([]) };
}

function openSlot(): Slot {
  return new Slot(() => fork(), clock, logger);
}

/** Lets promises settle. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How long after its end the next one comes, in milliseconds. */
async function waitAfterCrash(): Promise<number> {
  const before = processes.length;
  processes.at(-1)?.exit(1);
  await settle();
  let waited = 0;
  for (; processes.length === before && waited < 60_000; waited += 50) {
    clock.advance(50);
    await settle();
  }
  return waited;
}

describe('a slot', () => {
  it('replaces the first that dies at once, and waits longer with each that dies young, up to ten seconds', async () => {
    await openSlot().open();
    const waits: number[] = [];
    for (let crash = 0; crash < 10; crash++) waits.push(await waitAfterCrash());
    expect(waits).toEqual([0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });

  it('forgets those that died young when one has lived', async () => {
    await openSlot().open();
    for (let crash = 0; crash < 4; crash++) await waitAfterCrash();
    clock.advance(10_000);
    expect(await waitAfterCrash()).toBe(0);
    expect(await waitAfterCrash()).toBe(0);
    expect(await waitAfterCrash()).toBe(100);
  });

  it('starts the next one when its worker begins to drain, not when it has ended', async () => {
    await openSlot().open();
    processes[0]?.says('draining');
    await settle();
    expect(processes).toHaveLength(2);
    processes[0]?.exit(0);
    await settle();
    expect(processes).toHaveLength(2);
  });

  it('drains the old one only when the new one listens', async () => {
    const slot = openSlot();
    await slot.open();
    const refused = expect(slot.replace(() => fork(false))).rejects.toThrow('code 1');
    await settle();
    expect(processes[0]?.told).toEqual(['start']);
    processes[1]?.exit(1);
    await refused;
    expect(processes[0]?.told).toEqual(['start']);
    const replaced = slot.replace(() => fork());
    await settle();
    expect(processes[0]?.told).toEqual(['start', 'drain']);
    processes[0]?.exit(0);
    await replaced;
  });

  it('is refilled when the old one died while a new one failed', async () => {
    const slot = openSlot();
    await slot.open();
    const replaced = expect(slot.replace(() => fork(false))).rejects.toThrow('code 1');
    processes[0]?.exit(1);
    processes[1]?.exit(1);
    await replaced;
    await settle();
    expect(processes).toHaveLength(3);
  });

  it('stays empty once it is closed', async () => {
    const slot = openSlot();
    await slot.open();
    slot.close();
    expect(processes[0]?.told).toEqual(['start', 'drain']);
    processes[0]?.exit(0);
    clock.advance(60_000);
    await settle();
    expect(processes).toHaveLength(1);
  });
});

describe('a worker', () => {
  it('is killed when it was silent for too long, and not when its listener was away', async () => {
    const { worker, started } = fork();
    await started;
    clock.advance(config.workerTimeoutMs);
    worker.killIfSilent();
    expect(worker.state).toBe('listening');
    clock.advance(1);
    worker.forgive();
    worker.killIfSilent();
    expect(worker.state).toBe('listening');
    processes[0]?.says('beat');
    clock.advance(config.workerTimeoutMs + 1);
    worker.killIfSilent();
    expect(await worker.ended).toMatchObject({ signal: 'SIGKILL', reason: 'silent for 10000 ms' });
  });

  it('has nothing left of questions that were answered, or that its end answered', async () => {
    const { worker, started } = fork();
    await started;
    const waitsForItsEnd = vi.spyOn(worker.ended, 'then');
    const weights = { name: 'setWeights', argument: { weights: {}, by: 'test' } } as const;
    const asked = [worker.report(), expect(worker.apply(weights)).rejects.toThrow('has ended')];
    expect(waitsForItsEnd).not.toHaveBeenCalled();
    processes[0]?.exit(1);
    expect((await Promise.all(asked))[0]).toBeNull();
    expect(await worker.report()).toBeNull();
  });

  it('is killed when it does not drain', async () => {
    const { worker, started } = fork();
    await started;
    worker.drain();
    clock.advance(20_999);
    expect(worker.state).toBe('draining');
    clock.advance(1);
    expect(await worker.ended).toMatchObject({ reason: 'draining took 21000 ms' });
  });

  it('is killed when it does not come to listen', async () => {
    const { worker, started } = fork(false);
    const refused = expect(started).rejects.toThrow('no answer within 120000 ms');
    clock.advance(120_000);
    await refused;
    expect(await worker.ended).toMatchObject({ reason: 'did not start' });
  });
});
