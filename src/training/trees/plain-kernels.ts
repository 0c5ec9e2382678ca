// What: the kernels of assembly/train-trees.ts in plain JavaScript, on the same layout of one memory.
// Source: as there.
// Complexity: as there, at about three times the time.
// Invariant: after each call memory is byte for byte what the module leaves; a test compares both on random memory.
import { roundToGrid } from './gradient-grid.ts';
import { scanColumn } from './plain-scan.ts';
import type { TrainingKernels } from './training-kernels.ts';

const { abs, ceil, max } = Math;

/** Writes codes of `2 ** shift` bytes, of four columns side by side, into rows. */
function spreadInto(codes: Uint8Array | Uint16Array, shift: 0 | 1): TrainingKernels['spreadBytes'] {
  return (first, second, third, fourth, count, target, rowBytes) => {
    const columns = [first, second, third, fourth].map((column) => column >>> shift);
    for (let row = 0, at = target >>> shift; row < count; row++, at += rowBytes >>> shift) {
      for (const [place, column] of columns.entries()) codes[at + place] = codes[column + row]!;
    }
  };
}

/** The kernels where WebAssembly is not to be had; addresses are bytes of `buffer`. */
export function createPlainKernels(buffer: ArrayBufferLike): TrainingKernels {
  const bytes = new Uint8Array(buffer);
  const shorts = new Uint16Array(buffer);
  const words = new Uint32Array(buffer);
  const singles = new Float32Array(buffer);
  const doubles = new Float64Array(buffer);
  const views = { words, signed: new Int32Array(buffer), singles, doubles };

  const addToBin = (bin: number, gradient: number, hessian: number): void => {
    doubles[bin] = doubles[bin]! + gradient;
    doubles[bin + 1] = doubles[bin + 1]! + hessian;
  };

  const partitionBy =
    (codeOf: (codes: number, row: number) => number) =>
    (rows: number, count: number, codes: number, sides: number, scratch: number): number => {
      const start = rows >>> 2;
      let left = start;
      let right = scratch >>> 2;
      for (let at = start, end = start + count; at < end; at++) {
        const row = words[at]!;
        if (bytes[sides + codeOf(codes, row)] === 1) words[left++] = row;
        else words[right++] = row;
      }
      words.copyWithin(left, scratch >>> 2, right);
      return left - start;
    };

  const findBins =
    (codesOf: Uint8Array | Uint16Array, size: number) =>
    (
      values: number,
      count: number,
      cuts: number,
      firstStep: number,
      last: number,
      missing: number,
      codes: number,
    ): void => {
      const below = (cuts >>> 2) - 1;
      for (let at = 0; at < count; at++) {
        const value = singles[(values >>> 2) + at]!;
        let place = 0;
        for (let step = firstStep; step >= 1; step >>>= 1) {
          if (singles[below + step + place]! <= value) place += step;
        }
        const bin = Number.isNaN(value) ? missing : Math.min(place, last);
        codesOf[codes / size + at] = bin;
      }
    };

  return {
    largest(values, count) {
      let most = 0;
      // NaN stays, as it does in the module
      for (let at = values >>> 2, end = at + count; at < end; at++)
        most = max(most, abs(singles[at]!));
      return most;
    },
    sumUnits(values, count, scale) {
      let sum = 0;
      for (let at = values >>> 2, end = at + count; at < end; at++) {
        sum += ceil(abs(singles[at]!) * scale);
      }
      return sum;
    },
    pairGradients(gradients, hessians, count, gradientScale, hessianScale, pairs, sums) {
      let [gradientSum, hessianSum] = [0, 0];
      for (let at = 0; at < count; at++) {
        const gradient = roundToGrid(singles[(gradients >>> 2) + at]!, gradientScale);
        const hessian = roundToGrid(singles[(hessians >>> 2) + at]!, hessianScale);
        doubles[(pairs >>> 3) + 2 * at] = gradient;
        doubles[(pairs >>> 3) + 2 * at + 1] = hessian;
        gradientSum += gradient;
        hessianSum += hessian;
      }
      doubles[sums >>> 3] = gradientSum;
      doubles[(sums >>> 3) + 1] = hessianSum;
    },
    sumPairs(rows, count, pairs, sums) {
      const to = sums >>> 3;
      doubles.fill(0, to, to + 2);
      for (let at = rows >>> 2, end = at + count; at < end; at++) {
        const pair = (pairs >>> 3) + 2 * words[at]!;
        addToBin(to, doubles[pair]!, doubles[pair + 1]!);
      }
    },
    addRows(
      rows,
      count,
      codes,
      rowBytes,
      pairs,
      narrow,
      narrowHistogram,
      wideCodes,
      wide,
      wideHistogram,
    ) {
      const [narrowStart, wideStart] = [narrowHistogram >>> 3, wideHistogram >>> 3];
      const [narrowEnd, wideEnd] = [narrowStart + narrow * 128, wideStart + wide * 2048];
      doubles.fill(0, narrowStart, narrowEnd);
      doubles.fill(0, wideStart, wideEnd);
      for (let place = rows >>> 2, end = place + count; place < end; place++) {
        const row = words[place]!;
        const pair = (pairs >>> 3) + 2 * row;
        const gradient = doubles[pair]!;
        const hessian = doubles[pair + 1]!;
        let code = codes + row * rowBytes;
        for (let at = narrowStart; at < narrowEnd; at += 32) {
          addToBin(at + 2 * bytes[code++]!, gradient, hessian);
        }
        code = wideCodes + row * rowBytes;
        for (let at = wideStart; at < wideEnd; at += 2048, code += 4) {
          addToBin(at + 2 * bytes[code]!, gradient, hessian);
          addToBin(at + 512 + 2 * bytes[code + 1]!, gradient, hessian);
          addToBin(at + 1024 + 2 * bytes[code + 2]!, gradient, hessian);
          addToBin(at + 1536 + 2 * bytes[code + 3]!, gradient, hessian);
        }
      }
    },
    addBroad(rows, count, codes, rowBytes, pairs, broad, histogram) {
      const start = histogram >>> 3;
      const histogramEnd = start + broad * 2176;
      doubles.fill(0, start, histogramEnd);
      for (let place = rows >>> 2, end = place + count; place < end; place++) {
        const row = words[place]!;
        const pair = (pairs >>> 3) + 2 * row;
        let code = (codes + row * rowBytes) >>> 1;
        for (let at = start; at < histogramEnd; at += 544) {
          addToBin(at + 2 * shorts[code++]!, doubles[pair]!, doubles[pair + 1]!);
        }
      }
    },
    addColumn(rows, count, codes, pairs, histogram, histogramBytes) {
      const bins = histogram >>> 3;
      doubles.fill(0, bins, bins + (histogramBytes >>> 3));
      for (let at = rows >>> 2, end = at + count; at < end; at++) {
        const row = words[at]!;
        const pair = (pairs >>> 3) + 2 * row;
        addToBin(bins + 2 * shorts[(codes >>> 1) + row]!, doubles[pair]!, doubles[pair + 1]!);
      }
    },
    subtract(whole, part, histogramBytes) {
      const to = whole >>> 3;
      const from = part >>> 3;
      for (let at = 0; at < histogramBytes >>> 3; at++) {
        doubles[to + at] = doubles[to + at]! - doubles[from + at]!;
      }
    },
    searchSplits(list, listEnd, columns, histogram, rules, node, best) {
      for (let at = list >>> 2; at < listEnd >>> 2; at++) {
        const column = words[at]!;
        const scan = { columns, column, histogram, rules, node, best };
        if (scanColumn(views, scan, true)) scanColumn(views, scan, false);
      }
    },
    countUp(rows, count) {
      for (let row = 0; row < count; row++) words[(rows >>> 2) + row] = row;
    },
    partitionBytes: partitionBy((codes, row) => bytes[codes + row]!),
    partitionShorts: partitionBy((codes, row) => shorts[(codes >>> 1) + row]!),
    addLeaf(rows, count, margins, answer) {
      for (let at = rows >>> 2, end = at + count; at < end; at++) {
        const margin = (margins >>> 2) + words[at]!;
        singles[margin] = singles[margin]! + answer;
      }
    },
    spreadBytes: spreadInto(bytes, 0),
    spreadShorts: spreadInto(shorts, 1),
    inspect(values, count) {
      let found = 0;
      for (let at = values >>> 2, end = at + count; at < end; at++) {
        const value = singles[at]!;
        if (Number.isNaN(value)) found |= 1;
        else if (abs(value) === Number.POSITIVE_INFINITY) found |= 2;
      }
      return found;
    },
    byteBins: findBins(bytes, 1),
    shortBins: findBins(shorts, 2),
  };
}
