// What: the value that a pickle of protocol 2 to 5 describes, as inert data, with joblib's arrays between the opcodes.
// Source: CPython Lib/pickle.py and Lib/pickletools.py; joblib numpy_pickle.py, NumpyArrayWrapper.
// Complexity: linear in the bytes; memory in proportion to them, spent before it is taken.
// Invariant: nothing is imported, called or looked up. A name outside of the lists ends the reading where it stands.
import { limits } from '../limits.ts';
import { refuseUnsupported } from '../refusals.ts';
import { Allowance, memoryOf } from './allowance.ts';
import { buildState } from './build-state.ts';
import { ByteCursor } from './byte-cursor.ts';
import { callToData } from './call-to-data.ts';
import { mayHaveObjects, readClassName } from './class-names.ts';
import {
  type DictKey,
  GlobalName,
  type Inert,
  InertObject,
  InertSet,
  InertTuple,
} from './inert.ts';
import { InertStack } from './inert-stack.ts';
import { isJoblibArray, readJoblibArray } from './joblib-array.ts';
import { Memo } from './memo.ts';
import { NdArray } from './nd-array.ts';
import { opcodes, refusedOpcodes } from './opcodes.ts';
import { readScalars } from './read-elements.ts';

const oldest = 2;
const newest = 5;

/** Whether bytes begin as a pickle does that can be read. */
export function beginsAsPickle(bytes: Uint8Array): boolean {
  return bytes[0] === opcodes.protocol && bytes[1]! >= oldest && bytes[1]! <= newest;
}

/**
 * Reads one pickle, which must be all of the bytes.
 * @param allowed `module name` pairs of the classes that objects may have
 * @throws SpillwayError `UNSUPPORTED_MODEL` for a class or an opcode that is not read, `INVALID_MODEL` for broken bytes
 */
export function unpickle(bytes: Uint8Array, allowed: ReadonlySet<string>): Inert {
  const cursor = new ByteCursor(bytes);
  const file: PickleFile = {
    cursor,
    allowed,
    memory: new Allowance(
      limits.pickleMemoryAnyway + limits.pickleMemoryRatio * bytes.length,
      'a pickle whose values take far more memory than its bytes',
    ),
    steps: new Allowance(limits.pickleSteps, `a pickle of more than ${limits.pickleSteps} steps`),
  };
  const value = new Unpickler(file, 0).run();
  if (cursor.left > 0) cursor.refuse('the pickle has ended; more follows');
  return value;
}

/** What the pickles inside each other have in common. */
interface PickleFile {
  readonly cursor: ByteCursor;
  readonly allowed: ReadonlySet<string>;
  readonly memory: Allowance;
  readonly steps: Allowance;
}

class Unpickler {
  readonly #file: PickleFile;
  readonly #cursor: ByteCursor;
  readonly #memory: Allowance;
  readonly #depth: number;
  readonly #stack = new InertStack();
  readonly #memo = new Memo();

  constructor(file: PickleFile, depth: number) {
    this.#file = file;
    this.#cursor = file.cursor;
    this.#memory = file.memory;
    this.#depth = depth;
  }

  run(): Inert {
    this.#expectProtocol();
    for (;;) {
      this.#file.steps.spend(1);
      const opcode = this.#cursor.uint8();
      if (opcode === opcodes.stop) return this.#stack.popLast();
      this.#step(opcode);
    }
  }

