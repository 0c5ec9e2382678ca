import { refuseBroken, refuseUnsupported } from '../refusals.ts';
import { ProtobufCursor } from './protobuf-cursor.ts';
import { readTensor, type Tensor } from './tensor.ts';

/** A `ModelProto`, as far as an answer hangs on it. */
export interface ModelProto {
  readonly producer: string;
  readonly producerVersion: string;
  /** The version of each set of operators, by its domain; the default one is ''. */
  readonly operatorSets: ReadonlyMap<string, number>;
  readonly graph: Graph;
}

/** A `GraphProto`. */
export interface Graph {
  /** The bytes of each node, for `GraphNode`, which takes many times their memory. */
  readonly nodes: readonly Uint8Array[];
  readonly constants: ReadonlyMap<string, Tensor>;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly string[];
}

/** What a row brings: a tensor of `dims`, of which -1 is not known. */
export interface GraphInput {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
}

/** Bytes of a node with an output and an operator, each of one letter. */
const leastNode = 6;

/** A file of ONNX. */
export function readModelProto(bytes: Uint8Array): ModelProto {
  const cursor = new ProtobufCursor(bytes, 'the model');
  const operatorSets = new Map<string, number>();
  let producer = '';
  let producerVersion = '';
  let graph: Graph | null = null;
  while (cursor.next()) {
    if (cursor.field === 2) producer = cursor.text();
    else if (cursor.field === 3) producerVersion = cursor.text();
    else if (cursor.field === 7) {
      if (graph !== null) cursor.refuse('one graph');
      graph = readGraph(cursor.message('the graph'));
    } else if (cursor.field === 8) {
      const [domain, version] = readOperatorSet(cursor.message('an operator set'));
      operatorSets.set(domain, version);
    } else if (cursor.field === 25) {
      refuseUnsupported('functions of its own', 'inline them (onnx.inliner)');
    } else cursor.skip();
  }
  if (graph === null) refuseBroken('the model has no graph');
  return { producer, producerVersion, operatorSets, graph };
}

function readOperatorSet(cursor: ProtobufCursor): [domain: string, version: number] {
  let domain = '';
  let version = 0;
  while (cursor.next()) {
    if (cursor.field === 1) domain = cursor.text();
    else if (cursor.field === 2) version = cursor.integer();
    else cursor.skip();
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

function readGraph(cursor: ProtobufCursor): Graph {
  const nodes: Uint8Array[] = [];
  const constants = new Map<string, Tensor>();
  const inputs: GraphInput[] = [];
  const outputs: string[] = [];
  while (cursor.next()) {
    if (cursor.field === 1) {
      const node = cursor.bytes();
      if (node.length < leastNode) cursor.refuse('a node with an operator and an output');
      nodes.push(node);
    } else if (cursor.field === 5) {
      const tensor = readTensor(cursor.bytes());
      constants.set(tensor.name, tensor);
    } else if (cursor.field === 11) inputs.push(readInput(cursor.message('an input')));
    else if (cursor.field === 12) outputs.push(readInput(cursor.message('an output')).name);
    else if (cursor.field === 15) {
      refuseUnsupported('sparse initializers', 'store them as dense tensors');
    } else cursor.skip();
  }
  // up to IR version 3 constants are inputs too
  return { nodes, constants, inputs: inputs.filter(({ name }) => !constants.has(name)), outputs };
}

function readInput(cursor: ProtobufCursor): GraphInput {
  const dims: number[] = [];
  let name = '';
  let type = 0;
  while (cursor.next()) {
    if (cursor.field === 1) name = cursor.text();
    else if (cursor.field === 2) type = readType(cursor.message('a type'), dims);
    else cursor.skip();
  }
  return { name, type, dims };
}

/** The type of a tensor's elements, 0 for what is none, and its dimensions into `dims`. */
function readType(cursor: ProtobufCursor, dims: number[]): number {
  let type = 0;
  while (cursor.next()) {
    if (cursor.field !== 1) {
      cursor.skip();
      continue;
    }
    const tensor = cursor.message('a tensor type');
    while (tensor.next()) {
      if (tensor.field === 1) type = tensor.integer();
      else if (tensor.field === 2) readShape(tensor.message('a shape'), dims);
      else tensor.skip();
    }
  }
  return type;
}

function readShape(cursor: ProtobufCursor, dims: number[]): void {
  while (cursor.next()) {
    if (cursor.field !== 1) {
      cursor.skip();
      continue;
    }
    const dimension = cursor.message('a dimension');
    let size = -1;
    while (dimension.next()) {
      if (dimension.field === 1) size = dimension.integer();
      else dimension.skip();
    }
    dims.push(size);
  }
}
