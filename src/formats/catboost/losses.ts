import type { Link, Task } from '../../model/index.ts';
import { refuseUnsupported } from '../refusals.ts';

/** What a CatBoost loss function means for answering. */
export interface Loss {
  readonly task: Task;
  readonly link: Link;
}

const binary: Loss = { task: 'binary', link: 'logistic' };
const real: Loss = { task: 'regression', link: 'identity' };
const positive: Loss = { task: 'regression', link: 'exponential' };

const identities = `
  RMSE MAE MAPE RMSPE Quantile LogLinQuantile Huber Lq Expectile
  LogCosh MultiRMSE MultiRMSEWithMissingValues MultiQuantile GroupQuantile Cox SurvivalAft
  QueryRMSE QuerySoftMax QueryCrossEntropy PairLogit PairLogitPairwise YetiRank YetiRankPairwise LambdaMart StochasticRank StochasticFilter
`
  .trim()
  .split(/\s+/);

/** The others, such as `MultiLogloss` (several labels at once) or `RMSEWithUncertainty`, answer what we cannot say. */
const losses: ReadonlyMap<string, Loss> = new Map<string, Loss>([
  ['Logloss', binary],
  ['CrossEntropy', binary],
  ['Focal', binary],
  ['MultiClass', { task: 'multiclass', link: 'softmax' }],
  ['MultiClassOneVsAll', { task: 'multiclass', link: 'independent-logistic' }],
  ['Poisson', positive],
  ['Tweedie', positive],
  ...identities.map((name) => [name, real] as const),
]);

/** Looks a loss up by its name in the file; refuses those whose answers are not known. */
export function findLoss(name: string): Loss {
  return (
    losses.get(name) ??
    refuseUnsupported(
      `loss function "${name.slice(0, 64)}"`,
      `the loss functions that can be read are ${[...losses.keys()].join(', ')}`,
    )
  );
}
