// Nodes and weights of Gauss-Legendre quadrature on [0, 1].
// Source: Newton's method on the three-term recurrence of the Legendre polynomials, from Tricomi's first guess;
//   W. Gautschi, Orthogonal Polynomials (2004), section 3.1.
// Complexity: O(points^2) once per rule.
// Invariant: polynomials of degree 2 * points - 1 are integrated to rounding, and every weight is positive.

/** A quadrature rule: the integral of f over [0, 1] is about the sum of `weights[q] * f(nodes[q])`. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/** Makes the rule with so many points; it is exact for polynomials up to degree `2 * points - 1`. */
export function gaussLegendre(points: number): Quadrature {
  const nodes = new Float64Array(points);
  const weights = new Float64Array(points);
  for (let index = 0; index < points; index++) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (points + 0.5));
    let { value, slope } = legendre(points, x);
    // quadratic convergence: five steps reach the last bit, the rest is a margin
    for (let step = 0; step < 8; step++) {
      x -= value / slope;
      ({ value, slope } = legendre(points, x));
    }
    nodes[index] = (1 - x) / 2;
    weights[index] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/** The Legendre polynomial of a degree and its derivative at x, |x| < 1. */
function legendre(degree: number, x: number): { value: number; slope: number } {
  let before = 1;
  let value = x;
  for (let n = 2; n <= degree; n++) {
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  }
  return { value, slope: (degree * (x * value - before)) / (x * x - 1) };
}
