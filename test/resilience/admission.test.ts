import { describe, expect, it } from 'vitest';
import { readServerConfig } from '../../src/config.ts';
import {
  type Admission,
  createAdmission,
  type OverloadReason,
  type Priority,
  type Work,
} from '../../src/resilience/index.ts';
import { createFakeClock } from '../../src/testing/index.ts';

interface TestWork extends Work {
  readonly name: string;
  readonly takesMs: number;
  readonly isWanted: boolean;
}

interface Piece {
  readonly name?: string;
  readonly kind?: number;
  readonly bytes?: number;
  readonly priority?: Priority;
  readonly deadline?: number;
  readonly takesMs?: number;
  readonly isWanted?: boolean;
}

const idle = () => undefined;
const enough = { ratio: () => 0, watch: () => idle };
/** Options of a door for one kind of work, whose work does nothing. */
const small = {
  kinds: 1,
  maxQueueMs: 50,
  maxLoopDelayMs: 100,
  memory: enough,
  run: idle,
  refuse: idle,
};

function open(ratio: () => number = () => 0, maxQueueMs = 50) {
  const clock = createFakeClock();
  const done: string[] = [];
  const refused: [string, OverloadReason][] = [];
  const admission: Admission<TestWork> = createAdmission({
    kinds: 2,
    maxQueueMs,
    maxLoopDelayMs: 100,
    memory: { ...enough, ratio },
    clock,
    isWanted: ({ isWanted }) => isWanted,
    run({ name, takesMs }) {
      done.push(name);
      clock.advance(takesMs);
    },
    refuse: ({ name }, reason) => refused.push([name, reason]),
  });
  const offer = ({
    name = 'work',
    kind = 0,
    bytes = 100,
    priority = 'critical',
    deadline = Number.POSITIVE_INFINITY,
    takesMs = 0,
    isWanted = true,
  }: Piece = {}) => admission.offer({ name, kind, bytes, priority, deadline, takesMs, isWanted });
  const why = (priority: Priority = 'critical', timeoutMs = Number.POSITIVE_INFINITY, kind = 0) =>
    admission.whyRefused(kind, 100, priority, timeoutMs);
  /** Teaches it what a kind of work takes. */
  const learn = (kind: number, takesMs: number) => {
    for (let call = 0; call < 200; call++) {
      offer({ kind, takesMs });
      admission.runSlice();
    }
    done.length = 0;
  };
  return { clock, admission, done, refused, offer, why, learn };
}

