// What: the type of an array's elements, as numpy's codes and pickled states spell it.
// Source: numpy numpy/_core/src/multiarray/descriptor.c, arraydescr_reduce and arraydescr_setstate.
// Complexity: constant, but for the fields of a structured type.
// Invariant: once an array or another type uses it, it no longer changes, and each field lies within the element.
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';

/** A part of a structured element: its type, and where it begins, which need not be aligned. */
export interface DTypeField {
  readonly type: DType;
  readonly offset: number;
}

/** The kinds that have no subtypes here: `b i u f c`, `S U V` with a length, `O` objects, `M m` times. */
const codes = /^(?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|O[48]?|[SUV]\d{1,9}|[Mm]8)$/;

const bytesPerCharacter = 4;

/** The type of an element. Made from a code, then perhaps told its byte order and fields, then sealed by who uses it. */
export class DType {
  /** numpy's letter: `b` bool, `i` int, `u` unsigned, `f` float, `U` text, `S` bytes, `O` objects, `V` structured. */
  readonly kind: string;
  readonly #size: number;
  #littleEndian = true;
  #fields: ReadonlyMap<string, DTypeField> | null = null;
  #holdsObjects: boolean;
  #sealed = false;

  /** `code` as numpy pickles it: kind and size, such as `f8`. */
  constructor(code: string) {
    if (!codes.test(code)) {
      refuseUnsupported(
        `the numpy type ${JSON.stringify(code.slice(0, 40))}`,
        'its arrays have no reader',
      );
    }
    this.kind = code[0]!;
    const size = Number(code.slice(1)) || 0;
    this.#size = this.kind === 'U' ? size * bytesPerCharacter : size;
    this.#holdsObjects = this.kind === 'O';
    if (this.#size > limits.bytes) refuseBroken(`a numpy type of ${this.#size} bytes`);
  }

  /** Kind and size without byte order: `f8`, `U5` in characters, `O`. */
  get code(): string {
    if (this.kind === 'O') return 'O';
    return `${this.kind}${this.kind === 'U' ? this.#size / bytesPerCharacter : this.#size}`;
  }

  /** Bytes of an element. */
  get size(): number {
    return this.#size;
  }

  get littleEndian(): boolean {
    return this.#littleEndian;
  }

  get fields(): ReadonlyMap<string, DTypeField> | null {
    return this.#fields;
  }

  /** Whether elements are, or hold, Python objects, which have no bytes of their own. */
  get holdsObjects(): boolean {
    return this.#holdsObjects;
  }

  setOrder(order: string): void {
    this.#change();
    this.#littleEndian = order !== '>';
  }

  setFields(fields: ReadonlyMap<string, DTypeField>, size: number): void {
    this.#change();
    if (this.kind !== 'V') refuseBroken(`a numpy type ${this.code} with fields`);
    if (size !== this.#size) refuseBroken(`a numpy type of ${this.#size} bytes that has ${size}`);
    for (const { type, offset } of fields.values()) {
      if (type === this) refuseBroken('a numpy type that is a field of itself');
      if (!Number.isSafeInteger(offset) || offset < 0 || offset + type.size > size) {
        refuseBroken('a numpy type with a field outside of it');
      }
      type.seal();
      if (type.holdsObjects) this.#holdsObjects = true;
    }
    this.#fields = fields;
  }

  /** From here on it stays as it is. */
  seal(): this {
    this.#sealed = true;
    return this;
  }

  #change(): void {
    if (this.#sealed) refuseBroken('a numpy type that changes after it was used');
  }
}
