import { ByteSink } from './byte-sink.ts';
import { isList, type WholeNumbers, type WrittenValue } from './written-value.ts';

const encoder = new TextEncoder();

/**
 * A value as UBJSON the way XGBoost writes it: big-endian, every length an int64, objects without counts, arrays with
 * them, typed arrays as such, single numbers in the fewest of 1, 4 or 8 bytes.
 */
export function encodeUbjson(value: WrittenValue): Uint8Array {
  const sink = new ByteSink();
  write(value, sink);
  return sink.take();
}

function write(value: WrittenValue, sink: ByteSink): void {
  if (typeof value === 'function') write(value(), sink);
  else if (typeof value === 'string') {
    sink.text('S');
    writeText(value, sink);
  } else if (typeof value === 'number') writeWhole(value, sink);
  else if (value instanceof Float32Array) {
    writeCount('[$d#', value.length, sink);
    sink.numbers(value.length, 4, (view, at, index) => view.setFloat32(at, value[index]!));
  } else if (ArrayBuffer.isView(value)) writeWholes(value, sink);
  else if (isList(value)) {
    writeCount('[#', value.length, sink);
    for (const item of value) write(item, sink);
  } else {
    sink.text('{');
    for (const [key, member] of Object.entries(value)) {
      writeText(key, sink);
      write(member, sink);
    }
    sink.text('}');
  }
}

function writeWholes(numbers: WholeNumbers, sink: ByteSink): void {
  const count = numbers.length;
  if (numbers instanceof BigInt64Array) {
    writeCount('[$L#', count, sink);
    sink.numbers(count, 8, (view, at, index) => view.setBigInt64(at, numbers[index]!));
  } else if (numbers instanceof Int32Array) {
    writeCount('[$l#', count, sink);
    sink.numbers(count, 4, (view, at, index) => view.setInt32(at, numbers[index]!));
  } else {
    writeCount('[$U#', count, sink);
    sink.bytes(numbers);
  }
}

function writeWhole(value: number, sink: ByteSink): void {
  if (value >= -128 && value < 128) {
    sink.text('i');
    sink.numbers(1, 1, (view, at) => view.setInt8(at, value));
  } else if (value >= -(2 ** 31) && value < 2 ** 31) {
    sink.text('l');
    sink.numbers(1, 4, (view, at) => view.setInt32(at, value));
  } else writeCount('', value, sink);
}

function writeText(text: string, sink: ByteSink): void {
  const bytes = encoder.encode(text);
  writeCount('', bytes.length, sink);
  sink.bytes(bytes);
}

function writeCount(mark: string, count: number, sink: ByteSink): void {
  sink.text(`${mark}L`);
  sink.numbers(1, 8, (view, at) => view.setBigInt64(at, BigInt(count)));
}
