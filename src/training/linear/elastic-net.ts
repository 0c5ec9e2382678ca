/** How coefficients are penalised: `strength * (ratio |w| + (1 - ratio) w^2 / 2)`, beside the sum of the losses. */
export interface ElasticNet {
  /** 0 for none. */
  readonly strength: number;
  /** Share of the absolute part, 0..1. */
  readonly ratio: number;
}

/** The names of penalties, as scikit-learn has them; `null` for none. */
export type PenaltyName = 'l1' | 'l2' | 'elasticnet' | null;

/** The names in the order of messages. */
export const penaltyNames: readonly PenaltyName[] = ['l1', 'l2', 'elasticnet', null];
