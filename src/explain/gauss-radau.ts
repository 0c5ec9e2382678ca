// Nodes and weights of Gauss-Radau quadrature on [0, 1] with one node at 0.
// Source: the inner nodes are the roots of (P(n) + P(n + 1)) / (1 + x), P the Legendre polynomials; W. Gautschi,
//   Orthogonal Polynomials (2004), section 3.1.4. Roots are bracketed by those of Gauss-Legendre and halved.
// Complexity: O(points^2) once per rule.
// Invariant: polynomials up to degree 2 * points are integrated to rounding, and every weight is positive.

import { gaussLegendre, type Quadrature } from './gauss-legendre.ts';

/** A rule whose first node, of weight `weightAtZero`, stands at 0, where what is integrated may be known beforehand. */
export interface RadauQuadrature extends Quadrature {
  readonly weightAtZero: number;
}

/** Makes the rule with so many points beside the one at 0; it is exact for polynomials up to degree `2 * points`. */
export function gaussRadau(points: number): RadauQuadrature {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  const order = points + 1;
  // between two neighbouring roots of P(points + 1) there is one of P(points) + P(points + 1)
  const brackets = gaussLegendre(order).nodes;
  for (let index = 0; index < points; index++) {
    let low = 2 * brackets[index]! - 1;
    let high = 2 * brackets[index + 1]! - 1;
    const rises = radau(points, high) > radau(points, low);
    for (let step = 0; step < 64; step++) {
      const middle = (low + high) / 2;
      if (radau(points, middle) > 0 === rises) high = middle;
      else low = middle;
    }
    const x = (low + high) / 2;
    const [value] = legendrePair(points, x);
    nodes[index] = (1 + x) / 2;
    weights[index] = (1 - x) / (2 * order * order * value * value);
  }
  return { nodes, weights, weightAtZero: 1 / (order * order) };
}

function radau(points: number, x: number): number {
  const [value, next] = legendrePair(points, x);
  return value + next;
}

/** The Legendre polynomials of a degree and of the next one. */
function legendrePair(degree: number, x: number): readonly [number, number] {
  let value = 1;
  let next = x;
  for (let n = 2; n <= degree + 1; n++) {
    [value, next] = [next, ((2 * n - 1) * x * next - (n - 1) * value) / n];
  }
  return [value, next];
}
