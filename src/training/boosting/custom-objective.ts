import { SpillwayError } from '../../core/index.ts';
import type { Derivatives, LabeledRows, Margins } from './objectives/boosting-objective.ts';

/** A loss of your own. The objective that is named beside it still says how margins become answers. */
export interface CustomObjective {
  /**
   * Gives the first and second derivative of the loss at the margins: one array per output, one number per row, the weights
   * in them. Called once per round; it must not change what it is given.
   */
  gradient(
    margins: Margins,
    labels: Float32Array,
    weights: Float32Array | null,
  ): {
    readonly gradients: readonly ArrayLike<number>[];
    readonly hessians: readonly ArrayLike<number>[];
  };
}

/**
 * Asks a custom objective and takes its numbers over as float32.
 * @throws `INVALID_OPTION` when they are of another shape, not finite, or hessians are negative.
 */
export function differentiateCustom(
  objective: CustomObjective,
  margins: Margins,
  { labels, weights }: LabeledRows,
  derivatives: Derivatives,
): void {
  const given = objective.gradient(margins, labels, weights);
  for (const kind of ['gradients', 'hessians'] as const) {
    if (given[kind].length !== margins.length) {
      refuse(kind, `expected ${margins.length} arrays, got ${given[kind].length}`);
    }
    for (const [output, values] of derivatives[kind].entries()) {
      const from = given[kind][output]!;
      if (from.length !== values.length) {
        refuse(kind, `expected ${values.length} numbers, got ${from.length}`);
      }
      values.set(from);
      const wrong = values.findIndex(
        (value) => !Number.isFinite(value) || (kind === 'hessians' && value < 0),
      );
      if (wrong !== -1) refuse(kind, `row ${wrong} is ${values[wrong]}`);
    }
  }
}

function refuse(kind: string, message: string): never {
  throw new SpillwayError('INVALID_OPTION', `the custom objective's ${kind}: ${message}`);
}
