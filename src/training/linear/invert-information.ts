import { factorize, invert } from './cholesky.ts';
import type { Loss } from './loss.ts';

/**
 * The covariances of the parameters of each output where the loss stands, at the optimum; `null` when they do not exist. Of
 * several outputs those are meant that add up to 0 over the outputs, as the estimates do.
 */
export function invertInformation(loss: Loss, totalWeight: number): Float64Array[] | null {
  const { outputs, size } = loss;
  const width = size / outputs;
  const factor = factorize(
    loss.hessian(Int32Array.from({ length: width }, (_, column) => column)),
    size,
  );
  if (factor === null) return null;
  const inverse = invert(factor);
  return Array.from({ length: outputs }, (_, output) => {
    const covariance = new Float64Array(width * width);
    const start = output * width;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        const value = inverse[(start + a) * size + start + b]!;
        // pins of 1 / outputs on a space of dimension 1 per column have added its inverse, spread over the outputs
        const pinned = outputs > 1 && a === b ? 1 / outputs : 0;
        covariance[a * width + b] = (value - pinned) / totalWeight;
      }
    }
    return covariance;
  });
}
