import { readLightgbmText } from '../lightgbm/read-lightgbm-text.ts';
import type { ReadArtifact } from '../model-reader.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { attachArtifact } from './attach-artifact.ts';
import type { Context, Fitted } from './context.ts';
import type { Column } from './row-plan.ts';

/** `LGBMClassifier` and `LGBMRegressor`: their booster is the text that LightGBM saves. */
export function interpretLightgbm(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  const artifact = readBooster(estimator);
  return attachArtifact(estimator, artifact, columns, context, {
    marker: null,
    labels: '_classes',
    missesZeros: false,
  });
}

/** How many columns the booster has, and their names unless LightGBM made them up. */
export function describeLightgbmColumns(estimator: PickleValue): {
  count: number;
  names: string[] | undefined;
} {
  const names = readBooster(estimator).pipeline.schema.features.map(({ name }) => name);
  const areMadeUp = names.every((name, index) => name === `Column_${index}`);
  return { count: names.length, names: areMadeUp ? undefined : names };
}

/** The text holds all iterations; `predict` of the wrapper stops at the best one, where there is one. */
function readBooster(estimator: PickleValue): ReadArtifact {
  const booster = estimator.at('_Booster');
  // before 4.0 the attribute had no underscore
  const text = (booster.find('_handle') ?? booster.at('handle')).string();
  const best = booster.find('best_iteration')?.count(-1, 2 ** 31) ?? 0;
  return readLightgbmText(text, { iterations: best > 0 ? best : undefined });
}
