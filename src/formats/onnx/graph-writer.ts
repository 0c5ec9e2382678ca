import { libraryVersion, SpillwayError } from '../../core/index.ts';
import { ProtobufWriter } from './protobuf-writer.ts';
import { elementTypes } from './tensor.ts';

/** What an attribute of a node may be: numbers alone are whole, float32 stand in arrays. */
export type AttributeValue =
  | string
  | number
  | Float32Array
  | { readonly float: number }
  | { readonly integers: readonly number[] }
  | { readonly texts: readonly string[] }
  | { readonly tensor: Float32Array };

/** What a node is. */
export interface WrittenNode {
  readonly operator: string;
  /** @default that of ONNX itself */
  readonly domain?: string | undefined;
  readonly inputs: readonly string[];
  /** @default one, whose name is made up */
  readonly outputs?: readonly string[] | undefined;
  readonly attributes?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** The numbers of `AttributeProto.AttributeType`. */
const attributeTypes = {
  float: 1,
  integer: 2,
  text: 3,
  tensor: 4,
  floats: 6,
  integers: 7,
  texts: 8,
};
const formatVersion = 8;
const coreOperators = 15;

/** The set of operators of classical models. */
export const mlDomain = 'ai.onnx.ml';

/** Collects the parts of a graph, and gives what nodes make names that nothing else has. */
export class GraphWriter {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants: ProtobufWriter[] = [];
  readonly #inputs: ProtobufWriter[] = [];
  readonly #outputs: ProtobufWriter[] = [];
  readonly #taken: Set<string>;
  #made = 0;

  /** `taken` are the names of the inputs. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** A column of rows, of an element type. */
  input(name: string, type: number): void {
    this.#inputs.push(describeValue(name, type, [null, 1]));
  }

  /** What the graph answers; `width` is `null` for labels, which have no second dimension. */
  output(name: string, type: number, width: number | null): void {
    this.#outputs.push(describeValue(name, type, width === null ? [null] : [null, width]));
  }

  /** A name for a value: the one wished for, unless it is taken. */
  name(wish: string): string {
    let name = wish;
    while (this.#taken.has(name)) name = `${name}_`;
    this.#taken.add(name);
    return name;
  }

  /** A constant of one float32. */
  constant(value: number): string {
    const name = this.name(`constant_${this.#constants.length}`);
    const tensor = describeTensor(Float32Array.of(value), []).text(8, name);
    this.#constants.push(tensor);
    return name;
  }

  /** Adds a node and gives the name of what it makes first. */
  node({ operator, domain, inputs, outputs, attributes = {} }: WrittenNode): string {
    const made = outputs ?? [this.name(`value_${this.#made++}`)];
    const message = new ProtobufWriter();
    for (const input of inputs) message.text(1, input);
    for (const output of made) message.text(2, output);
    message.text(3, `${operator}_${this.#nodes.length}`).text(4, operator);
    for (const [name, value] of Object.entries(attributes)) {
      message.message(5, describeAttribute(name, value));
    }
    if (domain !== undefined) message.text(7, domain);
    this.#nodes.push(message);
    return made[0]!;
  }

  /** The file, which asks for that version of the operators of classical models. */
  take(mlVersion: number): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.text(2, 'spillway');
    for (const constant of this.#constants) graph.message(5, constant);
    for (const input of this.#inputs) graph.message(11, input);
    for (const output of this.#outputs) graph.message(12, output);
    const model = new ProtobufWriter().integer(1, formatVersion);
    model.text(2, 'spillway').text(3, libraryVersion).message(7, graph);
    return model
      .message(8, new ProtobufWriter().text(1, '').integer(2, coreOperators))
      .message(8, new ProtobufWriter().text(1, mlDomain).integer(2, mlVersion))
      .take();
  }
}

/** A tensor of a type; `null` stands for the number of rows. */
function describeValue(
  name: string,
  type: number,
  dims: readonly (number | null)[],
): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dim of dims) {
    const dimension = new ProtobufWriter();
    shape.message(1, dim === null ? dimension.text(2, 'rows') : dimension.integer(1, dim));
  }
  const tensor = new ProtobufWriter().integer(1, type).message(2, shape);
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor));
}

function describeTensor(numbers: Float32Array, dims: readonly number[]): ProtobufWriter {
  return new ProtobufWriter().integers(1, dims).integer(2, elementTypes.float).floats(4, numbers);
}

function describeAttribute(name: string, value: AttributeValue): ProtobufWriter {
  const message = new ProtobufWriter().text(1, name);
  const type = (number: number): ProtobufWriter => message.integer(20, number);
  if (typeof value === 'string') return type(attributeTypes.text).text(4, value);
  if (typeof value === 'number') return type(attributeTypes.integer).integer(3, value);
  if (value instanceof Float32Array) {
    checkFinite(name, value);
    return type(attributeTypes.floats).floats(7, value);
  }
  if ('float' in value) return type(attributeTypes.float).float(2, value.float);
  if ('tensor' in value) {
    const tensor = describeTensor(value.tensor, [value.tensor.length]);
    return type(attributeTypes.tensor).message(5, tensor);
  }
  if ('integers' in value) return type(attributeTypes.integers).integers(8, value.integers);
  for (const text of value.texts) message.text(9, text);
  return type(attributeTypes.texts);
}

/** What is finite in float64 may not be in float32. */
function checkFinite(name: string, numbers: Float32Array): void {
  if (numbers.every(Number.isFinite)) return;
  throw new SpillwayError(
    'UNSUPPORTED_MODEL',
    `the model uses ${name} beyond float32: ONNX computes in float32`,
    {
      details: { feature: `${name} beyond float32` },
    },
  );
}
