import type { JsonValue } from '../json/json-value.ts';
import { refuseUnsupported } from '../refusals.ts';

const statisticTypes = [
  'Borders',
  'Buckets',
  'Counter',
  'FeatureFreq',
  'BinarizedTargetMeanValue',
  'FloatTargetMeanValue',
] as const;

/** `FeatureFreq` and `FloatTargetMeanValue` are what models trained on GPUs have. */
export type StatisticType = (typeof statisticTypes)[number];

/** Reads the name of a type. */
export function readStatisticType(json: JsonValue): StatisticType {
  const name = json.string();
  return (
    statisticTypes.find((type) => type === name) ??
    refuseUnsupported(
      `CTR type "${name.slice(0, 64)}"`,
      `the types that can be read are ${statisticTypes.join(', ')}`,
    )
  );
}
