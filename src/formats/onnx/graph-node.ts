import { refuseBroken } from '../refusals.ts';
import { ProtobufCursor } from './protobuf-cursor.ts';
import { readTensor, type Tensor } from './tensor.ts';

/** An `AttributeProto`, read as far as ONNX-ML operators need it. */
interface Attribute {
  float?: number;
  integer?: number;
  text?: string;
  tensor?: Tensor;
  readonly floats: number[];
  readonly integers: number[];
  readonly texts: string[];
}

/** A `NodeProto`: one operation of the graph, with its attributes by name. */
export class GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #attributes: ReadonlyMap<string, Attribute>;

  constructor(bytes: Uint8Array) {
    const cursor = new ProtobufCursor(bytes, 'a node');
    const inputs: string[] = [];
    const outputs: string[] = [];
    const attributes = new Map<string, Attribute>();
    let operator = '';
    let domain = '';
    while (cursor.next()) {
      if (cursor.field === 1) inputs.push(cursor.text());
      else if (cursor.field === 2) outputs.push(cursor.text());
      else if (cursor.field === 4) operator = cursor.text();
      else if (cursor.field === 7) domain = cursor.text();
      else if (cursor.field === 5) {
        const [name, attribute] = readAttribute(cursor.message('an attribute'));
        if (attributes.has(name)) refuseBroken(`two attributes "${shorten(name)}" of one node`);
        attributes.set(name, attribute);
      } else cursor.skip();
    }
    this.operator = operator;
    this.domain = domain === 'ai.onnx' ? '' : domain;
    this.inputs = inputs;
    this.outputs = outputs;
    this.#attributes = attributes;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  integer(name: string): number | undefined {
    return this.#attributes.get(name)?.integer;
  }

  float(name: string): number | undefined {
    return this.#attributes.get(name)?.float;
  }

  text(name: string): string | undefined {
    return this.#attributes.get(name)?.text;
  }

  tensor(name: string): Tensor | undefined {
    return this.#attributes.get(name)?.tensor;
  }

  floats(name: string): readonly number[] {
    return this.#attributes.get(name)?.floats ?? [];
  }

  integers(name: string): readonly number[] {
    return this.#attributes.get(name)?.integers ?? [];
  }

  texts(name: string): readonly string[] {
    return this.#attributes.get(name)?.texts ?? [];
  }

  /** Throws `INVALID_MODEL` naming the operator. */
  refuse(what: string): never {
    refuseBroken(`operator ${shorten(this.operator)}: ${what}`);
  }
}

/** What is shown of a name from a file. */
export function shorten(name: string): string {
  return name.slice(0, 64);
}

function readAttribute(cursor: ProtobufCursor): [name: string, attribute: Attribute] {
  const attribute: Attribute = { floats: [], integers: [], texts: [] };
  let name = '';
  while (cursor.next()) {
    if (cursor.field === 1) name = cursor.text();
    else if (cursor.field === 2) attribute.float = cursor.float();
    else if (cursor.field === 3) attribute.integer = cursor.integer();
    else if (cursor.field === 4) attribute.text = cursor.text();
    else if (cursor.field === 5) attribute.tensor = readTensor(cursor.bytes());
    else if (cursor.field === 7) cursor.floats(attribute.floats);
    else if (cursor.field === 8) cursor.integers(attribute.integers);
    else if (cursor.field === 9) attribute.texts.push(cursor.text());
    else cursor.skip();
  }
  return [name, attribute];
}
