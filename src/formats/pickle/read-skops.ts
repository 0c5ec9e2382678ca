// What: the value in a file of skops, a zip with a tree in JSON and an .npy file per array, as if it were pickled.
// Source: skops skops/io/_general.py, _numpy.py and _sklearn.py of version 0.16, protocol 2.
// Complexity: linear in the file.
// Invariant: the same lists of names as for pickles, and the same data, so that who reads it need not know which it was.
import type { JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/parse-json.ts';
import { limits } from '../limits.ts';
import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { mayHaveObjects, readClassName } from './class-names.ts';
import { DType } from './dtype.ts';
import {
  type DictKey,
  type GlobalName,
  type Inert,
  type InertDict,
  InertObject,
  InertSet,
  InertSlice,
  InertTuple,
} from './inert.ts';
import { NdArray, objectsContent } from './nd-array.ts';
import { readNpy } from './read-npy.ts';
import { beginsAsZip, ZipArchive } from './zip-archive.ts';

const schemaName = 'schema.json';

/** Whether bytes are a zip file with the schema of skops. */
export function isSkops(bytes: Uint8Array): boolean {
  if (!beginsAsZip(bytes)) return false;
  try {
    return new ZipArchive(bytes).has(schemaName);
  } catch {
    return false;
  }
}

/** The value of a file of skops, and how many bytes it was made from. */
export function readSkops(
  bytes: Uint8Array,
  allowed: ReadonlySet<string>,
): { readonly value: Inert; readonly size: number } {
  const archive = new ZipArchive(bytes);
  const schema = archive.read(schemaName);
  if (schema.length > limits.bytes) refuseBroken(`a schema.json of ${schema.length} bytes`);
  return { value: new SkopsReader(archive, allowed).node(parseJson(schema)), size: archive.size };
}

class SkopsReader {
  readonly #archive: ZipArchive;
  readonly #allowed: ReadonlySet<string>;

  constructor(archive: ZipArchive, allowed: ReadonlySet<string>) {
    this.#archive = archive;
    this.#allowed = allowed;
  }

  node(node: JsonValue): Inert {
    const loader = node.at('__loader__').string();
    switch (loader) {
      case 'JsonNode':
        return plainValue(node.at('content'));
      case 'ListNode':
        return this.#items(node.at('content'));
      case 'TupleNode':
        return new InertTuple(this.#items(node.at('content')));
      case 'SetNode':
        return new InertSet(this.#items(node.at('content')));
      case 'DictNode':
        return this.#dict(node);
      case 'DefaultDictNode':
        return this.node(node.at('content').at('main'));
      case 'TypeNode':
      case 'FunctionNode':
        return this.#name(node);
      case 'SliceNode':
        return readSlice(node.at('content'));
      case 'BytesNode':
      case 'BytearrayNode':
        return this.#archive.read(node.at('file').string());
      case 'DTypeNode':
        return this.#dtype(node.at('content'));
      case 'NdArrayNode':
        return this.#array(node);
      case 'PartialNode':
        return this.#partial(node);
      case 'RandomStateNode':
      case 'RandomGeneratorNode':
      case 'MaskedArrayNode':
        // nothing reads them
        return null;
      case 'ObjectNode':
      case 'TreeNode':
      case 'LossNode':
      case 'SGDNode':
        return this.#object(node);
      default:
        return refuseUnsupported(
          `a ${JSON.stringify(loader.slice(0, 40))} of skops`,
          'it is not one of those that are read, and nothing of the file was run',
        );
    }
  }

  #items(content: JsonValue): Inert[] {
    return content.items().map((item) => this.node(item));
  }

  #name(node: JsonValue): GlobalName {
    const module = node.at('__module__').string();
    return readClassName(module, node.at('__class__').string(), this.#allowed);
  }

  #object(node: JsonValue): InertObject {
    const name = this.#name(node);
    if (!mayHaveObjects(name)) refuseBroken(`an object of ${name.id}`);
    const reduced = node.find('__reduce__')?.at('args');
    const object = new InertObject(name, reduced === undefined ? [] : this.#arguments(reduced));
    const content = node.find('content');
    if (content !== undefined) object.state = this.node(content);
    return object;
  }

  #arguments(node: JsonValue): readonly Inert[] {
    const args = this.node(node);
    return args instanceof InertTuple ? args.items : node.refuse('a tuple');
  }

  /** As the pickle has it: called with the function, the state all four parts. */
  #partial(node: JsonValue): InertObject {
    const name = this.#name(node);
    const parts = ['func', 'args', 'kwds', 'namespace'].map((part) =>
      this.node(node.at('content').at(part)),
    );
    const object = new InertObject(name, [parts[0]!]);
    object.state = new InertTuple(parts);
    return object;
  }

  #dict(node: JsonValue): Inert {
    const entries = node.at('content').entries();
    const readKey = keyReader(node.at('key_types').at('content'), entries.length);
    const dict: InertDict = new Map();
    for (const [key, value] of entries) dict.set(readKey(key), this.node(value));
    const module = node.at('__module__').string();
    if (module === 'builtins' || module === 'collections') return dict;
    const object = new InertObject(this.#name(node), []);
    object.dict = dict;
    return object;
  }

  #array(node: JsonValue): NdArray<Inert> {
    const isScalar = !node.at('__class__').is('ndarray');
    if (!node.at('__module__').is('numpy')) this.#name(node);
    if (node.at('type').is('numpy')) {
      return readNpy(this.#archive.read(node.at('file').string()), isScalar);
    }
    const lengths = this.node(node.at('shape'));
    if (!(lengths instanceof InertTuple)) return node.at('shape').refuse('a tuple');
    const shape = lengths.items.map((length) =>
      typeof length === 'number' ? length : node.at('shape').refuse('numbers'),
    );
    const objects: Inert[] = [];
    this.#gather(node.at('content'), shape.length, objects);
    return new NdArray<Inert>(objectsContent(new DType('O8'), shape, objects));
  }

  /** Objects of an array, which are in lists inside each other, one level for each dimension. */
  #gather(content: JsonValue, dimensions: number, objects: Inert[]): void {
    for (const item of content.items()) {
      if (dimensions > 1) this.#gather(item.at('content'), dimensions - 1, objects);
      else objects.push(this.node(item));
    }
  }

  /** Saved as an empty array of it. */
  #dtype(node: JsonValue): DType {
    const array = this.node(node);
    return array instanceof NdArray ? array.content.dtype : node.refuse('an array');
  }
}

