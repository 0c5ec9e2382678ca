import type { CalibratedMember, CalibratedModel, Calibrator } from './calibrated-model.ts';
import type { LinearModel } from './linear-model.ts';
import type { TreeEnsemble } from './tree-ensemble.ts';

/** A binary model whose score becomes the probability of the positive label by a calibrator, in place of its own link. */
export function calibrate(
  model: TreeEnsemble | LinearModel,
  calibrator: Calibrator,
): CalibratedModel {
  const { columns } = model;
  const member: CalibratedMember = {
    steps: { features: columns.length, steps: [], columns: [...columns.keys()] },
    model,
    on: 'score',
    calibration: { kind: 'per-output', calibrators: [calibrator] },
  };
  return Object.freeze({
    kind: 'calibrated-model',
    columns,
    outputs: 1,
    link: 'probability',
    members: [member],
  });
}
