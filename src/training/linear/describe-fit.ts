import type { Minimum } from './minimize.ts';

/** What there is to say about a fit. */
interface FitFacts {
  readonly rows: number;
  /** Coefficients of one output, the intercept included. */
  readonly parametersOfOutput: number;
  readonly constant: readonly string[];
  readonly collinear: readonly string[];
  readonly minimum: Pick<Minimum, 'outcome' | 'iterations' | 'gradientNorm'>;
  /** 0 for a regression. */
  readonly classes: number;
  /** Whether standard errors were to be expected and there are none. */
  readonly lacksErrors: boolean;
}

/** The warnings of a fit, in sentences. */
export function describeFit(facts: FitFacts): readonly string[] {
  const { classes, collinear, constant, lacksErrors, minimum, parametersOfOutput, rows } = facts;
  const warnings: string[] = [];
  if (minimum.outcome === 'stopped')
    warnings.push(
      `The fit did not converge in ${minimum.iterations} iterations: a derivative of ${minimum.gradientNorm.toExponential(1)} is left.`,
    );
  if (minimum.outcome === 'separated')
    warnings.push(
      'The classes, or some of them, can be told apart without error, so that without a penalty there is no optimum: the coefficients are those where the fit stopped. Use a penalty.',
    );
  if (rows <= parametersOfOutput)
    warnings.push(
      `There are ${rows} rows for ${parametersOfOutput} coefficients: the fit says little about other rows.`,
    );
  if (classes > 20 && classes > rows / 2)
    warnings.push(`There are ${classes} classes in ${rows} rows: is the target a number?`);
  if (constant.length > 0)
    warnings.push(`Columns with one value only have the coefficient 0: ${constant.join(', ')}.`);
  if (collinear.length > 0)
    warnings.push(
      `Columns that are sums of earlier ones were left out, with the coefficient 0: ${collinear.join(', ')}.`,
    );
  if (lacksErrors) warnings.push('There are no standard errors: too few rows or too many columns.');
  return warnings;
}