/** JSON text inside of JSON, which is one plain value. */
function plainValue(content: JsonValue): Inert {
  const text = content.string();
  if (/^-?\d{16,400}$/.test(text)) {
    const integer = BigInt(text);
    return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
  }
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity') return Number.NEGATIVE_INFINITY;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return content.refuse('JSON text');
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' ? value : content.refuse('JSON text of a plain value');
}

/** JSON has keys of text only, so what they were stands beside them. */
function keyReader(types: JsonValue, count: number): (key: string) => DictKey {
  const names = types.items().map((type) => type.at('__class__').string());
  if (names.length !== count) types.refuse(`a type for each of ${count} keys`);
  // the order of types is that of keys in the file, which parsing does not keep for numbers
  if (new Set(names).size > 1) types.refuse('keys of one type');
  const name = names[0] ?? 'str';
  if (name === 'str' || name === 'str_') return (key) => key;
  if (/^u?int\d*$/.test(name) || /^float\d*$/.test(name)) return Number;
  if (/^bool_?$/.test(name)) return (key) => key === 'true';
  return types.refuse('keys that are text, numbers or truth values');
}

function readSlice(content: JsonValue): InertSlice {
  const bounds = content.entries().map(([, bound]) => (bound.is(null) ? null : bound.number()));
  return bounds.length === 3 ? new InertSlice(bounds) : content.refuse('start, stop and step');
}
