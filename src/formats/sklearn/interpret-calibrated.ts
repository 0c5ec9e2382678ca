import type { CalibratedMember, Calibration, Calibrator } from '../../model/index.ts';
import { aboveHalf } from '../above-half.ts';
import type { PickleValue } from '../pickle/pickle-value.ts';
import { refuseUnsupported } from '../refusals.ts';
import { type Context, expectWidth, type Fitted, numbersOf } from './context.ts';
import { readLabels } from './read-labels.ts';
import type { Column } from './row-plan.ts';
import { shortName } from './short-name.ts';

/** `CalibratedClassifierCV`: the mean over classifiers, each with calibrators of its own. */
export function interpretCalibrated(
  estimator: PickleValue,
  columns: readonly Column[],
  context: Context,
): Fitted {
  expectWidth(estimator, columns);
  const labels = readLabels(estimator);
  const outputs = labels.length === 2 ? 1 : labels.length;
  // the steps of all members stand in the plan; each member picks its columns
  const places = new Map<number, number>();
  const members = estimator
    .at('calibrated_classifiers_')
    .items()
    .map((calibrated): CalibratedMember => {
      const fitted = context.interpret(calibrated.at('estimator'), columns, context);
      const { model } = fitted;
      if (model.kind === 'calibrated-model') {
        return refuseUnsupported('a calibrated classifier in another', 'calibrate once');
      }
      if (fitted.labels.length !== labels.length) {
        return refuseUnsupported(
          `a calibrated classifier that knows ${fitted.labels.length} of ${labels.length} labels (${calibrated.path})`,
          'calibrate with folds that hold all labels',
        );
      }
      if (fitted.objective.startsWith('LGBM')) {
        return refuseUnsupported(
          `a calibrated ${fitted.objective} (${calibrated.path})`,
          'newer versions of LightGBM calibrate scores, older ones probabilities, and the file does not say which; calibrate another classifier',
        );
      }
      const picked = fitted.columns.map(({ value }) => placeOf(places, value));
      return {
        steps: { features: 0, steps: [], columns: picked },
        model,
        on: model.link === 'probability' || answersProbability(fitted) ? 'answer' : 'score',
        calibration: readCalibration(calibrated, outputs),
      };
    });
  if (members.length === 0) estimator.at('calibrated_classifiers_').refuse('at least one');
  const made = [...places.keys()];
  const complete = members.map((member) =>
    Object.freeze({ ...member, steps: { ...member.steps, features: made.length } }),
  );
  return {
    columns: made.map((value) => ({ value })),
    model: Object.freeze({
      kind: 'calibrated-model',
      columns: Object.freeze(made.map((value) => `column ${value}`)),
      outputs,
      link: 'probability',
      members: Object.freeze(complete),
    }),
    task: outputs === 1 ? 'binary' : 'multiclass',
    labels,
    decisionThreshold: aboveHalf,
    objective: shortName(estimator),
  };
}

/** The wrapper of XGBoost has no decision_function, so that its probabilities are calibrated. */
function answersProbability({ objective }: Fitted): boolean {
  return objective.startsWith('XGB');
}

function placeOf(places: Map<number, number>, value: number): number {
  const place = places.get(value) ?? places.size;
  places.set(value, place);
  return place;
}

function readCalibration(calibrated: PickleValue, outputs: number): Calibration {
  const calibrators = calibrated.at('calibrators').items();
  const [first] = calibrators;
  if (first !== undefined && shortName(first) === '_TemperatureScaling') {
    return { kind: 'temperature', beta: first.at('beta_').number() };
  }
  if (calibrators.length !== outputs) calibrated.at('calibrators').refuse(`${outputs} calibrators`);
  return { kind: 'per-output', calibrators: calibrators.map(readCalibrator) };
}

function readCalibrator(calibrator: PickleValue): Calibrator {
  const kind = shortName(calibrator);
  if (kind === '_SigmoidCalibration') {
    const slope = calibrator.at('a_').number();
    return { kind: 'sigmoid', slope, intercept: calibrator.at('b_').number() };
  }
  if (kind !== 'IsotonicRegression') return calibrator.refuse('a calibrator');
  if (calibrator.at('out_of_bounds').string() !== 'clip') {
    refuseUnsupported('an isotonic calibrator that does not clip', 'use that of scikit-learn');
  }
  const x = calibrator.at('X_thresholds_').numbers();
  const y = numbersOf(calibrator.at('y_thresholds_'), x.length);
  if (x.length === 0 || !x.every((at, index) => index === 0 || at > x[index - 1]!)) {
    calibrator.at('X_thresholds_').refuse('ascending numbers');
  }
  // it rounds scores to the type of those that it was fitted on
  const isSingle = calibrator.at('X_thresholds_').dtype === 'f4';
  return { kind: 'isotonic', x, y, arithmetic: isSingle ? 'float32' : 'float64' };
}