describe('admission', () => {
  it('does what waits in slices of 2 ms, and says whether more waits', () => {
    const { admission, done, offer, learn } = open();
    learn(0, 1);
    for (let piece = 0; piece < 4; piece++) offer({ takesMs: 1 });
    expect(admission.isBusy).toBe(true);
    expect(admission.runSlice()).toBe(true);
    expect(done).toHaveLength(2);
    // 2 ms of work are no reason to look closer
    expect(admission.isBusy).toBe(false);
    while (admission.runSlice());
    expect(done).toHaveLength(4);
  });

  it('lets as much wait as 50 ms of work, of which nine tenths may be critical', () => {
    const { admission, offer, refused, why, learn } = open();
    learn(0, 5);
    for (let piece = 0; piece < 9; piece++) {
      expect(why()).toBeNull();
      offer({ takesMs: 5 });
    }
    expect(admission.length).toBe(9);
    expect(admission.queuedMs).toBeCloseTo(45, 6);
    expect(why()).toBe('queue-full');
    expect(why('critical-plus')).toBeNull();
    offer();
    expect(refused).toEqual([['work', 'queue-full']]);
  });

  it('lets more of a cheap kind wait than of a dear one', () => {
    const { offer, refused, admission, learn } = open();
    learn(0, 0.5);
    learn(1, 20);
    const fill = (kind: number) => {
      refused.length = 0;
      while (refused.length === 0) offer({ kind });
      const { length } = admission;
      while (admission.runSlice());
      return length;
    };
    expect(fill(0)).toBe(90);
    expect(fill(1)).toBeLessThan(4);
  });

  it('takes what is too dear for the line when nothing waits, or it would never be done', () => {
    const { offer, why, done, admission, learn } = open();
    learn(0, 500);
    expect(why()).toBeNull();
    offer({ takesMs: 500 });
    expect(why()).toBe('queue-full');
    admission.runSlice();
    expect(done).toHaveLength(1);
  });

  it('refuses what would wait beyond its deadline', () => {
    const { offer, why, learn } = open();
    learn(0, 5);
    for (let piece = 0; piece < 4; piece++) offer({ takesMs: 5 });
    expect(why('critical', 19)).toBe('deadline');
    expect(why('critical', 21)).toBeNull();
  });

  it('lets a burst wait, and keeps the line short once it has stood for twice as long as it may take', () => {
    const { clock, offer, why, admission, done, learn } = open();
    learn(0, 1);
    const fill = () => {
      while (why() === null) offer({ takesMs: 1 });
      return admission.length;
    };
    expect(fill()).toBe(45);
    // asked for more than it can do, for longer than a burst takes
    const until = clock.now() + 110;
    while (clock.now() < until) {
      admission.runSlice();
      fill();
    }
    done.length = 0;
    while (admission.length > 5) admission.runSlice();
    expect(why()).toBeNull();
    offer({ takesMs: 1 });
    expect(why()).toBe('queue-full');
    expect(why('critical-plus')).toBeNull();
    while (admission.runSlice());
    expect(fill()).toBe(45);
  });

  it('lets 2,000 at once wait by default, on a server that has just begun and is slow at first', () => {
    const { maxQueueMs } = readServerConfig({ flags: {} });
    const { offer, why, admission, refused, done } = open(() => 0, maxQueueMs);
    for (let piece = 0; piece < 2000; piece++) {
      expect(why()).toBeNull();
      offer({ takesMs: 0.2 });
      // what one turn of the event loop reads
      if (piece % 100 === 99) admission.runSlice();
    }
    while (admission.runSlice());
    expect(refused).toEqual([]);
    expect(done).toHaveLength(2000);
  });

  it('serves the higher priority also while the line stands', () => {
    const { clock, offer, why, admission, done, learn } = open();
    learn(0, 1);
    const flood = (priority: Priority) => {
      if (why(priority) === null) offer({ name: priority, priority, takesMs: 1 });
    };
    // twice as much of either as can be done, for long after it was a burst
    for (const until = clock.now() + 1000; clock.now() < until; ) {
      if (clock.now() < until - 800) done.length = 0;
      for (let piece = 0; piece < 4; piece++) {
        flood('sheddable');
        flood('critical');
      }
      admission.runSlice();
    }
    const share = done.filter((name) => name === 'critical').length / done.length;
    expect(share).toBeGreaterThan(0.95);
  });

  it('learns nothing from work that nobody wants any more', () => {
    const { offer, done, admission, learn } = open();
    learn(0, 5);
    for (let piece = 0; piece < 100; piece++) {
      offer({ isWanted: false });
      admission.runSlice();
    }
    expect(done).toEqual([]);
    offer();
    expect(admission.queuedMs).toBeCloseTo(5, 6);
  });

  it('does not do what nobody wants any more', () => {
    const { clock, offer, done, refused, admission, learn } = open();
    learn(0, 1);
    offer({ name: 'impatient', deadline: clock.now() + 10 });
    offer({ name: 'patient' });
    clock.advance(20);
    admission.runSlice();
    expect(done).toEqual(['patient']);
    expect(refused).toEqual([['impatient', 'deadline']]);
  });

  it('does higher priorities first, which push lower ones out', () => {
    const { offer, done, refused, admission, learn } = open();
    learn(0, 5);
    for (let piece = 0; piece < 5; piece++) offer({ name: 'low', priority: 'sheddable' });
    for (let piece = 0; piece < 8; piece++) offer({ name: 'high', priority: 'critical-plus' });
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(([name, reason]) => `${name} ${reason}`))).toEqual(
      new Set(['low displaced']),
    );
    while (admission.runSlice());
    expect(done.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 'high'));
  });

  it('refuses all but nothing when memory is short, with the reason', () => {
    let ratio = 0;
    const { clock, offer, why, admission } = open(() => ratio);
    ratio = 0.97;
    offer();
    clock.advance(1100);
    expect(why('critical-plus')).toBe('memory');
    expect(admission.isBusy).toBe(true);
    clock.advance(4000);
    expect(admission.isMemoryShort).toBe(true);
  });

  it('refuses low priorities first when the loop is late', () => {
    const clock = createFakeClock();
    const late = {
      ...clock,
      schedule: (callback: () => void, delayMs: number) => clock.schedule(callback, delayMs + 60),
    };
    const admission = createAdmission({ ...small, clock: late });
    const work = { kind: 0, bytes: 1, priority: 'critical', deadline: 1e9 } as const;
    for (let turn = 0; turn < 50; turn++) {
      admission.offer(work);
      admission.runSlice();
      clock.advance(20);
    }
    expect(admission.loopDelayMs).toBe(60);
    expect(admission.whyRefused(0, 1, 'sheddable', 1000)).toBe('loop-delay');
    expect(admission.whyRefused(0, 1, 'sheddable-plus', 1000)).toBeNull();
    expect(admission.whyRefused(0, 1, 'critical', 59)).toBe('deadline');
  });

  it.each([
    ['maxQueueMs', 0],
    ['maxLoopDelayMs', Number.NaN],
    ['maxLoopDelayMs', -1],
  ])('is not made with %s of %d', (name, value) => {
    expect(() => createAdmission({ ...small, clock: createFakeClock(), [name]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIG' }),
    );
  });
});