  #expectProtocol(): void {
    const opcode = this.#cursor.uint8();
    const protocol = this.#cursor.uint8();
    if (opcode !== opcodes.protocol || protocol < oldest || protocol > newest) {
      this.#cursor.refuse(`expected a pickle of protocol ${oldest} to ${newest}`);
    }
  }

  #step(opcode: number): void {
    const cursor = this.#cursor;
    const stack = this.#stack;
    switch (opcode) {
      case opcodes.frame:
        if (cursor.uint64() > cursor.left) cursor.refuse('a frame beyond the end of the file');
        return;
      case opcodes.mark:
        return stack.mark();
      case opcodes.none:
        return this.#push(null);
      case opcodes.yes:
        return this.#push(true);
      case opcodes.no:
        return this.#push(false);
      case opcodes.uint8:
        return this.#push(cursor.uint8());
      case opcodes.uint16:
        return this.#push(cursor.uint16());
      case opcodes.int32:
        return this.#push(cursor.int32());
      case opcodes.integer:
        return this.#push(cursor.integer(cursor.uint8()), memoryOf.text);
      case opcodes.float:
        return this.#push(cursor.float64BigEndian());
      case opcodes.text8:
        return this.#pushText(cursor.uint8());
      case opcodes.text32:
        return this.#pushText(cursor.uint32());
      case opcodes.text64:
        return this.#pushText(cursor.uint64());
      case opcodes.bytes8:
        return this.#pushBytes(cursor.uint8());
      case opcodes.bytes32:
        return this.#pushBytes(cursor.uint32());
      case opcodes.bytes64:
      case opcodes.byteArray64:
        return this.#pushBytes(cursor.uint64());
      case opcodes.emptyTuple:
        return this.#pushTuple([]);
      case opcodes.tuple1:
        return this.#pushTuple([stack.pop()]);
      case opcodes.tuple2:
        return this.#pushTuple(stack.popMany(2));
      case opcodes.tuple3:
        return this.#pushTuple(stack.popMany(3));
      case opcodes.tuple:
        return this.#pushTuple(stack.popMark());
      case opcodes.emptyList:
        return this.#push([], memoryOf.list);
      case opcodes.append:
        return this.#append([stack.pop()]);
      case opcodes.appends:
        return this.#append(stack.popMark());
      case opcodes.emptyDict:
        return this.#push(new Map(), memoryOf.dict);
      case opcodes.setItem:
        return this.#setItems(stack.popMany(2));
      case opcodes.setItems:
        return this.#setItems(stack.popMark());
      case opcodes.emptySet:
        return this.#push(new InertSet([]), memoryOf.tuple);
      case opcodes.addItems:
        return this.#addItems(stack.popMark());
      case opcodes.frozenSet:
        return this.#pushSet(stack.popMark());
      case opcodes.memoize:
        return this.#put(this.#memo.size);
      case opcodes.put8:
        return this.#put(cursor.uint8());
      case opcodes.put32:
        return this.#put(cursor.uint32());
      case opcodes.get8:
        return this.#push(this.#memo.get(cursor.uint8()));
      case opcodes.get32:
        return this.#push(this.#memo.get(cursor.uint32()));
      case opcodes.global:
        return this.#pushName(cursor.line(), cursor.line());
      case opcodes.stackGlobal:
        return this.#stackGlobal();
      case opcodes.newObject:
        return this.#newObject(stack.pop(), stack.pop());
      case opcodes.newObjectNamed:
        this.#expectNoNames(stack.pop());
        return this.#newObject(stack.pop(), stack.pop());
      case opcodes.reduce:
        return this.#reduce(stack.pop(), stack.pop());
      case opcodes.build:
        return this.#build(stack.pop(), stack.top());
      default:
        return this.#refuseOpcode(opcode);
    }
  }

  /** `memory`: bytes that the value takes beside its place on the stack. */
  #push(value: Inert, memory = 0): void {
    this.#memory.spend(memoryOf.slot + memory);
    this.#stack.push(value);
  }

  #pushText(length: number): void {
    this.#push(this.#cursor.text(length), memoryOf.text + 2 * length);
  }

  #pushBytes(length: number): void {
    this.#push(this.#cursor.bytes(length), memoryOf.view);
  }

  #pushTuple(items: readonly Inert[]): void {
    this.#push(new InertTuple(items), memoryOf.tuple + memoryOf.slot * items.length);
  }

  #pushSet(items: Inert[]): void {
    this.#push(new InertSet(items), memoryOf.tuple + memoryOf.slot * items.length);
  }

  #append(items: readonly Inert[]): void {
    this.#memory.spend(memoryOf.slot * items.length);
    const target = this.#stack.top();
    let list: Inert[];
    if (Array.isArray(target)) list = target;
    else if (target instanceof InertObject) list = target.list ??= [];
    else return this.#cursor.refuse('items for something that is no list');
    for (const item of items) list.push(item);
  }

  #setItems(items: readonly Inert[]): void {
    this.#memory.spend((memoryOf.entry / 2) * items.length);
    const target = this.#stack.top();
    let dict: Map<DictKey, Inert>;
    if (target instanceof Map) dict = target;
    else if (target instanceof InertObject) dict = target.dict ??= new Map<DictKey, Inert>();
    else return this.#cursor.refuse('entries for something that is no dict');
    if (items.length % 2 === 1) this.#cursor.refuse('a key without a value');
    for (let index = 0; index < items.length; index += 2) {
      dict.set(this.#keyFrom(items[index]!), items[index + 1]!);
    }
  }

  #keyFrom(key: Inert): DictKey {
    if (key instanceof NdArray && key.isScalar) return readScalars(key.content)[0]!;
    if (key instanceof InertTuple || key === null || typeof key !== 'object') return key;
    return this.#cursor.refuse('a key that is no number, text or tuple');
  }

  #addItems(items: readonly Inert[]): void {
    this.#memory.spend(memoryOf.slot * items.length);
    const target = this.#stack.top();
    if (!(target instanceof InertSet)) this.#cursor.refuse('items for something that is no set');
    for (const item of items) target.items.push(item);
  }

  #put(index: number): void {
    this.#memory.spend(index === this.#memo.size ? memoryOf.slot : memoryOf.entry);
    this.#memo.put(index, this.#stack.top());
  }

  #stackGlobal(): void {
    const name = this.#stack.pop();
    const module = this.#stack.pop();
    if (typeof module !== 'string' || typeof name !== 'string') {
      return this.#cursor.refuse('a class whose name is no text');
    }
    this.#pushName(module, name);
  }

  #pushName(module: string, name: string): void {
    this.#push(readClassName(module, name, this.#file.allowed), memoryOf.object);
  }

  #newObject(args: Inert, target: Inert): void {
    if (!(target instanceof GlobalName) || !(args instanceof InertTuple)) {
      return this.#cursor.refuse('an object of something that is no class');
    }
    if (!mayHaveObjects(target)) this.#cursor.refuse(`an object of ${target.id}`);
    this.#push(new InertObject(target, args.items), memoryOf.object);
  }

  #expectNoNames(names: Inert): void {
    if (!(names instanceof Map) || names.size > 0) {
      this.#cursor.refuse('an object made with named arguments');
    }
  }

  #reduce(args: Inert, target: Inert): void {
    if (!(target instanceof GlobalName) || !(args instanceof InertTuple)) {
      return this.#cursor.refuse('a call of something that is no class or function');
    }
    const data = callToData(target, args.items, this.#memory);
    if (data === undefined) this.#newObject(args, target);
    else this.#push(data);
  }

  #build(state: Inert, target: Inert): void {
    buildState(target, state, this.#memory);
    if (!isJoblibArray(target)) return;
    this.#stack.pop();
    this.#push(
      readJoblibArray(target, this.#cursor, () => this.#nested()),
      memoryOf.array,
    );
  }

  /** The pickle that follows, which has a stack and a memo of its own. */
  #nested(): Inert {
    if (this.#depth >= limits.pickleStreams) {
      this.#cursor.refuse(`pickles inside each other, more than ${limits.pickleStreams} deep`);
    }
    return new Unpickler(this.#file, this.#depth + 1).run();
  }

  #refuseOpcode(opcode: number): never {
    const name = refusedOpcodes.get(opcode);
    if (name === undefined) this.#cursor.refuse(`0x${opcode.toString(16)} is no opcode`);
    return refuseUnsupported(
      `the pickle opcode ${name} at byte ${this.#cursor.at - 1}`,
      'picklers of protocol 2 and later do not write it for models; re-save it with joblib.dump(model, file)',
    );
  }
}
