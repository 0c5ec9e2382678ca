import { SpillwayError } from '../../core/index.ts';
import { type Feature, type Label, parseModelCard, type Task } from '../../model/index.ts';
import type { TrainConfig } from './train-config.ts';
import { featureToWire } from './version-files.ts';

/** What of a card is known before anything is trained. */
export interface StatedVersion {
  readonly config: TrainConfig;
  readonly features: readonly Feature[];
  readonly task: Task;
  readonly labels: readonly Label[];
}

/**
 * Refuses what would make a card that does not serve, before a model is trained for it.
 * @throws SpillwayError `INVALID_CONFIG` with every fault of what is stated of the card and of the features.
 */
export function checkStatedCard({ config, features, labels, task }: StatedVersion): void {
  const sha256 = '0'.repeat(64);
  const card = {
    ...config.card,
    format: 'xgboost',
    artifact: { file: 'model.json', sha256 },
    task,
    labels,
    features: features.map(featureToWire),
    ...(config.background_rows > 0 && {
      background: { rows: { file: 'background.json', sha256 } },
    }),
  };
  try {
    parseModelCard(JSON.stringify(card));
  } catch (cause) {
    if (!SpillwayError.isInstance(cause) || cause.code !== 'INVALID_CARD') throw cause;
    const message = `what is stated of the card would not serve: ${cause.message}`;
    throw new SpillwayError('INVALID_CONFIG', message, { cause, faults: cause.faults });
  }
}
