import { expect, test } from 'vitest';
import { type FallbackStep, firstThatAnswers } from '../../src/resilience/index.ts';
import { boom, double, fail } from './breaker-under-test.ts';

const broken: FallbackStep<number, number> = { name: 'broken', answer: fail };
const good: FallbackStep<number, number> = { name: 'good', answer: double };

test('the first step answers and the others are not asked', () => {
  let asked = 0;
  const other = { name: 'other', answer: () => asked++ };
  expect(firstThatAnswers([good, other], 21)).toEqual({ output: 42, step: 'good', failures: [] });
  expect(asked).toBe(0);
});

test('a step that throws hands over to the next, and its error is kept', async () => {
  const absent = new Error('no file');
  const absentStep = {
    name: 'absent',
    answer: () => {
      throw absent;
    },
  };
  const { output, step, failures } = await firstThatAnswers([absentStep, broken, good], 1);
  expect([output, step]).toEqual([2, 'good']);
  expect(failures).toEqual([
    { step: 'absent', error: absent },
    { step: 'broken', error: boom },
  ]);
});

test('undefined is an answer', () => {
  const silent = { name: 'silent', answer: () => undefined };
  expect(firstThatAnswers([silent], 1)).toMatchObject({ step: 'silent' });
});

test('when no step answers the error names them and carries the first cause', () => {
  expect(() => firstThatAnswers([broken, { ...broken, name: 'spare' }], 1)).toThrow(
    expect.objectContaining({
      code: 'MODEL_FAILED',
      message: 'none of 2 steps answered: broken, spare',
      cause: boom,
      details: { steps: ['broken', 'spare'] },
    }),
  );
  expect(() => firstThatAnswers([], 1)).toThrow('none of 0 steps answered');
});

test('a step that answers later is waited for, and what it rejects with hands over too', async () => {
  const later: FallbackStep<number, number> = { name: 'later', answer: async (n) => n * 3 };
  const lost: FallbackStep<number, number> = { name: 'lost', answer: () => Promise.reject(boom) };
  const answer = firstThatAnswers([broken, later, good], 2);
  expect(answer).toBeInstanceOf(Promise);
  expect(await answer).toEqual({
    output: 6,
    step: 'later',
    failures: [{ step: 'broken', error: boom }],
  });
  expect(await firstThatAnswers([lost, broken, good], 2)).toMatchObject({
    output: 4,
    failures: [{ step: 'lost' }, { step: 'broken' }],
  });
  await expect(firstThatAnswers([broken, lost], 1)).rejects.toMatchObject({
    code: 'MODEL_FAILED',
    cause: boom,
  });
});
