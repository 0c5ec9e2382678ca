// What: the derivatives of the logistic loss at margins, float32.
// Source: dmlc/xgboost 3.4, `LogisticRegression` of src/objective/regression_loss.h and `Sigmoid` of src/common/math.h.
// Complexity: linear in the rows.
// Invariant: float32 after each step, as there; WebAssembly (assembly/logistic-gradients.ts) gives the same bits.
import { createKernelMemory, expf, expfRoots } from '../../../inference/index.ts';
import { logisticGradientsWasm } from './logistic-gradients-wasm.ts';

/** Writes first and second derivatives, one per row, of labels from 0 to 1. */
export type Differentiate = (
  margins: Float32Array,
  labels: Float32Array,
  gradients: Float32Array,
  hessians: Float32Array,
) => void;

interface Exports {
  differentiate(
    margins: number,
    labels: number,
    count: number,
    roots: number,
    gradients: number,
    hessians: number,
  ): void;
}

const { fround } = Math;
const leastHessian = fround(1e-16);
/** Above it e^x leaves float32. */
const greatestExponent = fround(88.7);
const mostBytes = 2 ** 32 - 65_536;

/** The probability that a margin stands for; float32. */
export function sigmoid(margin: number): number {
  return fround(1 / fround(expf(Math.min(-margin, greatestExponent)) + 1));
}

/** The definition. */
export const differentiatePlainly: Differentiate = (margins, labels, gradients, hessians) => {
  for (let row = 0; row < labels.length; row++) {
    const probability = sigmoid(margins[row]!);
    gradients[row] = probability - labels[row]!;
    hessians[row] = Math.max(fround(probability * fround(1 - probability)), leastHessian);
  }
};

/** The same for so many rows in WebAssembly; `null` where that, or memory for it, is not to be had. */
export function createDifferentiate(rows: number): Differentiate | null {
  const memory = createKernelMemory<Exports>(logisticGradientsWasm, mostBytes);
  if (memory === null) return null;
  const padded = 4 * Math.ceil(rows / 4);
  const reserve = (): number => memory.reserve(4 * padded);
  const places = [reserve(), reserve(), reserve(), reserve()] as const;
  const [from, labelsAt, into, hessiansAt] = places;
  const roots = memory.place(Float64Array.from(expfRoots));
  if (!memory.commit()) return null;
  const viewOf = (address: number): Float32Array => new Float32Array(memory.buffer, address, rows);
  const views = places.map(viewOf);
  return (margins, labels, gradients, hessians) => {
    views[0]!.set(margins);
    views[1]!.set(labels);
    memory.kernels.differentiate(from, labelsAt, padded, roots, into, hessiansAt);
    gradients.set(views[2]!);
    hessians.set(views[3]!);
  };
}
