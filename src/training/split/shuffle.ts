import type { Random } from '../../core/index.ts';

/** Puts the numbers into a random order, in place (Fisher and Yates), and gives them back. */
export function shuffle(numbers: Uint32Array, random: Random): Uint32Array {
  for (let last = numbers.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = numbers[last]!;
    numbers[last] = numbers[other]!;
    numbers[other] = moved;
  }
  return numbers;
}
