import { refuseUnsupported } from '../refusals.ts';
import { type GraphNode, shorten } from './graph-node.ts';
import type { Columns, Constant, GraphValue } from './graph-values.ts';
import type { RowColumns } from './row-columns.ts';

/** What an operator is read with. */
export interface OperatorContext {
  readonly node: GraphNode;
  /** The version of the operator's set. */
  readonly version: number;
  /** What its inputs stand for; `undefined` where one is left out. */
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly row: RowColumns;
}

/** Reads one kind of operator: from what its inputs stand for to what its outputs do. */
export type Operator = (context: OperatorContext) => readonly GraphValue[];

/** Throws `UNSUPPORTED_MODEL` naming the operator. `where` says what is special about its use. */
export function refuseOperator({ node }: Pick<OperatorContext, 'node'>, where = ''): never {
  refuseUnsupported(
    `operator ${shorten(node.operator)}${where === '' ? '' : ` ${where}`}`,
    'only trees and weighted sums, with what converters put before and after them, are read; any other graph takes onnxruntime-node, which answers later, by a promise, and so cannot stand behind the gateway',
  );
}

/** The first input, which must be made of a row. */
export function columnsOf(context: OperatorContext): Columns {
  const value = context.inputs[0];
  return value?.kind === 'columns' ? value : refuseOperator(context, 'on what is no input column');
}

/** An input that must stand in the file, `undefined` when it is left out. */
export function constantAt(context: OperatorContext, index: number): Constant | undefined {
  const value = context.inputs[index];
  if (value === undefined || value.kind === 'constant') return value;
  return refuseOperator(context, 'with operands that are no constants');
}

/** The numbers of an input that must stand in the file. */
export function numbersAt(context: OperatorContext, index: number): Float64Array {
  return constantAt(context, index)?.tensor.numbers ?? context.node.refuse(`no input ${index}`);
}
