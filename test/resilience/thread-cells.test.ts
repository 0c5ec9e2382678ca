import { expect, test } from 'vitest';
import { ThreadCells } from '../../src/resilience/thread-cells.ts';

test('a waiting task is had by whoever takes it first, once, on either side', () => {
  const pool = new ThreadCells();
  const thread = new ThreadCells(pool.memory);
  pool.offer(7);
  expect(thread.take(7)).toBe(true);
  expect(pool.take(7)).toBe(false);
  pool.offer(8);
  expect(pool.take(8)).toBe(true);
  expect(thread.take(8)).toBe(false);
});

test('a number that was taken back is not begun when its slot has another', () => {
  const cells = new ThreadCells();
  cells.offer(5);
  cells.take(5);
  cells.offer(5 + ThreadCells.slots);
  expect(cells.take(5)).toBe(false);
  expect(cells.take(5 + ThreadCells.slots)).toBe(true);
});

test('as many as there are slots can wait under numbers that follow each other, across the end of numbers too', () => {
  const cells = new ThreadCells();
  const numbers: number[] = [];
  for (let number = 2 ** 31 - 500; numbers.length < ThreadCells.slots - 1; ) {
    numbers.push(number);
    cells.offer(number);
    number = ThreadCells.after(number);
  }
  expect(numbers).not.toContain(0);
  expect(numbers[500]).toBe(-(2 ** 31));
  expect(numbers.every((number) => cells.take(number))).toBe(true);
});

test('numbers go on from -1 with 1: 0 is no task', () => {
  expect(ThreadCells.after(-1)).toBe(1);
  expect(ThreadCells.after(1)).toBe(2);
});

test('both sides see what the thread is at', () => {
  const pool = new ThreadCells();
  const thread = new ThreadCells(pool.memory);
  thread.current = 3;
  thread.reached = 4;
  thread.acknowledged = 5;
  expect([pool.current, pool.reached, pool.acknowledged]).toEqual([3, 4, 5]);
});
