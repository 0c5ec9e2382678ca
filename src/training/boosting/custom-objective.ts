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

/** What a callback may answer, against what it is asked for. */
type Answer = Partial<ReturnType<CustomObjective['gradient']>> | undefined;

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
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the code of a caller may answer less than its type
  const given = objective.gradient(margins, labels, weights) as Answer;
  for (const kind of ['gradients', 'hessians'] as const) {
    const arrays = given?.[kind];
    if (arrays === undefined) return refuse(kind, 'expected one array per output, got none');
    if (arrays.length !== margins.length) {
      refuse(kind, `expected ${margins.length} arrays, got ${arrays.length}`);
    }
    for (const [output, values] of derivatives[kind].entries()) {
      const from = arrays[output]!;
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
