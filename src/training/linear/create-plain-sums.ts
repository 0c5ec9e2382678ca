import { evaluateLogistic } from './plain-logistic.ts';
import { layRows, type RowBlock, scoreRows, sumRows, sumSquares } from './plain-sums.ts';
import { createPlaces, type RowRoom, type RowSums } from './row-room.ts';

/** The sums in JavaScript. */
export function createPlainSums(room: RowRoom): RowSums {
  const { from, paddedRows, rows, stride } = room;
  const places = createPlaces(room, (start, count, to) => {
    const own = Math.min(count, rows - start);
    layRows({ values, start: to * stride, count: own, columns: stride }, from, start);
    values.fill(0, (to + own) * stride, (to + count) * stride);
  });
  const values = new Float64Array(places.rows * stride);
  const sums = new Float64Array(stride);
  const squares = new Float64Array(stride * stride);
  const block = (start: number, count: number): RowBlock => ({
    values,
    start: places.open(start, count) * stride,
    count,
    columns: stride,
  });
  return {
    read(start, count) {
      const { start: at } = block(start, count);
      return values.subarray(at, at + count * stride);
    },
    vector: (count) => new Float64Array(count * paddedRows),
    score: (start, count, vector, into, at) => scoreRows(block(start, count), vector, into, at),
    sum(start, count, weights, at) {
      sumRows(block(start, count), weights, at, sums);
      return sums;
    },
    square(start, count, weights, at) {
      sumSquares(block(start, count), weights, at, squares);
      return squares;
    },
    logistic: evaluateLogistic,
  };
}
