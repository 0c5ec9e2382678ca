import type { Category } from '../../model/index.ts';
import type { JsonValue } from '../json/json-value.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bits of the whole numbers of each type, and whether they have a sign. */
const wholeTypes: ReadonlyMap<number, readonly [bits: number, signed: boolean]> = new Map([
  [9, [8, true]],
  [10, [8, false]],
  [11, [16, true]],
  [12, [16, false]],
  [13, [32, true]],
  [14, [32, false]],
  [15, [64, true]],
  [16, [64, false]],
]);

/**
 * Per column the categories that a dataframe had for it in training, in the order of their codes; `null` for a column
 * without. XGBoost keeps them since 3.1. `undefined` for a file that was not trained on a dataframe with categories.
 */
export function readCategories(
  forest: JsonValue,
  columns: number,
  version: readonly number[] | null,
): (readonly Category[] | null)[] | undefined {
  const encodings = forest.find('cats')?.at('enc').items() ?? [];
  if (encodings.length === 0) return undefined;
  if (encodings.length !== columns) {
    refuseBroken(`cats: ${encodings.length} encodings for ${columns} columns`);
  }
  return encodings.map((encoding) => {
    const offsets = encoding.find('offsets');
    const categories =
      offsets === undefined
        ? readNumbers(encoding)
        : readWords(offsets, encoding.at('values'), version);
    if (new Set<Category>(categories).size !== categories.length) {
      encoding.refuse('categories that differ');
    }
    return categories.length === 0 ? null : Object.freeze(categories);
  });
}

/** UTF-8, which XGBoost writes as signed bytes, cut at the offsets. */
function readWords(at: JsonValue, values: JsonValue, version: readonly number[] | null): string[] {
  const offsets = at.numbers();
  const numbers = values.numbers();
  if (!numbers.every((byte) => Number.isInteger(byte) && byte >= -128 && byte <= 255)) {
    values.refuse('bytes');
  }
  const bytes = Uint8Array.from(numbers, (byte) => byte & 255);
  const [major = 0, minor = 0] = version ?? [];
  if ((major < 3 || (major === 3 && minor < 4)) && bytes.some((byte) => byte > 127)) {
    refuseUnsupported(
      'category words beyond ASCII',
      'XGBoost before 3.4 counts their letters and cuts by bytes, so the words of the file are not those of the training table; train with 3.4 or later, or on other words',
    );
  }
  return Array.from(offsets.subarray(1), (end, index) => {
    const start = offsets[index]!;
    if (
      !(
        Number.isInteger(start) &&
        start >= 0 &&
        Number.isInteger(end) &&
        end >= start &&
        end <= bytes.length
      )
    ) {
      at.refuse(`offsets that ascend up to ${bytes.length}`);
    }
    return decode(bytes.subarray(start, end), values);
  });
}

function decode(bytes: Uint8Array, values: JsonValue): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return values.refuse('words in UTF-8');
  }
}

/** UBJSON has no unsigned numbers of more than 8 bits, so their bits stand there as signed ones. */
function readNumbers(encoding: JsonValue): number[] {
  const type = encoding.at('type');
  const [bits, signed] = wholeTypes.get(type.number()) ?? type.refuse('a type from 9 to 16');
  const least = signed ? -(2 ** (bits - 1)) : 0;
  return Array.from(encoding.at('values').numbers(), (stored) => {
    const number = stored < 0 && !signed ? stored + 2 ** bits : stored;
    if (!Number.isInteger(number) || number < least || number >= least + 2 ** bits) {
      encoding.at('values').refuse(`whole numbers of ${bits} bits`);
    }
    if (!Number.isSafeInteger(number)) {
      refuseUnsupported('a category beyond 2^53', 'train on smaller numbers or on words');
    }
    return number;
  });
}
